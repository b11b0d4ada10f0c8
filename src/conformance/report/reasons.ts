import type { Case } from '../case.js';
import { type Answer, describeReason } from '../outcome.js';
import type { ReasonPair } from './report.js';

/** More than there are codes and statuses. A recording can invent any number of them. */
const MAX_PAIRS = 1000;

/** Counts the pairs of reasons of cases that both sides refused. */
export class Reasons {
  readonly #pairs = new Map<string, ReasonPair>();

  add({ id, input: { call } }: Case, [left, right]: readonly [Answer, Answer]): void {
    const reasons = [describeAnswer(left), describeAnswer(right)] as const;
    if (reasons[0] === undefined || reasons[1] === undefined) return;
    const key = [call, ...reasons].join('\n');
    const { cases, example } = this.#pairs.get(key) ?? { cases: 0, example: id };
    if (cases === 0 && this.#pairs.size === MAX_PAIRS) return;
    this.#pairs.set(key, { call, reasons: [reasons[0], reasons[1]], cases: cases + 1, example });
  }

  get list(): ReasonPair[] {
    return [...this.#pairs.values()].sort((one, other) => other.cases - one.cases);
  }
}

function describeAnswer(answer: Answer): string | undefined {
  // A failure is no refusal.
  if ('why' in answer || answer.verdict === 'failed') return undefined;
  return answer.reason && describeReason(answer.reason);
}
