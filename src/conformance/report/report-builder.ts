import { type AreaName, type Group, groupOf } from '../areas.js';
import type { Case } from '../case.js';
import type { Comparer } from '../compare-outcomes.js';
import type { Answer, Outcome } from '../outcome.js';
import { Counts } from './counts.js';
import { NotComparable } from './not-comparable.js';
import { Reasons } from './reasons.js';
import {
  type Comparison,
  REPORT_VERSION,
  type Report,
  type ReportedCase,
  type Tally,
} from './report.js';

/** A report lists at most this many of the mutations that differ. */
const MAX_MUTATIONS_LISTED = 1000;

type Heading = Pick<Report, 'made' | 'package' | 'area' | 'sides' | 'seed' | 'mutations' | 'notes'>;

/** Builds a report case by case. It keeps only the data that the report has. */
export class ReportBuilder {
  readonly #comparer: Comparer;
  readonly #area: AreaName;
  readonly #isFull: boolean;
  readonly #counts: Counts;
  readonly #deviations = new Set<string>();
  readonly #cases: ReportedCase[] = [];
  readonly #reasons = new Reasons();
  readonly #notComparable = new NotComparable();
  #mutations = 0;
  #omittedMutations = 0;

  /** @param isFull whether to list every case with its input and its whole outcomes */
  constructor(comparer: Comparer, area: AreaName, isFull: boolean) {
    this.#comparer = comparer;
    this.#area = area;
    this.#isFull = isFull;
    this.#counts = new Counts(area);
  }

  get total(): Tally {
    return this.#counts.total;
  }

  add(test: Case, answers: readonly [Answer, Answer]): void {
    const group = groupOf(this.#area, test.id) as Group;
    const comparison = this.#compare(test, answers);
    this.#counts.add(group, comparison);
    if (comparison.deviation !== undefined) this.#deviations.add(comparison.deviation);
    if (comparison.why !== undefined) this.#notComparable.add(test.id, comparison.why);
    this.#reasons.add(test, answers);
    if (this.#isListed(group, comparison)) {
      const isBrief = comparison.kind === 'agree' && !this.#isFull;
      this.#cases.push(toReportedCase(test, group, answers, comparison, isBrief));
    }
  }

  finish(heading: Heading): Report {
    return {
      format: 'tokenbinding-conformance-report',
      version: REPORT_VERSION,
      ...heading,
      total: this.#counts.total,
      groups: this.#counts.groups,
      whyNotComparable: this.#notComparable.list,
      deviations: this.#comparer.known.filter(({ id }) => this.#deviations.has(id)),
      reasons: this.#reasons.list,
      cases: this.#cases,
      omittedMutations: this.#omittedMutations,
    };
  }

  #compare({ id }: Case, [left, right]: readonly [Answer, Answer]): Comparison {
    if ('why' in left) return { kind: 'not-comparable', why: left.why };
    if ('why' in right) return { kind: 'not-comparable', why: right.why };
    return this.#comparer.compare(id, left, right);
  }

  #isListed(group: Group, { kind }: Comparison): boolean {
    if (this.#isFull || group !== 'mutations') return true;
    if (kind !== 'differ' && kind !== 'known-deviation') return false;
    if (this.#mutations === MAX_MUTATIONS_LISTED) {
      this.#omittedMutations++;
      return false;
    }
    this.#mutations++;
    return true;
  }
}

/** @param isBrief whether to omit the input and the results, which would only fill the report */
function toReportedCase(
  { id, title, input, expected }: Case,
  group: Group,
  answers: readonly [Answer, Answer],
  comparison: Comparison,
  isBrief: boolean,
): ReportedCase {
  const shown = isBrief ? summarize : (outcome: Outcome) => outcome;
  const [left, right] = answers.map((answer) => ('why' in answer ? null : shown(answer)));
  return {
    id,
    group,
    title,
    comparison,
    ...(!isBrief && { input }),
    outcomes: [left ?? null, right ?? null],
    ...(expected && { expected: { ...expected, outcome: shown(expected.outcome) } }),
  };
}

function summarize({ verdict, observations, reason }: Outcome): Outcome {
  return { verdict, ...(observations && { observations }), ...(reason && { reason }) };
}
