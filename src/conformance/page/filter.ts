import type { ReportedCase } from '../report/report.js';
import { type Html, html } from './html.js';
import { KINDS, kindOf } from './kind.js';
import { number } from './text.js';

/** The form that filter.js brings to life, and what stands below it where nothing matches. */
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
  }) => html`<label class="${name}"><input type="checkbox" name="kind" value="${name}" checked> ${label} <small>${number(kinds.filter((kind) => kind === name).length)}</small></label>
`,
)}</fieldset>
<p class="shown"><output role="status"></output> <button type="reset">Show all</button></p>
</form>
<p class="empty" data-no-match hidden>No case matches the filter.</p>`;
}
