import { type ComparedValue, comparedValues, type Leaf } from '../compared-values.js';
import type { ReportedCase } from '../report/report.js';
import type { SideDescription } from '../sides/description.js';
import { type Content, type Html, html } from './html.js';
import { count, LETTERS, number, shorten, shortNameOf } from './text.js';

/** A message of 65 KB has 900 results. */
const MAX_DIFFERENT = 24;
const MAX_EQUAL = 12;

/** Characters of the equal text to show on each side of the difference. */
const CONTEXT = 24;
/** In byte texts of at least this length only the different part is marked. */
const LONG_ENOUGH_TO_SPLIT = 40;

type Sides = readonly [SideDescription, SideDescription];

interface Row extends ComparedValue {
  readonly expected?: Leaf | undefined;
}

/** The values of both outcomes in the order in which they are shown. `hex` stands for `status`. */
export function valuesOf({ outcomes }: ReportedCase, sides: Sides): ComparedValue[] {
  const values = comparedValues(sides, ...outcomes);
  return values.filter(({ path }) => path !== 'reason.os.status');
}

/** Both outcomes side by side, value by value, with the expectation unless this is a side itself. */
export function outcomesTable(reported: ReportedCase, sides: Sides): Html {
  const hasExpected =
    reported.expected !== undefined && sides.every(({ name }) => name !== 'specification');
  const values = valuesOf(reported, sides);
  const rows = hasExpected ? withExpected(values, reported, sides) : values;
  const shown = fewEnough(rows);
  return html`<table class="outcomes" aria-label="Outcomes of ${reported.id}">
<caption>Outcomes</caption>
<thead><tr>
<th scope="col" class="path">Value</th>
${sides.map((side, index) => html`<th scope="col">${LETTERS[index]} <small>${shortNameOf(side)}</small></th>`)}
${hasExpected && html`<th scope="col">Specification</th>`}
<th scope="col" class="comparison">Comparison</th>
</tr></thead>
<tbody>
${shown.map((row) => rowHtml(row, hasExpected))}
</tbody>
</table>
${omittedRows(rows, shown)}`;
}

function withExpected(
  values: readonly ComparedValue[],
  { expected }: ReportedCase,
  sides: Sides,
): Row[] {
  const stated = comparedValues(sides, expected?.outcome ?? null, null);
  const leaves = new Map(stated.map(({ path, left }) => [path, left]));
  const missing = new Map(leaves);
  for (const { path } of values) missing.delete(path);
  return [
    ...values.map((value) => ({ ...value, expected: leaves.get(value.path) })),
    ...Array.from(missing, ([path, leaf]): Row => {
      return { path, left: undefined, right: undefined, relation: 'equal', expected: leaf };
    }),
  ];
}

function fewEnough(rows: readonly Row[]): Row[] {
  let different = 0;
  let equal = 0;
  return rows.filter(({ relation }) =>
    relation === 'equal' ? equal++ < MAX_EQUAL : different++ < MAX_DIFFERENT,
  );
}

function omittedRows(rows: readonly Row[], shown: readonly Row[]): Html | undefined {
  if (shown.length === rows.length) return undefined;
  const different = (list: readonly Row[]) =>
    list.filter(({ relation }) => relation === 'different').length;
  const left = different(rows) - different(shown);
  return html`<p class="omitted">${count(rows.length - shown.length, 'more value')}, ${left === 0 ? 'none' : number(left)} of them different, not shown.</p>`;
}

function rowHtml(row: Row, hasExpected: boolean): Html {
  const { path, left, right, expected, relation } = row;
  const cells: Content[] =
    left === undefined || right === undefined || relation !== 'different'
      ? [plain(left), plain(right)]
      : [markDifference(left, right), markDifference(right, left)];
  return html`<tr class="${relation}"><th scope="row" class="path"><code>${shorten(path)}</code></th>${cells.map((cell) => html`<td>${cell}</td>`)}${
    hasExpected && html`<td class="expected">${plain(expected, 'not stated')}</td>`
  }<td class="comparison">${labelOf(row)}</td></tr>
`;
}

function labelOf({ left, right, relation }: Row): string {
  if (relation === 'ignored') return 'not compared';
  if (relation === 'equal') return left === undefined ? 'neither' : 'equal';
  if (left === undefined) return 'only B';
  return right === undefined ? 'only A' : 'differs';
}

export function plain(leaf: Leaf | undefined, absence = 'none'): Html {
  if (leaf === undefined) return html`<span class="absent">${absence}</span>`;
  if (leaf === '') return html`<span class="absent">empty</span>`;
  return html`<code>${shorten(String(leaf))}</code>`;
}

/** Marks the part of a value that differs from the other one. */
function markDifference(leaf: Leaf, other: Leaf): Html {
  if (leaf === '') return html`<mark>empty</mark>`;
  if (areBytes(leaf) && areBytes(other)) return markedBytes(leaf, other);
  // The number 96 and the text "96" are different and must not look equal.
  const isAlike = leaf !== other && String(leaf) === String(other);
  const text = isAlike ? JSON.stringify(leaf) : String(leaf);
  return html`<code><mark>${shorten(text)}</mark></code>`;
}

function areBytes(leaf: Leaf): leaf is string {
  return typeof leaf === 'string' && leaf.length >= LONG_ENOUGH_TO_SPLIT && /^[\w-]+$/.test(leaf);
}

function markedBytes(text: string, other: string): Html {
  const shorter = Math.min(text.length, other.length);
  let start = 0;
  while (start < shorter && text[start] === other[start]) start++;
  let tail = 0;
  while (tail < shorter - start && text.at(-1 - tail) === other.at(-1 - tail)) tail++;
  const end = text.length - tail;
  const before = start <= CONTEXT ? text.slice(0, start) : `…${text.slice(start - CONTEXT, start)}`;
  const after = tail <= CONTEXT ? text.slice(end) : `${text.slice(end, end + CONTEXT)}…`;
  const middle = start === end ? '(nothing)' : shorten(text.slice(start, end));
  return html`<code>${before}<mark>${middle}</mark>${after}</code>`;
}
