import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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

describe('the page of a report, in Chromium', () => {
  it('says nothing on the console and asks for nothing, from a file', async () => {
    for (const report of [sample, emptyReport()]) {
      const opened = await open(report);
      await opened.page.waitForLoadState('networkidle');
      assertQuiet(opened);
    }
  });

  it('shows hostile strings and obeys none', async () => {
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

  it('has a policy that refuses any other script and style', async () => {
    const { page, troubles } = await open(sample, {
      tamper: (text) =>
        text.replace('<main>', '<script>hacked = 1</script><main style="display:none">'),
    });
    assert.equal(await page.evaluate('typeof hacked'), 'undefined');
    assert.ok(await page.getByRole('heading', { name: 'Summary' }).isVisible());
    assert.equal(troubles.length, 2);
    for (const trouble of troubles) assert.match(trouble, /Content Security Policy/);
  });

  it('shows both outcomes of a difference side by side, and marks where they part', async () => {
    const { page } = await open(sample);
    const article = page.getByRole('article', { name: /three characters of its key exchanged/ });
    const row = article.getByRole('row', { name: /^results\[0\]\.identifier/ });
    assert.deepEqual(await row.locator('mark').allTextContents(), ['xyz', 'Nz3']);
    assert.equal(await row.getByRole('cell').last().textContent(), 'differs');
    const field = article.getByRole('row', { name: /tokenbindingid\.key_parameters/ });
    assert.equal(await field.getByRole('cell').last().textContent(), '2 ecdsap256');
    assert.ok(await field.isVisible());
  });

  it('goes from a row to its difference, and unfolds it', async () => {
    const differing = sampleReport(0).cases.filter(
      ({ id }) => id === 'generate-message/two-provided',
    );
    const many = Array.from({ length: 30 }, (_, index) =>
      differing.map((reported) => ({ ...reported, id: `generate-message/${index}` })),
    );
    const { page } = await open(reportOf(many.flat()));
    const details = page.locator('#case-29 > details');
    assert.equal(await details.getAttribute('open'), null);
    await page.getByRole('link', { name: 'generate-message/29' }).click();
    await details.getByRole('table').waitFor({ state: 'visible' });
  });

  it('is not wider than a telephone', async () => {
    for (const report of [sample, hostileReport(), emptyReport()]) {
      const { page } = await open(report, { viewport: { width: 360, height: 740 } });
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
    }
  });

  it('prints every difference unfolded, and no filter', async () => {
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

  it('is whole without JavaScript, but for the filter', async () => {
    const { page } = await open(sample, { javaScriptEnabled: false });
    assert.equal(await page.getByRole('search').count(), 0);
    assert.ok(await page.getByRole('article').first().getByRole('table').first().isVisible());
    assert.equal(await page.locator('tr[data-kind]:visible').count(), sample.cases.length);
    const row = page.locator('tr[data-kind=agree]').first();
    assert.equal(await row.getByText('verifyMessage').isVisible(), false);
    await row.locator('summary').click();
    assert.ok(await row.getByText('verifyMessage').isVisible());
  });

  it('says so where there is nothing to show', async () => {
    const { page } = await open(emptyReport());
    assert.ok(await page.getByText('There was nothing to compare.').isVisible());
    assert.ok(await page.getByText('The report lists no case.').isVisible());
    const agreeing = await open(reportOf(agreeingCases(3)));
    assert.ok(await agreeing.page.getByText('There are none:').isVisible());
    assert.ok(await agreeing.page.getByText('None was met.').isVisible());
  });
});
