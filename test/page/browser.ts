import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { toHtml } from '../../src/conformance/page/to-html.js';
import type { Report } from '../../src/conformance/report/report.js';
import { HANGS, startChromium } from '../support/chromium.js';
import { temporaryFolder } from '../support/folders.js';

/** An open page. */
export interface Opened {
  readonly page: Page;
  /** The messages of the console and the errors, so far. */
  readonly messages: string[];
  /** The addresses of all requests, the document's among them. */
  readonly requests: string[];
}

export interface Opening extends BrowserContextOptions {
  /** The fragment of the address. */
  readonly hash?: string;
  /** Changes the page's text before it is opened. */
  readonly tamper?: (text: string) => string;
}

/** Starts Chromium for the tests of a file. The function opens a report's page from a file. */
export function browser(): (report: Report, opening?: Opening) => Promise<Opened> {
  const folder = temporaryFolder();
  let chrome: Browser;
  let files = 0;
  before(async () => {
    chrome = await startChromium();
  });
  after(() => chrome.close());

  return async (report, { hash = '', tamper = (text: string) => text, ...options } = {}) => {
    const file = join(folder, `report-${files++}.html`);
    writeFileSync(file, tamper(toHtml(report)));
    const context = await chrome.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(HANGS);
    const page = await context.newPage();
    const opened: Opened = { page, messages: [], requests: [] };
    page.on('console', (message) => opened.messages.push(message.text()));
    page.on('pageerror', (error) => opened.messages.push(error.message));
    page.on('request', (request) => opened.requests.push(request.url()));
    await page.goto(`${pathToFileURL(file)}${hash === '' ? '' : `#${hash}`}`);
    return opened;
  };
}

/** Asserts that the console is empty and that only the document was requested. */
export function assertQuiet({ messages, requests }: Opened): void {
  assert.deepEqual(messages, []);
  assert.equal(requests.length, 1, requests.join('\n'));
}
