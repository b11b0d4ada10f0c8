import type { CaseInput } from '../case.js';
import { meets } from '../compare-outcomes.js';
import type { KnownDeviation } from '../known-deviations.js';
import type { Report, ReportedCase } from '../report/report.js';
import { decodedMessage } from './decoded.js';
import { type Html, html } from './html.js';
import { inputList } from './input.js';
import { badge, kindOf } from './kind.js';
import { outcomesTable } from './outcomes.js';
import { count, LETTERS } from './text.js';
import { shorten } from './value.js';

/** As many as one looks through; the others are folded, except on paper. */
const UNFOLDED = 20;

/** Where the matrix refers to, for a case that has an article. */
export function articleId(index: number): string {
  return `case-${index}`;
}

export function hasArticle({ comparison }: ReportedCase): boolean {
  return comparison.kind === 'differ' || comparison.kind === 'known-deviation';
}

export function differences(report: Report): Html {
  const { total, unlisted } = report;
  const none =
    total.cases === total.notComparable
      ? 'There was nothing to compare.'
      : 'There are none: every case that could be compared agrees or is a known deviation.';
  return html`<section id="differences" aria-labelledby="differences-title">
<h2 id="differences-title">Differences</h2>
${total.differ === 0 && html`<p class="empty">${none}</p>`}
${unlisted > 0 && html`<p>${count(unlisted, 'more mutation')} that ${unlisted === 1 ? 'differs is' : 'differ are'} counted and not listed.</p>`}
${articles(report, 'differ')}
</section>`;
}

export function deviations(report: Report): Html {
  return html`<section id="deviations" aria-labelledby="deviations-title">
<h2 id="deviations-title">Known deviations</h2>
${report.total.knownDeviation === 0 && html`<p class="empty">None was met.</p>`}
${articles(report, 'known-deviation')}
</section>`;
}

function articles(report: Report, kind: ReportedCase['comparison']['kind']): Html {
  const chosen = [...report.cases.entries()].filter(
    ([, { comparison }]) => comparison.kind === kind,
  );
  return html`<p class="empty" data-all-hidden hidden>The filter hides ${chosen.length === 1 ? 'the only one' : `all ${chosen.length}`}.</p>
${chosen.map(([index, reported], place) => article(report, reported, index, place < UNFOLDED))}`;
}

function article(report: Report, reported: ReportedCase, index: number, unfolded: boolean): Html {
  const { id, title, comparison, input } = reported;
  const anchor = articleId(index);
  const deviation = report.deviations.find(({ id }) => id === comparison.deviation);
  return html`<article id="${anchor}" aria-labelledby="${anchor}-title">
<p class="id">${badge(kindOf(comparison))} <code>${id}</code></p>
<h3 id="${anchor}-title">${title}</h3>
<p>${comparison.path !== undefined && html`The first difference is at <code>${comparison.path}</code>. `}${specification(reported)}</p>
${deviation && deviationFacts(deviation)}
<details${unfolded ? html` open` : ''}>
<summary>Outcomes and input<span class="visually-hidden"> of ${id}</span></summary>
${outcomesTable(reported, report.sides)}
${input && inputShown(id, input)}
</details>
</article>
`;
}

function inputShown(id: string, input: CaseInput): Html {
  return html`<h4>Input</h4>
${inputList(input)}
${input.call === 'verifyMessage' && decodedMessage(id, String(input['message']))}`;
}

/** What the specification says, and who of the two does so. */
function specification({ expected, outcomes }: ReportedCase): Html {
  if (expected === undefined) return html`The case names no clause of the specification.`;
  const met = outcomes.map((outcome) => outcome !== null && meets(expected.outcome, outcome));
  const [does, doesNot] = [true, false].map((wish) => {
    return LETTERS.filter((_, index) => met[index] === wish).join(' and ');
  });
  const who = [
    does && `${does} ${does.length > 1 ? 'meet' : 'meets'} it`,
    doesNot && `${doesNot} ${doesNot.length > 1 ? 'do' : 'does'} not`,
  ];
  return html`The specification wants ${expected.outcome.verdict} (${expected.clause}): ${who.filter(Boolean).join(', ')}.`;
}

function deviationFacts(deviation: KnownDeviation): Html {
  const { id, clause, answer, why } = deviation;
  return html`<dl class="facts">
<dt>Deviation</dt><dd><code>${id}</code></dd>
<dt>Parts from</dt><dd>${clause}</dd>
${whose(deviation)}
<dt>Known answer</dt><dd><code>${shorten(JSON.stringify(answer))}</code></dd>
<dt>Why</dt><dd>${why}</dd>
</dl>`;
}

function whose({ builds }: KnownDeviation): Html {
  if (builds === undefined) return html``;
  const { first, last } = builds;
  const range = last === undefined ? `${first} and later` : `${first} to ${last}`;
  return html`<dt>Windows builds</dt><dd>${range}</dd>`;
}
