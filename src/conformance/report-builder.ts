import { encodeBase64url } from '../bytes/base64url.js';
import { type AreaName, type Call, inputDigest, type TestedCase } from './case.js';
import type { Comparer } from './compare-outcomes.js';
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
  #selected = 0;
  #unlisted = 0;

  constructor(comparer: Comparer, area: AreaName) {
    this.#comparer = comparer;
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
    this.#reasons.add(test, answers);
    if (isAlwaysListed(asked)) this.#cases.push(reported(test, answers, comparison));
    else if (isDifference(comparison)) this.#addSelected(reported(test, answers, comparison));
  }

  finish(heading: Heading): Report {
    return {
      format: 'tokenbinding-conformance-report',
      version: REPORT_VERSION,
      ...heading,
      total: this.#tallies.total,
      groups: this.#tallies.groups,
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

/** Where both agree the results would say nothing and fill the report. */
function reported(
  { id, group, title, call, expected }: TestedCase,
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
    ...(!agreed && call && { input: inputOf(call) }),
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
    case 'scenario':
      return { call: call.scenario.call, package: call.package, role: call.role };
  }
}
