import { createHash } from 'node:crypto';
import { readPackageFile } from '../package-file.js';
import type { Report } from '../report/report.js';
import { allCases, filterForm } from './cases.js';
import { deviations, differences } from './differences.js';
import { Html, html } from './html.js';
import { comparedSides, headline, reasons, summary, tone } from './summary.js';
import { areaName, time } from './text.js';

/**
 * A report as one HTML page. The page needs no other file and no network. Its Content-Security-Policy
 * allows its own style and script alone. Pages of the same report are the same text; two runs differ
 * in the line with the time.
 *
 * @throws TokenBindingError `ERR_TB_NOT_SUPPORTED` in a bundle, because the style and the script are files of this
 * package
 *
 * @example
 * import { runConformance, toHtml } from 'tokenbinding/conformance';
 *
 * const report = await runConformance({
 *   sides: ['portable', 'specification'],
 *   groups: ['vectors', 'messages'],
 * });
 * const page = toHtml(report);
 * console.log(`${page.length} characters`);
 */
export function toHtml(report: Report): string {
  const style = readAsset('page.css');
  const script = readAsset('filter.js');
  const sentence = headline(report);
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
${report.command !== undefined && html`<p class="command"><span class="visually-hidden">Command: </span><code>${report.command}</code></p>`}
</header>
<main>
${summary(report)}
${comparedSides(report)}
${filterForm(report.cases)}
${differences(report)}
${deviations(report)}
${reasons(report)}
${allCases(report)}
</main>
<script type="module">${new Html(script)}</script>
</body>
</html>
`.markup;
}

function readAsset(name: string): string {
  return readPackageFile(`src/conformance/page/assets/${name}`);
}

function hashOf(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}
