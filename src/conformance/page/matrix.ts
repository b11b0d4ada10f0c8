import type { Group } from '../areas.js';
import type { Outcome } from '../outcome.js';
import type { Report, ReportedCase } from '../report/report.js';
import { articleId, hasArticle } from './articles.js';
import { type Content, type Html, html } from './html.js';
import { inputList } from './input.js';
import { badge, kindOf } from './kind.js';
import { type Leaf, leavesOf, pathsOf } from './leaves.js';
import { count, LETTERS, number, shortNameOf } from './text.js';
import { plain } from './value.js';

/** Of an outcome that is folded away in a row. */
const MAX_VALUES = 24;

type Numbered = readonly [index: number, reported: ReportedCase];

/** Every case of the report in a row: what each side came to, and how that compares. */
export function matrix({ cases, groups, sides }: Report): Html {
  const numbered = [...cases.entries()];
  return html`<section id="cases" aria-labelledby="cases-title">
<h2 id="cases-title">All cases</h2>
${cases.length === 0 ? html`<p class="empty">The report lists no case.</p>` : html`<p class="omitted">Of the mutations only those are listed that differ.</p>`}
<div class="scroll wide" role="region" tabindex="0" aria-label="Table of all cases">
<table class="matrix">
<caption class="visually-hidden">All cases</caption>
<thead><tr>
<th scope="col" class="case">Case</th>
${sides.map((side, index) => html`<th scope="col">${LETTERS[index]} <small>${shortNameOf(side)}</small></th>`)}
<th scope="col">Specification</th>
<th scope="col">Comparison</th>
</tr></thead>
${groups.map((group) =>
  groupRows(
    group.name,
    group.cases,
    numbered.filter(([, reported]) => reported.group === group.name),
  ),
)}
</table>
</div>
</section>`;
}

function groupRows(name: Group, run: number, listed: readonly Numbered[]): Html | undefined {
  if (listed.length === 0) return undefined;
  const listing = listed.length === run ? '' : `, ${number(listed.length)} listed`;
  return html`<tbody>
<tr class="group"><th scope="rowgroup" colspan="5">${name} <small>${count(run, 'case')}${listing}</small></th></tr>
${listed.map(row)}</tbody>
`;
}

function row([index, reported]: Numbered): Html {
  const { id, title, comparison, outcomes, expected } = reported;
  const kind = kindOf(comparison);
  const target = hasArticle(reported) ? articleId(index) : undefined;
  const name = html`<span>${title}</span> <code class="id">${id}</code>`;
  const head = target
    ? html`<a href="#${target}">${name}</a>`
    : html`<details><summary>${name}</summary>${folded(reported)}</details>`;
  return html`<tr data-kind="${kind}" data-text="${searchText(reported)}"${target && html` data-article="${target}"`}>
<th scope="row">${head}</th>
${outcomes.map((outcome) => html`<td>${brief(outcome)}</td>`)}
<td>${expected && html`${brief(expected.outcome)} <small class="clause">${expected.clause}</small>`}</td>
<td>${badge(kind)} ${place(reported)}</td>
</tr>
`;
}

/** Where they part, which deviation it is, or why they cannot be compared. */
function place({ comparison: { path, deviation, why } }: ReportedCase): Html[] {
  const code = (text: string) => html`<code>${text}</code> `;
  return [
    ...[path, deviation].filter((text) => text !== undefined).map(code),
    ...(why === undefined ? [] : [html`<small>${why}</small>`]),
  ];
}

function brief(outcome: Outcome | null): Html {
  if (outcome === null) return html`<span class="absent">none</span>`;
  const { verdict, results, reason } = outcome;
  const parts = [
    results && html`<small>${count(results.length, 'result')}</small>`,
    reason && html`<code>${reason.os?.name ?? reason.os?.hex ?? reason.code}</code>`,
    reason?.fault && html`<small>${reason.fault}</small>`,
  ];
  return html`${verdict} ${parts.map((part) => html`${part} `)}`;
}

/** What a case asked and got; a value that both sides have, once. */
function folded({ input, outcomes: [a, b] }: ReportedCase): Html {
  return html`${input && inputList(input)}<dl class="facts">
${valueList(leavesIn(a), leavesIn(b))}</dl>`;
}

function leavesIn(outcome: Outcome | null): ReadonlyMap<string, Leaf> {
  return outcome ? leavesOf(outcome) : new Map();
}

function valueList(a: ReadonlyMap<string, Leaf>, b: ReadonlyMap<string, Leaf>): Html[] {
  const values = pathsOf([a, b]).flatMap((path): [name: string, leaf: Leaf | undefined][] => {
    const [left, right] = [a.get(path), b.get(path)];
    if (left === right) return [[`A, B ${path}`, left]];
    const each: [string, Leaf | undefined][] = [
      [`A ${path}`, left],
      [`B ${path}`, right],
    ];
    return each.filter(([, leaf]) => leaf !== undefined);
  });
  const left = values.length - MAX_VALUES;
  return [
    ...values.slice(0, MAX_VALUES).map(([name, leaf]) => pair(name, plain(leaf))),
    ...(left > 0 ? [pair('And', `${number(left)} more values`)] : []),
  ];
}

function pair(name: string, value: Content): Html {
  return html`<dt>${name}</dt><dd>${value}</dd>
`;
}

/** What the filter looks in: id, title, paths and codes, in lower case. */
function searchText({ id, title, comparison, outcomes }: ReportedCase): string {
  const reasons = outcomes.flatMap((outcome) => {
    const { code, path, os } = outcome?.reason ?? {};
    return [code, path, os?.hex, os?.name];
  });
  return [id, title, comparison.path, comparison.deviation, ...reasons]
    .filter((text) => text !== undefined)
    .join(' ')
    .toLowerCase();
}
