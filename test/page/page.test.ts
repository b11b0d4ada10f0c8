import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { Report } from '../../src/conformance/report/report.js';
import {
  agreeingCases,
  emptyReport,
  hostileReport,
  PAYLOAD,
  reportOf,
  sampleReport,
} from '../support/reports.js';
import { assertQuiet, browser } from './browser.js';

const open = browser();
const sample = sampleReport();

/** A report with long names that have no break opportunity. */
function longNames(report: Report): Report {
  const [a, b] = report.sides;
  const file = `${'recording-of-a-long-day'.repeat(8)}.jsonl`;
  const recording = { file, made: report.made, package: report.package };
  const command = `tokenbinding conformance --replay ${file}`;
  return { ...report, command, sides: [{ ...a, recording }, b] };
}

/** Elements that are wider than the window or whose content overflows. */
async function sideways(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const hidden = (one) => one.closest('.visually-hidden, .skip, thead') !== null;
    const { clientWidth } = document.documentElement;
    const isWide = (one) => one.getBoundingClientRect().right > clientWidth + 0.5;
    const scrolls = (one) =>
      getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth;
    return [document.documentElement, ...document.querySelectorAll('body, body *')]
      .filter((one) => !hidden(one) && one.checkVisibility() && (isWide(one) || scrolls(one)))
      .concat(document.documentElement.scrollWidth > clientWidth ? [document.body] : [])
      .map((one) => one.outerHTML.slice(0, 80));
  })()`)) as string[];
}

describe('the page of a report, in Chromium', () => {
  it('writes nothing on the console and requests nothing, from a file', async () => {
    for (const report of [sample, emptyReport()]) {
      const opened = await open(report);
      await opened.page.waitForLoadState('networkidle');
      assertQuiet(opened);
    }
  });

  it('shows hostile strings and runs none', async () => {
    const opened = await open(hostileReport());
    const { page } = opened;
    assert.equal(await page.evaluate('typeof hacked'), 'undefined');
    assert.equal(await page.locator('img').count(), 0);
    const shown = `windows-11.json${PAYLOAD.replace('\u202e', '\\u{202e}').replace('\0', '\\u{0}')}`;
    assert.equal(await page.getByText(shown, { exact: true }).count(), 1);
    await page.getByRole('searchbox').fill('<img');
    assert.match((await page.getByRole('status').textContent()) ?? '', /^13 of 13 /);
    assertQuiet(opened);
  });

  it('has a policy that blocks any other script and style', async () => {
    const { page, messages } = await open(sample, {
      tamper: (text) =>
        text.replace('<main>', '<script>hacked = 1</script><main style="display:none">'),
    });
    assert.equal(await page.evaluate('typeof hacked'), 'undefined');
    assert.ok(await page.getByRole('heading', { name: 'Summary' }).isVisible());
    assert.equal(messages.length, 2);
    for (const message of messages) assert.match(message, /Content Security Policy/);
  });

  it('shows both outcomes of a difference side by side, and marks what differs', async () => {
    const { page } = await open(sample);
    const article = page.getByRole('article', { name: /three characters of its key exchanged/ });
    const row = article.getByRole('row', { name: /^results\[0\]\.identifier/ });
    assert.deepEqual(await row.locator('mark').allTextContents(), ['xyz', 'Nz3']);
    assert.equal(await row.getByRole('cell').last().textContent(), 'differs');
    const field = article.getByRole('row', { name: /tokenbindingid\.key_parameters/ });
    assert.equal(await field.getByRole('cell').last().textContent(), '2 ecdsap256');
    assert.ok(await field.isVisible());
  });

  it('opens the difference that a row links to', async () => {
    const differing = sampleReport(0).cases.filter(
      ({ id }) => id === 'generate-message/two-provided',
    );
    const many = Array.from({ length: 30 }, (_, index) =>
      differing.map((reported) => ({ ...reported, id: `generate-message/${index}` })),
    );
    const { page } = await open(reportOf(many.flat()));
    const details = page.locator('#case-29 > details');
    assert.equal(await details.getAttribute('open'), null);
    await page.locator('#group-generate-message > summary').click();
    await page.getByRole('link', { name: 'generate-message/29' }).click();
    await details.getByRole('table').waitFor({ state: 'visible' });
  });

  it('opens the cases that a group links to', async () => {
    const { page } = await open(sample);
    const row = page.locator('#group-vectors tr[data-kind]').first();
    assert.equal(await row.isVisible(), false);
    await page.getByRole('link', { name: 'vectors', exact: true }).click();
    await row.waitFor({ state: 'visible' });
  });

  it('never scrolls sideways, folded or open', async () => {
    const reports = { sample: longNames(sample), hostile: hostileReport(), empty: emptyReport() };
    for (const [name, report] of Object.entries(reports)) {
      const { page } = await open(report);
      for (const isOpen of [false, true]) {
        await page.evaluate(
          `for (const d of document.querySelectorAll('details')) d.open = ${isOpen}`,
        );
        for (const width of [360, 480, 600, 768, 900, 961, 1024, 1200, 1280, 1440, 1920]) {
          await page.setViewportSize({ width, height: 900 });
          assert.deepEqual(await sideways(page), [], `${name}, ${width}, ${isOpen}`);
        }
      }
    }
  });

  it('prints every difference open, without the filter', async () => {
    const { page } = await open(sample);
    await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = false");
    const tables = page.locator('article table');
    assert.equal(await tables.first().isVisible(), false);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const table of await tables.all()) assert.ok(await table.isVisible());
    assert.equal(await page.getByRole('search').isVisible(), false);
    const background = 'getComputedStyle(document.documentElement).backgroundColor';
    assert.equal(await page.evaluate(background), 'rgb(253, 253, 251)');
  });

  it('is complete without JavaScript, except for the filter', async () => {
    const { page } = await open(sample, { javaScriptEnabled: false });
    assert.equal(await page.getByRole('search').count(), 0);
    assert.ok(await page.getByRole('article').first().getByRole('table').first().isVisible());
    const groups = page.locator('.group:not([open]) > summary');
    for (let left = await groups.count(); left > 0; left--) await groups.first().click();
    assert.equal(await page.locator('tr[data-kind]:visible').count(), sample.cases.length);
    const row = page.locator('tr[data-kind=agree]').first();
    assert.equal(await row.getByText('verifyMessage').isVisible(), false);
    await row.locator('summary').click();
    assert.ok(await row.getByText('verifyMessage').isVisible());
  });

  it('states that the report is empty', async () => {
    const { page } = await open(emptyReport());
    assert.ok(await page.getByText('No case could be compared.').isVisible());
    assert.ok(await page.getByText('The report lists no case.').isVisible());
    const agreeing = await open(reportOf(agreeingCases(3)));
    assert.ok(await agreeing.page.getByText('None. Every comparable case agrees').isVisible());
    assert.ok(await agreeing.page.getByText('No case shows a known deviation.').isVisible());
  });
});
