import { type AreaName, inputDigest, type TestedCase } from './case.js';
import type { Comparer } from './compare-outcomes.js';
import type { Outcome } from './outcome.js';
import { Reasons } from './reasons.js';
import {
  type Comparison,
  REPORT_VERSION,
  type Report,
  type ReportedCase,
  type Tally,
} from './report.js';
import { inputOf } from './reported-input.js';
import type { Answer } from './sides/side.js';
import { Tallies } from './tally.js';
import { WhysNotComparable } from './why-not-comparable.js';

/** How many of the cases that are only listed if they differ a report lists. */
const MOST_SELECTED = 1000;

type Heading = Pick<Report, 'made' | 'package' | 'area' | 'sides' | 'seed' | 'mutations' | 'notes'>;

/** Gathers a report case by case, and keeps of each no more than the report has. */
export class ReportBuilder {
  readonly #comparer: Comparer;
  readonly #tallies: Tallies;
  readonly #met = new Set<string>();
  readonly #cases: ReportedCase[] = [];
  readonly #reasons = new Reasons();
  readonly #whys = new WhysNotComparable();
  readonly #isWhole: boolean;
  #selected = 0;
  #unlisted = 0;

  /** @param isWhole whether every case is listed, with all that there is to it */
  constructor(comparer: Comparer, area: AreaName, isWhole: boolean) {
    this.#comparer = comparer;
    this.#isWhole = isWhole;
    this.#tallies = new Tallies(area);
  }

  get total(): Tally {
    return this.#tallies.total;
  }

  add(asked: TestedCase, answers: readonly [Answer, Answer]): void {
    const test = asAnswered(asked, answers);
    const comparison = this.#compare(test, answers);
    this.#tallies.add(test, comparison);
    if (comparison.deviation !== undefined) this.#met.add(comparison.deviation);
    if (comparison.why !== undefined) this.#whys.add(test.id, comparison.why);
    this.#reasons.add(test, answers);
    const isBrief = comparison.kind === 'agree' && !this.#isWhole;
    if (this.#isWhole || isAlwaysListed(asked)) {
      this.#cases.push(reported(test, answers, comparison, isBrief));
    } else if (isDifference(comparison)) {
      this.#addSelected(reported(test, answers, comparison, isBrief));
    }
  }

  finish(heading: Heading): Report {
    return {
      format: 'tokenbinding-conformance-report',
      version: REPORT_VERSION,
      ...heading,
      total: this.#tallies.total,
      groups: this.#tallies.groups,
      whyNotComparable: this.#whys.list,
      deviations: this.#comparer.known.filter(({ id }) => this.#met.has(id)),
      reasons: this.#reasons.list,
      cases: this.#cases,
      unlisted: this.#unlisted,
    };
  }

  #addSelected(selected: ReportedCase): void {
    if (this.#selected === MOST_SELECTED) this.#unlisted++;
    else {
      this.#selected++;
      this.#cases.push(selected);
    }
  }

  #compare(test: TestedCase, [one, other]: readonly [Answer, Answer]): Comparison {
    if ('why' in one) return { kind: 'not-comparable', why: one.why };
    if ('why' in other) return { kind: 'not-comparable', why: other.why };
    if (inputOfAnswer(test, one, other) !== inputOfAnswer(test, other, one)) {
      return { kind: 'not-comparable', why: 'it was recorded for another input' };
    }
    return this.#comparer.compare(test.id, one.outcome, other.outcome);
  }
}

/** Of mutations, and of cases that only recordings have, there may be any number. */
function isAlwaysListed({ group, call }: TestedCase): boolean {
  return group !== 'mutations' && call !== undefined;
}

function isDifference({ kind }: Comparison): boolean {
  return kind === 'differ' || kind === 'known-deviation';
}

type Given = Extract<Answer, { outcome: Outcome }>;

/** Two recordings may have answers to another input than this version of the package has for the id. */
function asAnswered(test: TestedCase, answers: readonly [Answer, Answer]): TestedCase {
  const inputs = answers.map((answer) => ('outcome' in answer ? answer.input : undefined));
  const isOwn = inputs.includes(undefined) || inputs.includes(digestOf(test));
  return isOwn ? test : { id: test.id, group: test.group, title: 'recorded for another input' };
}

function digestOf(test: TestedCase): string | undefined {
  return test.call && inputDigest({ ...test, call: test.call });
}

/** What an answer is to: where neither was recorded both are to the case itself. */
function inputOfAnswer(test: TestedCase, { input }: Given, other: Given): string | undefined {
  if (input !== undefined || other.input === undefined) return input;
  return digestOf(test);
}

/** @param isBrief where both agree: the results would say nothing and fill the report */
function reported(
  { id, group, title, call, expected }: TestedCase,
  answers: readonly [Answer, Answer],
  comparison: Comparison,
  isBrief: boolean,
): ReportedCase {
  const shown = isBrief ? inBrief : (outcome: Outcome) => outcome;
  const [left, right] = answers.map((answer) => ('why' in answer ? null : shown(answer.outcome)));
  return {
    id,
    group,
    title,
    comparison,
    ...(!isBrief && call && { input: inputOf(call) }),
    outcomes: [left ?? null, right ?? null],
    ...(expected && { expected: { ...expected, outcome: shown(expected.outcome) } }),
  };
}

function inBrief({ verdict, observations, reason }: Outcome): Outcome {
  return { verdict, ...(observations && { observations }), ...(reason && { reason }) };
}
