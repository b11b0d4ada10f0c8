import { encodeBase64url } from '../bytes/base64url.js';
import { type Call, type Case, LISTED_GROUPS } from './case.js';
import { KNOWN_DEVIATIONS, type KnownDeviation } from './known-deviations.js';
import type { Outcome } from './outcome.js';
import { Reasons } from './reasons.js';
import {
  type Comparison,
  REPORT_VERSION,
  type Report,
  type ReportedCase,
  type ReportedInput,
  type Tally,
} from './report.js';
import type { Answer } from './sides/side.js';
import { Tallies } from './tally.js';

/** How many mutations that differ a report lists. */
const MOST_MUTATIONS = 1000;

type Heading = Pick<Report, 'made' | 'package' | 'sides' | 'seed' | 'mutations' | 'unasked'>;

/** Gathers a report case by case, and keeps of each no more than the report has. */
export class ReportBuilder {
  readonly #tallies = new Tallies();
  readonly #known: readonly KnownDeviation[];
  readonly #met = new Set<string>();
  readonly #cases: ReportedCase[] = [];
  readonly #reasons = new Reasons();
  #mutations = 0;
  #unlisted = 0;

  constructor(known: readonly KnownDeviation[] = KNOWN_DEVIATIONS) {
    this.#known = known;
  }

  get total(): Tally {
    return this.#tallies.total;
  }

  add(test: Case, answers: readonly [Answer, Answer], comparison: Comparison): void {
    this.#tallies.add(test, comparison);
    if (comparison.deviation !== undefined) this.#met.add(comparison.deviation);
    this.#reasons.add(test, answers);
    if (this.#isListed(test, comparison)) this.#cases.push(reported(test, answers, comparison));
  }

  finish(heading: Heading): Report {
    return {
      format: 'tokenbinding-conformance-report',
      version: REPORT_VERSION,
      ...heading,
      total: this.#tallies.total,
      groups: this.#tallies.groups,
      deviations: this.#known.filter(({ id }) => this.#met.has(id)),
      reasons: this.#reasons.list,
      cases: this.#cases,
      unlisted: this.#unlisted,
    };
  }

  #isListed({ group }: Case, { kind }: Comparison): boolean {
    if (LISTED_GROUPS.includes(group)) return true;
    if (kind === 'agree' || kind === 'not-comparable') return false;
    if (this.#mutations < MOST_MUTATIONS) return ++this.#mutations > 0;
    this.#unlisted++;
    return false;
  }
}

/** Where both agree the results would say nothing and fill the report. */
function reported(
  { id, group, title, call, expected }: Case,
  answers: readonly [Answer, Answer],
  comparison: Comparison,
): ReportedCase {
  const agreed = comparison.kind === 'agree';
  const shown = agreed ? inBrief : (outcome: Outcome) => outcome;
  const [left, right] = answers.map((answer) => ('why' in answer ? null : shown(answer.outcome)));
  return {
    id,
    group,
    title,
    comparison,
    ...(!agreed && { input: inputOf(call) }),
    outcomes: [left ?? null, right ?? null],
    ...(expected && { expected: { ...expected, outcome: shown(expected.outcome) } }),
  };
}

function inBrief({ verdict, observations, reason }: Outcome): Outcome {
  return { verdict, ...(observations && { observations }), ...(reason && { reason }) };
}

function inputOf(call: Call): ReportedInput {
  switch (call.name) {
    case 'verifyMessage': {
      const { name, message, keyType, ekm } = call;
      return { call: name, message: encodeBase64url(message), keyType, ekm: encodeBase64url(ekm) };
    }
    case 'generateMessage':
      return { call: call.name, tokenBindings: call.tokenBindings.map(encodeBase64url) };
    case 'generateId': {
      const { name, keyType, publicKey } = call;
      return { call: name, keyType, publicKey: encodeBase64url(publicKey) };
    }
    case 'probe':
      return { call: call.name };
  }
}
