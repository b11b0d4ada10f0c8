import type { Report, Tally } from '../report/report.js';
import type { SideDescription } from '../sides/description.js';
import { type Content, type Html, html } from './html.js';
import { KINDS } from './kind.js';
import { capitalize, count, LETTERS, namesOf, number, shortNameOf, time } from './text.js';

/** The answer in a sentence: how many cases differ. */
export function verdict({ total, sides, area }: Report): string {
  const [a, b] = namesOf(sides, area);
  const comparable = total.cases - total.notComparable;
  if (total.cases === 0) return 'No case was run.';
  if (comparable === 0) return 'Nothing could be compared.';
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

/** Whether the verdict is good news, bad news or none. */
export function tone({ cases, differ, notComparable }: Tally): 'agree' | 'differ' | 'nothing' {
  if (differ > 0) return 'differ';
  return cases > notComparable ? 'agree' : 'nothing';
}

/** The totals, and how they spread over the groups. */
export function summary({ total, groups, whyNotComparable }: Report): Html {
  return html`<section id="summary" aria-labelledby="summary-title">
<h2 id="summary-title">Summary</h2>
<dl class="totals">
<div><dt>cases</dt><dd>${number(total.cases)}</dd></div>
${KINDS.map(
  ({
    name,
    label,
    count,
  }) => html`<div class="${name}"><dt>${label}</dt><dd>${number(count(total))}</dd></div>
`,
)}</dl>
<div class="scroll" role="region" tabindex="0" aria-label="Cases by group">
<table class="tally">
<caption>Cases by group</caption>
<thead><tr><th scope="col">Group</th><th scope="col" class="number">Cases</th>${KINDS.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}</tr></thead>
<tbody>
${groups.map(
  (group) => html`<tr><th scope="row">${group.name}</th>${tallyCells(group)}</tr>
`,
)}</tbody>
</table>
</div>
${whyNotComparable.length > 0 && whyTable(whyNotComparable)}
<dl class="meanings">
${KINDS.map(
  ({ label, meaning }) => html`<div><dt>${label}</dt><dd>${meaning}</dd></div>
`,
)}</dl>
</section>`;
}

function whyTable(whys: Report['whyNotComparable']): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Why cases are not comparable">
<table>
<caption>Why cases are not comparable</caption>
<thead><tr><th scope="col">Reason</th><th scope="col" class="number">Cases</th><th scope="col">First of them</th></tr></thead>
<tbody>
${whys.map(
  ({
    why,
    cases,
    example,
  }) => html`<tr><th scope="row">${why}</th><td class="number">${number(cases)}</td><td><code>${example}</code></td></tr>
`,
)}</tbody>
</table>
</div>`;
}

function tallyCells(tally: Tally): Html[] {
  const amounts = [tally.cases, ...KINDS.map(({ count }) => count(tally))];
  return amounts.map(
    (amount) => html`<td class="number${amount === 0 ? ' zero' : ''}">${number(amount)}</td>`,
  );
}

/** Who was compared, and how the cases were made. */
export function comparedSides({ sides, seed, mutations, notes }: Report): Html {
  return html`<section id="sides" aria-labelledby="sides-title">
<h2 id="sides-title">What was compared</h2>
<div class="sides">
${sides.map(
  (side, index) => html`<div class="side">
<h3><span class="letter">${LETTERS[index]}</span> ${shortNameOf(side)}</h3>
${side.system?.wine && html`<p class="warning"><strong>Wine, which is not Windows.</strong> These answers say nothing about Microsoft’s operating system.</p>`}
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
  if (name === 'specification') return html`<p>What the clauses want that each case names.</p>`;
  return html`<dl class="facts">
${known.map(
  ([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>
`,
)}</dl>`;
}
