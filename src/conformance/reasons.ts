import type { Call, TestedCase } from './case.js';
import type { Reason } from './outcome.js';
import type { MetReasons } from './report.js';
import type { Answer } from './sides/side.js';

/** More than there are codes and statuses; a recording could name any number of them. */
const MOST = 1000;

/** Counts with which reasons both sides refused: what a status of the operating system's stands for. */
export class Reasons {
  readonly #met = new Map<string, MetReasons>();

  add({ id, call: asked }: TestedCase, [left, right]: readonly [Answer, Answer]): void {
    const call = asked ? nameOf(asked) : 'a call of another version';
    const reasons = [labelOf(left), labelOf(right)] as const;
    if (reasons[0] === undefined || reasons[1] === undefined) return;
    const key = [call, ...reasons].join('\n');
    const { cases, example } = this.#met.get(key) ?? { cases: 0, example: id };
    if (cases === 0 && this.#met.size === MOST) return;
    this.#met.set(key, { call, reasons: [reasons[0], reasons[1]], cases: cases + 1, example });
  }

  get list(): MetReasons[] {
    return [...this.#met.values()].sort((one, other) => other.cases - one.cases);
  }
}

function nameOf(call: Call): string {
  return call.name === 'scenario' ? call.scenario.call : call.name;
}

function labelOf(answer: Answer): string | undefined {
  // What failed has refused nothing.
  if ('why' in answer || answer.outcome.verdict === 'failed') return undefined;
  const { reason } = answer.outcome;
  return reason === undefined ? undefined : describeReason(reason);
}

/** `ERR_TB_SIGNATURE 0x80090006 NTE_BAD_SIGNATURE` */
export function describeReason({ code, os }: Reason): string {
  // A code of SSPI is the status' own name.
  const name = os?.name === code ? undefined : os?.name;
  return [code, os?.hex, name].filter((part) => part !== undefined).join(' ');
}
