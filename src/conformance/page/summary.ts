import type { Report, Tally } from '../report/report.js';
import type { SideDescription } from '../sides/description.js';
import { groupId } from './cases.js';
import { type Content, type Html, html } from './html.js';
import { bar, counts, KINDS } from './kinds.js';
import { capitalize, count, LETTERS, namesOf, number, shorten, shortNameOf, time } from './text.js';

/** More pairs than statuses and codes make; a recording could name any number. */
const MAX_REASONS = 100;

/** The result in a sentence that names both sides. */
export function headline({ total, sides }: Report): string {
  const [a, b] = namesOf(sides);
  const comparable = total.cases - total.notComparable;
  if (total.cases === 0) return `No case was run between ${a} and ${b}.`;
  if (comparable === 0) return `No case could be compared between ${a} and ${b}.`;
  return capitalize(`${a} and ${b} ${agreement(total, comparable)}.`);
}

function agreement({ differ, agree, knownDeviation }: Tally, comparable: number): string {
  const all = count(comparable, 'comparable case');
  if (differ > 0) return `differ in ${number(differ)} of ${all}`;
  if (knownDeviation === 0) {
    return `agree in ${comparable === 1 ? 'the one comparable case' : `all ${all}`}`;
  }
  const known = knownDeviation === 1 ? 'is a known deviation' : 'are known deviations';
  return `agree in ${number(agree)} of ${all}; the other ${number(knownDeviation)} ${known}`;
}

/** Whether the headline is good news, bad news or neither. */
export function tone({ cases, differ, notComparable }: Tally): 'agree' | 'differ' | 'nothing' {
  if (differ > 0) return 'differ';
  return cases > notComparable ? 'agree' : 'nothing';
}

/** The totals, and how they spread over the groups. */
export function summary({ total, groups, cases, whyNotComparable }: Report): Html {
  const listed = new Set(cases.map(({ group }) => group));
  return html`<section id="summary" aria-labelledby="summary-title">
<h2 id="summary-title">Summary</h2>
<dl class="totals">
<div><dt>cases</dt><dd>${number(total.cases)}</dd></div>
${KINDS.map(
  ({ name, label, meaning, count }) =>
    html`<div class="${name}"><dt>${label}</dt><dd>${number(count(total))}</dd><dd class="meaning">${meaning}</dd></div>
`,
)}</dl>
${
  groups.length > 0 &&
  html`<h3>Groups</h3>
<ul class="groups">
${groups.map((group) => groupItem(group, listed.has(group.name)))}</ul>`
}
${whyNotComparable.length > 0 && whyTable(whyNotComparable)}
</section>`;
}

function groupItem(group: Report['groups'][number], isListed: boolean): Html {
  const { name, description, cases } = group;
  return html`<li>
<p><strong>${isListed ? html`<a href="#${groupId(name)}">${name}</a>` : name}</strong> <small>${count(cases, 'case')}</small></p>
${description !== undefined && html`<p class="description">${description}</p>`}
<div>${bar(group)}${counts(group)}</div>
</li>
`;
}

function whyTable(whys: Report['whyNotComparable']): Html {
  return html`<table class="whys">
<caption>Why cases are not comparable</caption>
<thead><tr><th scope="col">Reason</th><th scope="col" class="number">Cases</th><th scope="col">Example</th></tr></thead>
<tbody>
${whys.map(
  ({ why, cases, example }) =>
    html`<tr><th scope="row">${why}</th><td class="number">${number(cases)}</td><td><code>${example}</code></td></tr>
`,
)}</tbody>
</table>`;
}

/** The two sides, and how the cases were made. */
export function comparedSides({ sides, seed, mutations, notes }: Report): Html {
  return html`<section id="sides" aria-labelledby="sides-title">
<h2 id="sides-title">Sides</h2>
<div class="sides">
${sides.map(
  (side, index) => html`<div class="side">
<h3><span class="letter">${LETTERS[index]}</span> ${shortNameOf(side)}</h3>
${side.system?.wine && html`<p class="warning"><strong>Wine, which is not Windows.</strong> These results say nothing about Microsoft’s operating system.</p>`}
${sideFacts(side)}
</div>
`,
)}</div>
<p>Mutations: ${number(mutations)}, made from seed <code>${seed}</code>.</p>
${notes.map((note) => html`<p class="warning">${note}</p>\n`)}</section>`;
}

function sideFacts({ name, library, system, recording }: SideDescription): Html {
  const code = (text: string | undefined) => text && html`<code>${text}</code>`;
  const facts: [string, Content][] = [
    ['Library', code(library?.path)],
    ['Version', code(library?.version)],
    ['SHA-256', code(library?.sha256)],
    ['System', system && `${system.name} ${system.release}, ${system.platform}`],
    ['Node', code(system?.node)],
    ['Recording', code(recording?.file)],
    ['Recorded', recording && `${time(recording.made)}, by tokenbinding ${recording.package}`],
  ];
  const known = facts.filter(([, value]) => value !== undefined);
  if (name === 'specification') return html`<p>The expected result of each case.</p>`;
  return html`<dl class="facts">
${known.map(
  ([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>
`,
)}</dl>`;
}

/** The pairs of reasons for the same cases. They show the meaning of a status of the system. */
export function reasons({ reasons, sides }: Report): Html {
  const left = reasons.length - MAX_REASONS;
  return html`<section id="reasons" aria-labelledby="reasons-title">
<h2 id="reasons-title">Refusal reasons</h2>
${reasons.length === 0 ? html`<p class="empty">No case was refused by both sides with a reason.</p>` : reasonsTable(reasons, sides)}
${left > 0 && html`<p class="omitted">${number(left)} more in the JSON report.</p>`}
</section>`;
}

function reasonsTable(reasons: Report['reasons'], sides: Report['sides']): Html {
  return html`<table class="reasons">
<caption>Reasons of both sides for the same refusal</caption>
<thead><tr>
<th scope="col">Call</th>
${sides.map((side, index) => html`<th scope="col">${LETTERS[index]} <small>${shortNameOf(side)}</small></th>`)}
<th scope="col" class="number">Cases</th>
<th scope="col">Example</th>
</tr></thead>
<tbody>
${reasons.slice(0, MAX_REASONS).map(
  ({ call, reasons: [a, b], cases, example }) => html`<tr>
<th scope="row"><code>${call}</code></th><td><code>${shorten(a)}</code></td><td><code>${shorten(b)}</code></td>
<td class="number">${number(cases)}</td><td><code>${example}</code></td>
</tr>
`,
)}</tbody>
</table>`;
}
