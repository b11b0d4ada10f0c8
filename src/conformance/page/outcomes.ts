import { comparedParts, haveFailed } from '../compare-outcomes.js';
import type { Outcome } from '../outcome.js';
import type { ReportedCase } from '../report/report.js';
import type { SideDescription } from '../sides/description.js';
import { type Content, type Html, html } from './html.js';
import { type Leaf, leavesOf, pathsOf } from './leaves.js';
import { count, LETTERS, number, shortNameOf } from './text.js';
import { marked, plain } from './value.js';

/** A message of 65 KB has 900 results. */
const MAX_DIFFERENT = 24;
const MAX_EQUAL = 12;

interface Row {
  readonly path: string;
  readonly values: readonly [Leaf | undefined, Leaf | undefined];
  readonly expected: Leaf | undefined;
  readonly state: State;
}

type State = 'equal' | 'differs' | 'only A' | 'only B' | 'not compared';

/** Both outcomes side by side, and the specification's where it has one, value by value. */
export function outcomesTable(
  { id, outcomes, expected }: ReportedCase,
  sides: readonly [SideDescription, SideDescription],
): Html {
  const [a, b] = outcomes.map((outcome) => (outcome ? leavesOf(outcome) : new Map<string, Leaf>()));
  const wanted = expected && leavesOf(expected.outcome);
  const all = [a ?? new Map(), b ?? new Map(), wanted ?? new Map()] as const;
  const rows = rowsOf(all, judgeOf(outcomes, sides));
  const shown = fewEnough(rows);
  return html`<div class="scroll" role="group" tabindex="0" aria-label="Outcomes of ${id}">
<table class="outcomes">
<caption>Outcomes</caption>
<thead><tr>
<th scope="col" class="path">Value</th>
${sides.map((side, index) => html`<th scope="col">${LETTERS[index]} <small>${shortNameOf(side)}</small></th>`)}
${wanted && html`<th scope="col">Specification</th>`}
<th scope="col" class="comparison">Comparison</th>
</tr></thead>
<tbody>
${shown.map((row) => rowHtml(row, wanted !== undefined))}
</tbody>
</table>
${omitted(rows, shown)}
</div>`;
}

type Leaves = ReadonlyMap<string, Leaf>;

function rowsOf([a, b, wanted]: readonly [Leaves, Leaves, Leaves], judge: Judge): Row[] {
  return pathsOf([a, b, wanted]).map((path) => {
    const values = [a.get(path), b.get(path)] as const;
    return { path, values, expected: wanted.get(path), state: judge(path, ...values) };
  });
}

type Judge = (path: string, a: Leaf | undefined, b: Leaf | undefined) => State;

/** What is compared, and what agrees, the comparer says. */
function judgeOf(
  [left, right]: ReportedCase['outcomes'],
  sides: readonly [SideDescription, SideDescription],
): Judge {
  const parts = left && right ? comparedParts(sides, left, right) : [];
  const compared = new Set(parts.flatMap((part: Outcome) => [...leavesOf(part).keys()]));
  const isFailure = left !== null && right !== null && haveFailed(left, right);
  return (path, a, b) => {
    if (isFailure && path === 'verdict') return 'differs';
    if (a === b) return 'equal';
    if (!compared.has(path)) return 'not compared';
    if (a === undefined) return 'only B';
    return b === undefined ? 'only A' : 'differs';
  };
}

function fewEnough(rows: readonly Row[]): Row[] {
  let different = 0;
  let equal = 0;
  return rows.filter(({ state }) =>
    state === 'equal' ? equal++ < MAX_EQUAL : different++ < MAX_DIFFERENT,
  );
}

function omitted(rows: readonly Row[], shown: readonly Row[]): Html | undefined {
  if (shown.length === rows.length) return undefined;
  const different = (list: readonly Row[]) => list.filter(({ state }) => state !== 'equal').length;
  const left = different(rows) - different(shown);
  return html`<p class="omitted">${count(rows.length - shown.length, 'more value')}, ${left === 0 ? 'all of them equal' : `${number(left)} of them different`}, not shown.</p>`;
}

function rowHtml({ path, values: [a, b], expected, state }: Row, withExpected: boolean): Html {
  const cells: Content[] =
    a === undefined || b === undefined || state !== 'differs'
      ? [plain(a), plain(b)]
      : [marked(a, b), marked(b, a)];
  if (withExpected) cells.push(plain(expected, 'not stated'));
  return html`<tr class="${state}"><th scope="row" class="path"><code>${path}</code></th>${cells.map((cell) => html`<td>${cell}</td>`)}<td class="comparison">${state}</td></tr>
`;
}
