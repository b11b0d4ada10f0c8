import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Report } from '../../src/conformance/report/report.js';
import { emptyReport, sampleReport } from '../support/reports.js';
import { browser, type Opening } from './browser.js';

const open = browser();
const sample = sampleReport();

// Not imported: its types need a browser's, and it runs in the page.
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** A report with everything that a page can show. */
function withEverything(report: Report): Report {
  const groups = report.groups.map((group) => ({ ...group, description: 'What it is.' }));
  const notes = ['a key may be left for https://a.invalid/'];
  return { ...report, groups, notes, command: 'tokenbinding conformance --replay a.jsonl' };
}

/** The violations that axe-core finds, each with its element. */
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
    it(`has no violation of axe-core's rules: ${name}`, async () => {
      for (const report of [sample, emptyReport()]) {
        const { page } = await open(report, opening);
        assert.deepEqual(await violations(page), []);
      }
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      it(`has none with everything open either: ${colorScheme}, ${width} pixels`, async () => {
        const viewport = { width, height: 900 };
        const { page } = await open(withEverything(sampleReport(4)), { colorScheme, viewport });
        await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
        assert.deepEqual(await violations(page), []);
      });
    }
  }

  it('keeps its tables as tables at every width', async () => {
    const { page } = await open(sample, { viewport: { width: 360, height: 740 } });
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const roles = nodes.filter(({ ignored }) => !ignored).map(({ role }) => role?.value);
    for (const role of ['table', 'row', 'cell', 'rowheader', 'columnheader']) {
      assert.ok(roles.includes(role), role);
    }
  });

  it('has a Tab order: skip links, groups, filter, differences, cases', async () => {
    const { page } = await open(sampleReport(2));
    const stops = await walk(page);
    assert.deepEqual(stops.slice(0, 15), [
      'a Skip to the differences',
      'a Skip to all cases',
      'a vectors',
      'a messages',
      'a generate-message',
      'a identifiers',
      'a probes',
      'a mutations',
      'input text',
      'input differ',
      'input known-deviation',
      'input not-comparable',
      'input other-reason',
      'input agree',
      'button Show all',
    ]);
    const order = [
      'a RFC 8471 3',
      'summary Outcomes and input of messages/signature-of-63-bytes',
      'summary Outcomes and input of messages/second-identifier',
      'summary Outcomes and input of probes/version',
      'summary vectors 2 cases',
      'summary messages 5 cases',
      'summary mutations 1 case',
    ];
    const places = order.map((stop) => stops.indexOf(stop));
    assert.ok(!places.includes(-1), stops.join('\n'));
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
    );
    const ids = sampleReport(2).cases.map(({ id }) => id);
    const rows = stops.slice(stops.indexOf('summary vectors 2 cases'));
    for (const id of ids) assert.equal(rows.filter((stop) => stop.endsWith(` ${id}`)).length, 1);
  });

  it('works with the keyboard alone', async () => {
    const { page } = await open(sample);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'RFC 8471 3');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'SUMMARY');
    const table = page.getByRole('article').first().getByRole('table').first();
    assert.ok(await table.isVisible());
    await page.keyboard.press('Enter');
    assert.equal(await table.isVisible(), false);
    await page.keyboard.press('Space');
    assert.ok(await table.isVisible());
  });

  it('shows the focus', async () => {
    const { page } = await open(sample);
    for (let stop = 0; stop < 14; stop++) {
      await page.keyboard.press('Tab');
      const outline = 'getComputedStyle(document.activeElement).outlineStyle';
      assert.notEqual(await page.evaluate(outline), 'none');
    }
  });

  it('has one heading of the first level, and skips no level', async () => {
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
