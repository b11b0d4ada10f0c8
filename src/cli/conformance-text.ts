import { describeSide } from '../conformance/describe-side.js';
import type { Outcome } from '../conformance/outcome.js';
import { describeReason } from '../conformance/reasons.js';
import type { Report, ReportedCase, Tally } from '../conformance/report.js';
import { printable, style } from './output.js';

/** How many differences, and how many pairs of reasons, are shown; a page or JSON has the others. */
const SHOWN = 20;

/** Characters of a value in a line. */
const WIDTH = 120;

/** A report for a terminal. */
export function conformanceLines(report: Report): string[] {
  const parts = [heading(report), table(report), differences(report), deviations(report)];
  parts.push(reasons(report), leftOver(report), [verdict(report)]);
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, index) => (index > 0 ? ['', ...part] : part));
}

function heading({ sides, seed, mutations, made }: Report): string[] {
  const [left, right] = sides.map((side) => printable(describeSide(side)));
  return [
    style('bold', 'tokenbinding conformance'),
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
    return `${String(name).padEnd(11)}${padded.join('')}`;
  });
}

function differences({ cases, total, sides }: Report): string[] {
  const differing = cases.filter(({ comparison }) => comparison.kind === 'differ');
  const lines = differing.slice(0, SHOWN).flatMap((one) =>
    difference(
      one,
      sides.map(({ name }) => name),
    ),
  );
  const more = total.differ - Math.min(differing.length, SHOWN);
  if (more > 0) lines.push(`and ${more} more: --html <file> or --json has them`);
  return lines;
}

function difference(
  { id, title, comparison, outcomes, expected }: ReportedCase,
  names: string[],
): string[] {
  const line = (name: string, outcome: Outcome | null) => {
    return `    ${name.padEnd(14)} ${outcome === null ? 'nothing' : shown(outcome, comparison.path)}`;
  };
  const lines = [
    `${style('red', 'differ')} ${style('bold', id)} at ${printable(comparison.path ?? '')}`,
    `    ${title}`,
    line(`A ${names[0]}`, outcomes[0]),
    line(`B ${names[1]}`, outcomes[1]),
  ];
  if (expected !== undefined) lines.push(line(expected.clause, expected.outcome));
  return lines;
}

function deviations({ deviations: met }: Report): string[] {
  return met.map(({ id, clause, why }) => `${style('yellow', 'known')} ${id}: ${why}; ${clause}`);
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

function leftOver({ unasked }: Report): string[] {
  if (unasked === 0) return [];
  return [
    `${unasked} recorded answers are of cases that this version of the package does not have`,
  ];
}

function verdict({ total }: Report): string {
  const { differ, agree, knownDeviation } = total;
  if (differ > 0) return style('red', `the sides differ in ${differ} of ${total.cases} cases`);
  if (agree + knownDeviation === 0) return style('yellow', 'nothing could be compared');
  const known = knownDeviation > 0 ? `, but for ${knownDeviation} known deviations` : '';
  return style('green', `the sides agree in every case that can be compared${known}`);
}

/** What an outcome has where two part; where that is the verdict, all of it. In a line of bounded length. */
function shown(outcome: Outcome, path = 'verdict'): string {
  const text = printable(path === 'verdict' ? inWords(outcome) : valueAt(outcome, path));
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 3)}...` : text;
}

/** @param path `results[1].identifier` */
function valueAt(outcome: Outcome, path: string): string {
  let value: unknown = outcome;
  for (const name of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return 'nothing there';
    value = (value as Record<string, unknown>)[name];
  }
  return JSON.stringify(value);
}

function inWords({ verdict: given, reason, ...content }: Outcome): string {
  const why =
    reason === undefined ? [] : [describeReason(reason), reason.path ?? '', reason.fault ?? ''];
  const values = Object.values(content).map((value) => JSON.stringify(value));
  return [given, ...why, ...values].filter((part) => part !== '').join(' ');
}
