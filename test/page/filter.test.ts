import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { emptyReport, reportOf, sampleReport } from '../support/reports.js';
import { assertQuiet, browser } from './browser.js';

const open = browser();
const sample = sampleReport();
const ALL = sample.cases.length;

/** The kinds of the rows that the filter shows. */
async function kinds(page: Page): Promise<string[]> {
  const rows = "[...document.querySelectorAll('tr[data-kind]')]";
  return (await page.evaluate(
    `${rows}.filter((row) => !row.hidden).map((row) => row.dataset.kind)`,
  )) as string[];
}

function ids(page: Page): Promise<string[]> {
  return page.locator('tr[data-kind]:visible code.id').allTextContents();
}

// Waits in the page, which updates before Playwright sees it.
const hashOf = (page: Page) => page.evaluate('location.hash');
const said = (page: Page) => page.getByRole('status').textContent();

describe('the filter of the page', () => {
  it('fits the page at every width, and contains its controls', async () => {
    const many = (kind: 'agree' | 'differ') => {
      const base = sample.cases.filter(({ comparison }) => comparison.kind === kind);
      return Array.from({ length: 1100 }, (_, index) => ({
        ...base[index % base.length],
        id: `generate-message/${kind}-${index}`,
      }));
    };
    const reports = [
      sample,
      reportOf([...many('agree'), ...many('differ')] as typeof sample.cases),
    ];
    for (const report of reports) {
      const { page } = await open(report);
      for (const width of [320, 700, 1000, 1199, 1200, 1210, 1280, 1343, 1400, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = await page.evaluate(`(() => {
          const form = document.querySelector('#filter');
          const right = form.getBoundingClientRect().right + 0.5;
          const inside = [...form.querySelectorAll('*:not(.visually-hidden)')];
          return {
            page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            children: inside.filter((one) => one.getBoundingClientRect().right > right).length,
            below: inside.filter((one) => one.getBoundingClientRect().bottom > form.getBoundingClientRect().bottom).length,
          };
        })()`);
        assert.deepEqual(overflow, { page: 0, children: 0, below: 0 }, `${width}`);
      }
      await page.setViewportSize({ width: 1200, height: 900 });
      // A function: the page's policy allows no evaluation of a text, and Playwright would repeat it at each poll.
      await page.waitForFunction(
        `() => getComputedStyle(document.documentElement).getPropertyValue('--bar') === document.querySelector('#filter').offsetHeight + 'px'`,
      );
    }
  });

  it('shows every case at first, and their number', async () => {
    const { page } = await open(sample);
    assert.equal(await said(page), `${ALL} of ${ALL} listed cases shown`);
    assert.equal((await kinds(page)).length, ALL);
  });

  it('finds text in id, title, code and path, in capitals or not', async () => {
    const opened = await open(sample);
    const { page } = opened;
    const wanted = {
      'generate-message/TWO': ['generate-message/two-provided'],
      'largest message': ['messages/65535-bytes'],
      invalid_token: ['messages/damaged-0', 'messages/damaged-1', 'mutations/11873'],
      '0x80090308': ['messages/damaged-0', 'messages/damaged-1', 'mutations/11873'],
      'observations.server': ['probes/key-types'],
    };
    for (const [text, found] of Object.entries(wanted)) {
      await page.getByRole('searchbox').fill(text);
      assert.deepEqual(await ids(page), found);
      assert.equal(await said(page), `${found.length} of ${ALL} listed cases shown`);
    }
    assertQuiet(opened);
  });

  it('hides the articles and groups of hidden cases', async () => {
    const { page } = await open(sample);
    await page.getByRole('searchbox').fill('generate-message/two');
    assert.deepEqual(await page.locator('article:visible .id code').allTextContents(), [
      'generate-message/two-provided',
    ]);
    assert.equal(await page.locator('.group:visible').count(), 1);
    assert.ok(await page.getByText('The filter hides the only case.').isVisible());
    await page.getByRole('searchbox').fill('');
    assert.equal(await page.getByText('The filter hides').filter({ visible: true }).count(), 0);
  });

  it('opens a folded group with a match', async () => {
    const { page } = await open(sample);
    const row = page.locator('#group-vectors tr[data-kind]').first();
    assert.equal(await row.isVisible(), false);
    await page.getByRole('searchbox').fill('vectors/');
    assert.ok(await row.isVisible());
  });

  it('shows a group at a narrow width only if it has a match', async () => {
    const { page } = await open(sample, { viewport: { width: 360, height: 740 } });
    await page.getByRole('searchbox').fill('generate-message/two');
    assert.equal(await page.locator('tr[data-kind]:visible').count(), 1);
  });

  it('hides the kinds that are not checked', async () => {
    const { page } = await open(sample);
    const box = (name: RegExp) => page.getByRole('checkbox', { name });
    await box(/^agree/).uncheck();
    await box(/^differ/).uncheck();
    assert.deepEqual(
      new Set(await kinds(page)),
      new Set(['other-reason', 'known-deviation', 'not-comparable']),
    );
    assert.equal(await hashOf(page), '#kind=known-deviation%2Cnot-comparable%2Cother-reason');
    assert.ok(await page.getByText(/^The filter hides all \d+ cases\.$/).isVisible());
    await box(/^agree/).check();
    assert.ok((await kinds(page)).includes('agree'));
  });

  it('is written to the address, and read from it', async () => {
    const { page } = await open(sample, { hash: 'text=INVALID_token&kind=other-reason' });
    assert.deepEqual(await ids(page), ['messages/damaged-0', 'messages/damaged-1']);
    assert.equal(await page.getByRole('searchbox').inputValue(), 'INVALID_token');
    assert.equal(await page.getByRole('checkbox', { name: /^agree/ }).isChecked(), false);
    await page.evaluate("location.hash = '#text=generate-message&kind=differ'");
    await page.getByText(`1 of ${ALL} listed`).waitFor();
    await page.evaluate("location.hash = ''");
    await page.getByText(`${ALL} of ${ALL} listed`).waitFor();
    await page.getByRole('searchbox').fill(' a&b=#c ');
    assert.equal(await hashOf(page), '#text=a%26b%3D%23c');
  });

  it('ignores anything else in the address', async () => {
    for (const hash of ['kind=', 'kind=<img>,__proto__', 'text=%00%ff&kind=constructor']) {
      const opened = await open(sample, { hash });
      assert.equal(await said(opened.page), `0 of ${ALL} listed cases shown`);
      assertQuiet(opened);
    }
    const opened = await open(sample, { hash: 'no-such-place' });
    assert.equal(await said(opened.page), `${ALL} of ${ALL} listed cases shown`);
    assertQuiet(opened);
  });

  it('reports that no case matches, and shows all cases after a reset', async () => {
    const opened = await open(sample);
    const { page } = opened;
    const none = page.getByText('No case matches the filter.');
    assert.equal(await none.isVisible(), false);
    await page.getByRole('searchbox').fill('nowhere to be found');
    await page.keyboard.press('Enter');
    assert.ok(await none.isVisible());
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText(`${ALL} of ${ALL} listed`).waitFor();
    assert.equal(await none.isVisible(), false);
    assert.equal(await hashOf(page), '');
    assertQuiet(opened);
    const empty = await open(emptyReport());
    assert.equal(await empty.page.getByText('No case matches').isVisible(), false);
  });
});
