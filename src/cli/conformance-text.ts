import { basename } from 'node:path';
import { differencesBetween, meets } from '../conformance/compare-outcomes.js';
import type { Outcome } from '../conformance/outcome.js';
import { describeReason } from '../conformance/outcome.js';
import type { Report, ReportedCase, Tally } from '../conformance/report/report.js';
import { describeSide } from './describe-side.js';
import { printable, style } from './output.js';

/** Differences, and pairs of reasons, that are shown; the page and JSON have the others. */
const SHOWN = 20;

/** The most characters of a value in a line. */
const WIDTH = 120;

/** A report for a terminal. */
export function conformanceLines(report: Report): string[] {
  const isOne = report.total.cases === 1;
  const cases = isOne
    ? report.cases.flatMap((one) => caseLines(one, report.sides))
    : differences(report);
  const parts = [heading(report), table(report), whyNotComparable(report), cases];
  parts.push(deviations(report), reasons(report), report.notes.map(printable), [verdict(report)]);
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, index) => (index > 0 ? ['', ...part] : part));
}

function heading({ area, sides, seed, mutations, made }: Report): string[] {
  const [left, right] = sides.map((side) => printable(describeSide(side)));
  return [
    style('bold', 'tokenbinding conformance'),
    ...(area === undefined ? [] : [`area  ${area}`]),
    `A     ${left}`,
    `B     ${right}`,
    `seed  ${seed}, ${mutations} mutations`,
    `made  ${made}`,
  ];
}

function table({ groups, total }: Report): string[] {
  const head = ['', 'cases', 'agree', 'differ', 'known', 'not comparable', 'other reason'];
  const numbers = (tally: Tally) => [
    tally.cases,
    tally.agree,
    tally.differ,
    tally.knownDeviation,
    tally.notComparable,
    tally.otherReason,
  ];
  const rows = groups.map((group) => [group.name, ...numbers(group)]);
  const all = [head, ...rows, ['total', ...numbers(total)]];
  return all.map(([name, ...cells]) => {
    const padded = cells.map((cell, index) =>
      String(cell).padStart((head[index + 1] ?? '').length + 2),
    );
    return `${String(name).padEnd(16)}${padded.join('')}`;
  });
}

function whyNotComparable({ whyNotComparable: whys }: Report): string[] {
  if (whys.length === 0) return [];
  const lines = whys.map(({ why, cases }) => `    ${String(cases).padStart(7)}  ${printable(why)}`);
  return ['not comparable, because', ...lines];
}

/** The only case, in full. */
function caseLines(reported: ReportedCase, sides: Report['sides']): string[] {
  const { id, title, comparison, input, outcomes } = reported;
  const labels = labelsOf(sides);
  const { kind, path, why } = comparison;
  const place = path === undefined ? '' : ` at ${printable(path)}`;
  return [
    `${style(kind === 'differ' ? 'red' : 'bold', kind)} ${style('bold', id)}${place}`,
    `    ${title}`,
    ...alignTexts([
      ...(why === undefined ? [] : [['why', why] as const]),
      ...(input === undefined ? [] : [['input', JSON.stringify(input)] as const]),
      [labels[0], inWords(outcomes[0])],
      [labels[1], inWords(outcomes[1])],
      ...expectation(reported, (text) => text),
    ]),
  ];
}

function differences({ cases, total, sides }: Report): string[] {
  const differing = cases.filter(({ comparison }) => comparison.kind === 'differ');
  const lines = differing.slice(0, SHOWN).flatMap((one) => difference(one, sides));
  const more = total.differ - Math.min(differing.length, SHOWN);
  if (more > 0) lines.push(`and ${more} more: --html <file> or --json shows them`);
  return lines;
}

function difference(reported: ReportedCase, sides: Report['sides']): string[] {
  const { id, title, comparison, outcomes } = reported;
  const [left, right] = outcomes;
  const labels = labelsOf(sides);
  const [first] = left && right ? differencesBetween(sides, left, right) : [];
  const [a, b] =
    first === undefined || first.path === 'verdict'
      ? [inWords(left), inWords(right)]
      : [JSON.stringify(first.left), JSON.stringify(first.right)];
  return [
    `${style('red', 'differ')} ${style('bold', id)} at ${printable(truncate(comparison.path ?? ''))}`,
    `    ${title}`,
    ...alignTexts([
      [labels[0], truncate(a ?? 'nothing')],
      [labels[1], truncate(b ?? 'nothing')],
      ...expectation(reported, truncate),
    ]),
  ];
}

type Row = readonly [name: string, text: string];

/** What the specification expects, and which sides meet it. */
function expectation(
  { outcomes, expected }: ReportedCase,
  shorten: (text: string) => string,
): Row[] {
  if (expected === undefined) return [];
  const { clause, outcome } = expected;
  const isMet = outcomes.map((given) => given !== null && meets(outcome, given));
  const met = ['A', 'B'].filter((_, index) => isMet[index]).join(' and ');
  const verb = met.length === 1 ? 'meets' : 'meet';
  const who = met === '' ? 'no side meets it' : `${met} ${verb} it`;
  return [[clause, `${shorten(inWords(outcome))}; ${who}`]];
}

/** The names of two sides. Two recordings have the names of their files, with the folders if needed. */
function labelsOf([left, right]: Report['sides']): readonly [string, string] {
  const [one, other] = [left.recording?.file, right.recording?.file];
  if (one === undefined || other === undefined) return [`A ${left.name}`, `B ${right.name}`];
  const [a, b] = [basename(one), basename(other)];
  return a === b ? [`A ${one}`, `B ${other}`] : [`A ${a}`, `B ${b}`];
}

function alignTexts(rows: readonly Row[]): string[] {
  const names = rows.map(([name]) => printable(name));
  const width = Math.max(14, ...names.map(({ length }) => length));
  return rows.map(([, text], index) => `    ${names[index]?.padEnd(width)} ${printable(text)}`);
}

function deviations({ deviations: met }: Report): string[] {
  return met.map((deviation) => {
    const { id, clause, why } = deviation;
    return `${style('yellow', 'known')} ${id}: ${why}; ${clause}`;
  });
}

function reasons({ reasons: met }: Report): string[] {
  if (met.length === 0) return [];
  const lines = met.slice(0, SHOWN).map(({ call, reasons: [left, right], cases }) => {
    return `    ${String(cases).padStart(7)}  ${call}: ${printable(`${truncate(left)} | ${truncate(right)}`)}`;
  });
  const more = met.length - SHOWN;
  return [
    'refused by both, with the reasons A | B',
    ...lines,
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

function verdict({ total }: Report): string {
  const { cases, differ, agree, knownDeviation, notComparable } = total;
  if (differ > 0) return style('red', `the sides differ in ${differ} of ${cases} cases`);
  if (agree + knownDeviation === 0) return style('yellow', 'nothing could be compared');
  const known = knownDeviation > 0 ? `, ${knownDeviation} differ in a known way` : '';
  const left = notComparable > 0 ? `, ${notComparable} could not be compared` : '';
  return style('green', `the sides agree in ${agree} of ${cases} cases${known}${left}`);
}

function truncate(text: string): string {
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 3)}...` : text;
}

function inWords(outcome: Outcome | null): string {
  if (outcome === null) return 'nothing';
  const { verdict: given, reason, ...content } = outcome;
  const why = reason && [describeReason(reason), reason.path ?? '', reason.fault ?? ''];
  const values = Object.values(content).map((value) => JSON.stringify(value));
  return [given, ...(why ?? []), ...values].filter((part) => part !== '').join(' ');
}
