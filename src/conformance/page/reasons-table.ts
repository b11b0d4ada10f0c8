import type { Report } from '../report/report.js';
import { type Html, html } from './html.js';
import { LETTERS, number, shortNameOf } from './text.js';

/** More pairs than statuses and codes make; a recording could name any number. */
const MOST = 100;

/** Which reasons met where both refused: what each status of the operating system's stands for. */
export function reasonsTable({ reasons, sides }: Report): Html {
  const left = reasons.length - MOST;
  return html`<section id="reasons" aria-labelledby="reasons-title">
<h2 id="reasons-title">Reasons of refusal</h2>
${reasons.length === 0 ? html`<p class="empty">No case was refused by both with a reason.</p>` : table({ reasons, sides })}
${left > 0 && html`<p class="omitted">${number(left)} more are in the report’s JSON form.</p>`}
</section>`;
}

function table({ reasons, sides }: Pick<Report, 'reasons' | 'sides'>): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Table of reasons">
<table>
<caption>Reasons that met, where both refused</caption>
<thead><tr>
<th scope="col">Call</th>
${sides.map((side, index) => html`<th scope="col">${LETTERS[index]} <small>${shortNameOf(side)}</small></th>`)}
<th scope="col" class="number">Cases</th>
<th scope="col">First of them</th>
</tr></thead>
<tbody>
${reasons.slice(0, MOST).map(
  ({ call, reasons: [a, b], cases, example }) => html`<tr>
<th scope="row"><code>${call}</code></th><td><code>${a}</code></td><td><code>${b}</code></td>
<td class="number">${number(cases)}</td><td><code>${example}</code></td>
</tr>
`,
)}</tbody>
</table>
</div>`;
}
