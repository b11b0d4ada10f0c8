import type { Group } from '../areas.js';
import type { Leaf } from '../compared-values.js';
import type { Outcome } from '../outcome.js';
import type { Report, ReportedCase } from '../report/report.js';
import { articleId, hasArticle } from './differences.js';
import { type Content, type Html, html } from './html.js';
import { inputList } from './input.js';
import { badge, KINDS, kindOf } from './kinds.js';
import { plain, valuesOf } from './outcomes.js';
import { clauseLinks, count, LETTERS, number, shorten, shortNameOf } from './text.js';

/** The most values in the folded details of a row. */
const MAX_VALUES = 24;
/** Groups with more cases than this are folded at first. */
const MAX_OPEN = 20;

type Numbered = readonly [index: number, reported: ReportedCase];

/** The anchor of a group's cases. */
export function groupId(name: Group): string {
  return `group-${name}`;
}

/** The form that filter.js shows and serves. */
export function filterForm(cases: readonly ReportedCase[]): Html {
  const kinds = cases.map(({ comparison }) => kindOf(comparison));
  return html`<form id="filter" class="filter" role="search" aria-label="Cases" hidden>
<label class="text">Filter <input type="search" name="text" placeholder="id, title, code or path" autocomplete="off" spellcheck="false"></label>
<fieldset>
<legend class="visually-hidden">Kinds of comparison</legend>
${KINDS.map(
  ({
    name,
    label,
  }) => html`<label><input type="checkbox" name="kind" value="${name}" checked> ${label} <small>${number(kinds.filter((kind) => kind === name).length)}</small></label>
`,
)}</fieldset>
<p class="shown"><output role="status"></output> <button type="reset">Show all</button></p>
</form>
<p class="empty" data-no-match hidden>No case matches the filter.</p>`;
}

/** Every listed case in a row, folded by group. */
export function allCases(report: Report): Html {
  const { cases, groups } = report;
  const numbered = [...cases.entries()];
  return html`<section id="cases" aria-labelledby="cases-title">
<h2 id="cases-title">All cases</h2>
${cases.length === 0 ? html`<p class="empty">The report lists no case.</p>` : html`<p class="omitted">Only mutations that differ are listed.</p>`}
${groups.map((group) => {
  const listed = numbered.filter(([, reported]) => reported.group === group.name);
  return listed.length > 0 && groupDetails(report, group, listed);
})}</section>`;
}

function groupDetails(
  { sides }: Report,
  group: Report['groups'][number],
  listed: readonly Numbered[],
): Html {
  const { name, cases } = group;
  const listing = listed.length === cases ? '' : `, ${number(listed.length)} listed`;
  const hasSpecification = sides.every((side) => side.name !== 'specification');
  return html`<details class="group" id="${groupId(name)}"${listed.length <= MAX_OPEN && html` open`}>
<summary><h3>${name}</h3> <small>${count(cases, 'case')}${listing}</small></summary>
<table class="cases" aria-label="Cases of ${name}">
<thead><tr>
<th scope="col" class="case">Case</th>
${sides.map((side, index) => html`<th scope="col">${LETTERS[index]} <small>${shortNameOf(side)}</small></th>`)}
${hasSpecification && html`<th scope="col">Specification</th>`}
<th scope="col">Comparison</th>
</tr></thead>
<tbody>
${listed.map(([index, reported]) => row(reported, index, sides, hasSpecification))}</tbody>
</table>
</details>
`;
}

function row(
  reported: ReportedCase,
  index: number,
  sides: Report['sides'],
  hasSpecification: boolean,
): Html {
  const { id, title, comparison, outcomes, expected } = reported;
  const kind = kindOf(comparison);
  const target = hasArticle(reported) ? articleId(index) : undefined;
  const name = html`<span>${title}</span> <code class="id">${id}</code>`;
  const head = target
    ? html`<a href="#${target}">${name}</a>`
    : html`<details><summary>${name}</summary>${caseDetails(reported, sides)}</details>`;
  return html`<tr data-kind="${kind}" data-text="${searchText(reported)}"${target && html` data-article="${target}"`}>
<th scope="row">${head}</th>
${outcomes.map((outcome) => html`<td>${brief(outcome)}</td>`)}
${hasSpecification && html`<td class="expected">${expected && html`${brief(expected.outcome)} <small>${clauseLinks(expected.clause)}</small>`}</td>`}
<td class="comparison">${badge(kind)} ${place(comparison)}${!hasSpecification && expected && html`<small>${clauseLinks(expected.clause)}</small>`}</td>
</tr>
`;
}

/** Where they differ, which deviation it is, or why they cannot be compared. */
function place({ path, deviation, why }: ReportedCase['comparison']): Html[] {
  const code = (text: string) => html`<code>${shorten(text)}</code> `;
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
    reason && html`<code>${shorten(reason.os?.name ?? reason.os?.hex ?? reason.code)}</code>`,
    reason?.fault && html`<small>${shorten(reason.fault)}</small>`,
  ];
  return html`${verdict} ${parts.map((part) => html`${part} `)}`;
}

/** The input and the outcomes. A value that both sides have stands there once. */
function caseDetails(reported: ReportedCase, sides: Report['sides']): Html {
  const values = valuesOf(reported, sides).flatMap((value): [string, Leaf | undefined][] => {
    const { left, right, relation } = value;
    const path = shorten(value.path);
    if (relation === 'equal') return [[`A, B ${path}`, left]];
    const each: [string, Leaf | undefined][] = [
      [`A ${path}`, left],
      [`B ${path}`, right],
    ];
    return each.filter(([, leaf]) => leaf !== undefined);
  });
  const left = values.length - MAX_VALUES;
  return html`${reported.input && inputList(reported.input)}<dl class="facts">
${values.slice(0, MAX_VALUES).map(([name, leaf]) => pair(name, plain(leaf)))}${left > 0 && pair('And', `${number(left)} more values`)}</dl>`;
}

function pair(name: string, value: Content): Html {
  return html`<dt>${name}</dt><dd>${value}</dd>
`;
}

/** What the filter searches: id, title, paths and codes, in lower case. */
function searchText({ id, title, comparison, outcomes }: ReportedCase): string {
  const { path, deviation } = comparison;
  const reasons = outcomes.flatMap((outcome) => {
    const { code, path, os } = outcome?.reason ?? {};
    return [code, path, os?.hex, os?.name];
  });
  const found = [path, deviation, ...reasons].filter((text) => text !== undefined);
  return [id, title, ...found.map(shorten)].join(' ').toLowerCase();
}
