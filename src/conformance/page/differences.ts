import { meets } from '../compare-outcomes.js';
import type { KnownDeviation } from '../known-deviations.js';
import type { Report, ReportedCase } from '../report/report.js';
import { type Html, html } from './html.js';
import { inputOf } from './input.js';
import { badge, kindOf } from './kinds.js';
import { outcomesTable } from './outcomes.js';
import { clauseLinks, count, LETTERS, shorten } from './text.js';

/** How many articles are open at first; the others are folded, except on paper. */
const MAX_OPEN = 20;

/** The anchor of a case that has an article. */
export function articleId(index: number): string {
  return `case-${index}`;
}

export function hasArticle({ comparison }: ReportedCase): boolean {
  return comparison.kind === 'differ' || comparison.kind === 'known-deviation';
}

export function differences(report: Report): Html {
  const { total, omittedMutations } = report;
  const none =
    total.cases === total.notComparable
      ? 'No case could be compared.'
      : 'None. Every comparable case agrees or is a known deviation.';
  return html`<section id="differences" aria-labelledby="differences-title">
<h2 id="differences-title">Differences</h2>
${total.differ === 0 && html`<p class="empty">${none}</p>`}
${omittedMutations > 0 && html`<p>${count(omittedMutations, 'more case differs', 'more cases differ')}. The report counts ${omittedMutations === 1 ? 'it' : 'them'} without a listing.</p>`}
${articles(report, 'differ')}
</section>`;
}

export function deviations(report: Report): Html {
  return html`<section id="deviations" aria-labelledby="deviations-title">
<h2 id="deviations-title">Known deviations</h2>
${report.total.knownDeviation === 0 && html`<p class="empty">No case shows a known deviation.</p>`}
${articles(report, 'known-deviation')}
</section>`;
}

function articles(report: Report, kind: ReportedCase['comparison']['kind']): Html {
  const chosen = [...report.cases.entries()].filter(
    ([, { comparison }]) => comparison.kind === kind,
  );
  return html`<p class="empty" data-all-hidden hidden>The filter hides ${chosen.length === 1 ? 'the only case' : `all ${chosen.length} cases`}.</p>
${chosen.map(([index, reported], place) => article(report, reported, index, place < MAX_OPEN))}`;
}

function article(report: Report, reported: ReportedCase, index: number, isOpen: boolean): Html {
  const { id, title, comparison, input } = reported;
  const anchor = articleId(index);
  const deviation = report.deviations.find(({ id }) => id === comparison.deviation);
  return html`<article id="${anchor}" aria-labelledby="${anchor}-title">
<p class="id">${badge(kindOf(comparison))} <code>${id}</code></p>
<h3 id="${anchor}-title">${title}</h3>
<p>${comparison.path !== undefined && html`First difference: <code>${shorten(comparison.path)}</code>. `}${expectation(reported)}</p>
${deviation && deviationFacts(deviation)}
<details${isOpen ? html` open` : ''}>
<summary>Outcomes and input<span class="visually-hidden"> of ${id}</span></summary>
${outcomesTable(reported, report.sides)}
${
  input &&
  html`<h4>Input</h4>
${inputOf(id, input)}`
}
</details>
</article>
`;
}

/** What the specification expects, and which sides meet it. */
function expectation({ expected, outcomes }: ReportedCase): Html {
  if (expected === undefined) return html`The specification leaves this case open.`;
  const { outcome, clause } = expected;
  const isMet = outcomes.map((given) => given !== null && meets(outcome, given));
  const [met, missed] = [true, false].map((wanted) =>
    LETTERS.filter((_, index) => isMet[index] === wanted),
  ) as [string[], string[]];
  const verdict = outcome.verdict === 'observed' ? 'a certain observation' : outcome.verdict;
  const who = [
    met.length > 0 && `${met.join(' and ')} ${met.length > 1 ? 'meet' : 'meets'} it`,
    missed.length > 0 && `${missed.join(' and ')} ${missed.length > 1 ? 'do' : 'does'} not`,
  ];
  return html`The specification expects ${verdict} (${clauseLinks(clause)}): ${who.filter(Boolean).join(', ')}.`;
}

function deviationFacts(deviation: KnownDeviation): Html {
  const { id, clause, answer, why } = deviation;
  return html`<dl class="facts">
<dt>Deviation</dt><dd><code>${id}</code></dd>
<dt>Clause</dt><dd>${clauseLinks(clause)}</dd>
${windowsBuilds(deviation)}
<dt>Known answer</dt><dd><code>${shorten(JSON.stringify(answer))}</code></dd>
<dt>Explanation</dt><dd>${why}</dd>
</dl>`;
}

function windowsBuilds({ builds }: KnownDeviation): Html | undefined {
  if (builds === undefined) return undefined;
  const { first, last } = builds;
  const range = last === undefined ? `${first} and later` : `${first} to ${last}`;
  return html`<dt>Windows builds</dt><dd>${range}</dd>`;
}
