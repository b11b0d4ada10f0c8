import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { emptyReport, sampleReport } from '../support/reports.js';
import { browser, type Opening } from './browser.js';

const open = browser();
const sample = sampleReport();

// Not imported: its types need a browser's, and it runs in the page.
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe-core finds, each with the element. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { passes, violations } = (await page.evaluate('axe.run()')) as Record<
    'passes' | 'violations',
    { id: string; nodes: { html: string }[] }[]
  >;
  assert.ok(passes.some(({ id }) => id === 'color-contrast'));
  assert.ok(passes.length > 20);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** The elements that Tab reaches, one after the other, as tag and name. */
async function walk(page: Page): Promise<string[]> {
  const stops: string[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = (await page.evaluate(`(() => {
      const { tagName, name, value, ariaLabel, textContent } = document.activeElement;
      const label = ariaLabel || name || textContent;
      return [tagName.toLowerCase(), tagName === 'INPUT' && name === 'kind' ? value : label].join(' ');
    })()`)) as string;
    if (stop.startsWith('body') || stops.length > 500) return stops;
    stops.push(stop);
  }
}

describe('the page for everyone', () => {
  const settings: Record<string, Opening> = {
    light: { colorScheme: 'light' },
    dark: { colorScheme: 'dark' },
    'a telephone': { colorScheme: 'light', viewport: { width: 360, height: 740 } },
    'a telephone, dark': { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
    'forced colours': { forcedColors: 'active' },
    'nothing that matches': { hash: 'text=nowhere' },
  };
  for (const [name, opening] of Object.entries(settings)) {
    it(`has no violation that axe-core knows: ${name}`, async () => {
      for (const report of [sample, emptyReport()]) {
        const { page } = await open(report, opening);
        assert.deepEqual(await violations(page), []);
      }
    });
  }

  it('has none with everything unfolded either', async () => {
    const { page } = await open(sampleReport(4));
    await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
    assert.deepEqual(await violations(page), []);
  });

  it('is walked with Tab: skip links, filter, differences, tables', async () => {
    const { page } = await open(sampleReport(2));
    const stops = await walk(page);
    assert.deepEqual(stops.slice(0, 11), [
      'a Skip to the differences',
      'a Skip to all cases',
      'div Cases by group',
      'div Why cases are not comparable',
      'input text',
      'input differ',
      'input known-deviation',
      'input not-comparable',
      'input other-reason',
      'input agree',
      'button Show all',
    ]);
    const order = [
      'summary Outcomes and input of messages/signature-of-63-bytes',
      'div Outcomes of messages/signature-of-63-bytes',
      'div Decoded message of messages/signature-of-63-bytes',
      'summary Outcomes and input of probes/version',
      'div Table of all cases',
    ];
    const places = order.map((stop) => stops.indexOf(stop));
    assert.ok(!places.includes(-1), stops.join('\n'));
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
    );
    const rows = stops.slice(stops.indexOf('div Table of all cases') + 1);
    assert.equal(rows.length, sampleReport(2).cases.length);
  });

  it('is worked with the keyboard alone', async () => {
    const { page } = await open(sample);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'SUMMARY');
    const table = page.getByRole('article').first().getByRole('table').first();
    assert.ok(await table.isVisible());
    await page.keyboard.press('Enter');
    assert.equal(await table.isVisible(), false);
    await page.keyboard.press('Space');
    assert.ok(await table.isVisible());
  });

  it('shows where the focus is', async () => {
    const { page } = await open(sample);
    for (let stop = 0; stop < 14; stop++) {
      await page.keyboard.press('Tab');
      const outline = 'getComputedStyle(document.activeElement).outlineStyle';
      assert.notEqual(await page.evaluate(outline), 'none');
    }
  });

  it('has one heading of the first level, and no level left out', async () => {
    const { page } = await open(sample);
    const headings = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]";
    const levels = (await page.evaluate(
      `${headings}.map(({ tagName }) => Number(tagName[1]))`,
    )) as number[];
    assert.equal(levels.filter((level) => level === 1).length, 1);
    for (const [index, level] of levels.entries()) {
      assert.ok(level <= (levels[index - 1] ?? 0) + 1, `heading ${index} of level ${level}`);
    }
  });
});
