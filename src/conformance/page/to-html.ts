import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Report } from '../report/report.js';
import { deviations, differences } from './articles.js';
import { filterForm } from './filter.js';
import { Html, html } from './html.js';
import { matrix } from './matrix.js';
import { reasonsTable } from './reasons-table.js';
import { comparedSides, summary, tone, verdict } from './summary.js';
import { areaName, time } from './text.js';

/** The later may overrule the earlier. */
const STYLES = [
  'base.css',
  'verdict.css',
  'summary.css',
  'tables.css',
  'kinds.css',
  'filter.css',
  'cases.css',
  'print.css',
];

/**
 * A report as one HTML page that needs no other file and no network, and may not ask for any: its
 * Content-Security-Policy allows its own style and script alone. Two pages of the same run differ in
 * the line with the time at which the report was made.
 *
 * @example
 * ```js
 * import { runConformance, toHtml } from 'tokenbinding/conformance';
 *
 * const report = await runConformance({
 *   sides: ['portable', 'specification'],
 *   groups: ['vectors', 'messages'],
 * });
 * const page = toHtml(report);
 * console.log(`${page.length} characters`);
 * ```
 */
export function toHtml(report: Report): string {
  const style = STYLES.map(sourceOf).join('');
  const script = sourceOf('filter.js');
  const sentence = verdict(report);
  const name = areaName(report.area);
  const policy = `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${sentence} ${name} conformance</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#differences">Skip to the differences</a>
<a class="skip" href="#cases">Skip to all cases</a>
<header>
<p class="eyebrow">${name} conformance</p>
<h1 class="${tone(report.total)}">${sentence}</h1>
<p class="made">Made by tokenbinding ${report.package} at
<time datetime="${report.made}">${time(report.made)}</time>
</p>
</header>
<main>
${summary(report)}
${comparedSides(report)}
${filterForm(report.cases)}
${differences(report)}
${deviations(report)}
${reasonsTable(report)}
${matrix(report)}
</main>
<script type="module">${new Html(script)}</script>
</body>
</html>
`.markup;
}

// Compiled modules lie in dist, and the sources with the style and the script beside it.
function sourceOf(name: string): string {
  const file = new URL(`../../../../src/conformance/page/assets/${name}`, import.meta.url);
  return readFileSync(file, 'utf8');
}

function hashOf(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}
