import { differencesBetween } from '../conformance/compare-outcomes.js';
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
  const { id, title, comparison, input, outcomes, expected } = reported;
  const { kind, path, why } = comparison;
  const place = path === undefined ? '' : ` at ${printable(path)}`;
  return [
    `${style(kind === 'differ' ? 'red' : 'bold', kind)} ${style('bold', id)}${place}`,
    `    ${title}`,
    ...(why === undefined ? [] : [line('why', why)]),
    ...(input === undefined ? [] : [line('input', JSON.stringify(input))]),
    ...outcomes.map((outcome, index) =>
      line(`${'AB'[index]} ${sides[index]?.name}`, inWords(outcome)),
    ),
    ...(expected === undefined ? [] : [line(expected.clause, inWords(expected.outcome))]),
  ];
}

function differences({ cases, total, sides }: Report): string[] {
  const differing = cases.filter(({ comparison }) => comparison.kind === 'differ');
  const lines = differing.slice(0, SHOWN).flatMap((one) => difference(one, sides));
  const more = total.differ - Math.min(differing.length, SHOWN);
  if (more > 0) lines.push(`and ${more} more: --html <file> or --json shows them`);
  return lines;
}

function difference(
  { id, title, comparison, outcomes: [left, right], expected }: ReportedCase,
  sides: Report['sides'],
): string[] {
  const lines = [
    `${style('red', 'differ')} ${style('bold', id)} at ${printable(comparison.path ?? '')}`,
    `    ${title}`,
  ];
  const [first] = left && right ? differencesBetween(sides, left, right) : [];
  const [a, b] =
    first === undefined || first.path === 'verdict'
      ? [inWords(left), inWords(right)]
      : [JSON.stringify(first.left), JSON.stringify(first.right)];
  lines.push(line(`A ${sides[0].name}`, cut(a ?? 'nothing')));
  lines.push(line(`B ${sides[1].name}`, cut(b ?? 'nothing')));
  if (expected !== undefined) lines.push(line(expected.clause, cut(inWords(expected.outcome))));
  return lines;
}

function line(name: string, text: string): string {
  return `    ${name.padEnd(14)} ${printable(text)}`;
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
    return `    ${String(cases).padStart(7)}  ${call}: ${printable(`${left} | ${right}`)}`;
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

function cut(text: string): string {
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 3)}...` : text;
}

function inWords(outcome: Outcome | null): string {
  if (outcome === null) return 'nothing';
  const { verdict: given, reason, ...content } = outcome;
  const why = reason && [describeReason(reason), reason.path ?? '', reason.fault ?? ''];
  const values = Object.values(content).map((value) => JSON.stringify(value));
  return [given, ...(why ?? []), ...values].filter((part) => part !== '').join(' ');
}
