import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { HANGS, startChromium } from '../support/chromium.js';
import { temporaryFolder } from '../support/folders.js';
import { ACCOUNTS, type Account, ALICE, JUERGEN } from './accounts.js';
import { type Certificate, certificate } from './http-auth/certificate.js';
import { OurServer, type ServerOptions } from './http-auth/our-server.js';
import { describeLogon } from './http-auth/sent.js';
import { USERS } from './http-auth/users.js';
import { userFile } from './program.js';

const ALLOWED = '--auth-server-allowlist=127.0.0.1';

interface Visit {
  readonly page: Page;
  readonly status: number;
  readonly body: string;
}

describe('Chromium and our server', () => {
  const folder = temporaryFolder();
  const servers: OurServer[] = [];
  let own: Certificate;
  /** Without a user of its own, so that only NTLM is left. */
  let chromium: Browser;
  /** With gss-ntlmssp's user, ALICE, for Negotiate. */
  let withUser: Browser;

  before(async () => {
    own = await certificate();
    const file = join(folder, 'user');
    writeFileSync(file, userFile([ALICE]), { mode: 0o600 });
    const environment = { KRB5_CONFIG: '/dev/null' };
    chromium = await startChromium([ALLOWED], environment);
    withUser = await startChromium([ALLOWED], { ...environment, NTLM_USER_FILE: file });
    await untilNegotiate();
  });
  after(async () => {
    for (const server of servers) server.close();
    await chromium?.close();
    await withUser?.close();
  });

  /** Chromium loads the library of Negotiate in the background at the first challenge, and uses NTLM until then. */
  async function untilNegotiate(): Promise<void> {
    for (;;) {
      const server = await open();
      await visit(withUser, server, ALICE);
      if (schemesOf(server.authorizations).includes('Negotiate')) return;
    }
  }

  async function open(options: Partial<ServerOptions> = {}): Promise<OurServer> {
    const server = await OurServer.open({ accounts: [...ACCOUNTS, ...USERS], ...options });
    servers.push(server);
    return server;
  }

  /** Visits the server in a new profile, with an account that Chromium sends if the server asks. */
  async function visit(browser: Browser, server: OurServer, account: Account): Promise<Visit> {
    const { domain, user, password } = account;
    const context = await browser.newContext({
      httpCredentials: { username: `${domain}\\${user}`, password },
      // The certificate is its own issuer.
      ignoreHTTPSErrors: true,
    });
    context.setDefaultTimeout(HANGS);
    const page = await context.newPage();
    const answered = page.waitForResponse(({ url }) => url() === server.url).catch(() => undefined);
    const response = await page.goto(server.url).catch(() => answered);
    const status = response?.status() ?? 0;
    return { page, status, body: status === 200 ? ((await response?.text()) ?? '') : '' };
  }

  const post = (page: Page, size: number): Promise<string> =>
    page.evaluate(async (length) => {
      const options = { method: 'POST', body: 'x'.repeat(length) };
      return (await fetch('/', options)).text();
    }, size);

  const schemesOf = (authorizations: string[]) =>
    authorizations.filter((field) => field !== '').map((field) => field.split(' ')[0]);

  /** The schemes of each connection with a logon. Chromium may open more than one, and each logs on. */
  const logonsOf = (server: OurServer) =>
    server.authorizationsByConnection.map(schemesOf).filter(({ length }) => length !== 0);

  for (const account of [ALICE, JUERGEN]) {
    it(`log on with NTLM, send a body, and keep the connection authenticated: ${account.user}`, async () => {
      const server = await open();
      const { page, body } = await visit(chromium, server, account);
      assert.equal(body, `DOM\\${account.user} 0`);
      assert.equal(await post(page, 5000), `DOM\\${account.user} 5000`);
      const logons = logonsOf(server);
      assert.notEqual(logons.length, 0);
      for (const schemes of logons) assert.deepEqual(schemes, ['NTLM', 'NTLM']);
      assert.deepEqual(server.refusals, []);
    });
  }

  it('use NTLMv2 in UTF-16, a MIC, bindings of zeros, and the target HTTP/<host>:<port>', async () => {
    const server = await open();
    await visit(chromium, server, ALICE);
    assert.deepEqual(describeLogon(server.authorizations), {
      scheme: 'NTLM',
      spnego: false,
      encoding: 'UTF-16',
      extendedSessionSecurity: true,
      mic: true,
      bindings: 'zero',
      target: `HTTP/${new URL(server.url).host}`,
    });
  });

  it('use channel bindings over TLS with NTLM, which EPA requires by default', async () => {
    const server = await open({ certificate: own });
    const { page, body } = await visit(chromium, server, ALICE);
    assert.equal(body, 'DOM\\alice 0');
    assert.equal(describeLogon(server.authorizations).bindings, 'hash');
    assert.equal(await post(page, 5000), 'DOM\\alice 5000');
    assert.deepEqual(server.refusals, []);
  });

  it('log on with Negotiate over gss-ntlmssp for an allowed server: a MIC, but no channel bindings', async () => {
    for (const options of [
      {},
      { certificate: own, negotiate: { channelBindingPolicy: 'accept' } },
    ] as const) {
      const server = await open(options);
      const { page, body } = await visit(withUser, server, ALICE);
      assert.equal(body, 'DOM\\alice 0');
      assert.equal(await post(page, 5000), 'DOM\\alice 5000');
      assert.deepEqual(describeLogon(server.authorizations), {
        scheme: 'Negotiate',
        spnego: true,
        encoding: 'UTF-16',
        extendedSessionSecurity: true,
        mic: true,
        bindings: 'absent',
        target: 'HTTP/127.0.0.1',
      });
      assert.deepEqual(server.refusals, []);
    }
  });

  it('refuse Negotiate without channel bindings if EPA is required, and log on with NTLM then', async () => {
    const server = await open({ certificate: own });
    const { body } = await visit(withUser, server, ALICE);
    assert.equal(body, 'DOM\\alice 0');
    assert.deepEqual(new Set(server.refusals), new Set(['SEC_E_BAD_BINDINGS']));
    assert.deepEqual([...new Set(schemesOf(server.authorizations))], ['Negotiate', 'NTLM']);
  });

  it('end with a refusal of NTLM if the targets of the server lack its port', async () => {
    const server = await open({ negotiate: { targets: ['HTTP/127.0.0.1'] } });
    const { status } = await visit(chromium, server, ALICE);
    assert.notEqual(status, 200);
    assert.deepEqual(new Set(server.refusals), new Set(['SEC_E_WRONG_PRINCIPAL']));
  });

  it('end with one refusal for each connection and a wrong password', async () => {
    const server = await open();
    const { status } = await visit(chromium, server, { ...ALICE, password: 'secret01' });
    assert.notEqual(status, 200);
    const logons = logonsOf(server);
    assert.notEqual(logons.length, 0);
    assert.deepEqual(
      server.refusals,
      logons.map(() => 'SEC_E_LOGON_DENIED'),
    );
    for (const schemes of logons) assert.deepEqual(schemes, ['NTLM', 'NTLM']);
  });

  it('never mix up 20 users at once, each with several connections', async () => {
    const server = await open();
    await Promise.all(
      USERS.map(async (account) => {
        const { page, body } = await visit(chromium, server, account);
        assert.equal(body, `DOM\\${account.user} 0`);
        const bodies = await Promise.all([1, 2, 3, 4, 5, 6].map((size) => post(page, size)));
        assert.deepEqual(
          bodies,
          [1, 2, 3, 4, 5, 6].map((size) => `DOM\\${account.user} ${size}`),
        );
      }),
    );
    assert.deepEqual(server.refusals, []);
  });
});
