import assert from 'node:assert/strict';
import { statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { CachedTicket } from '../../src/sspi/kerberos/ccache/cache-file.js';
import {
  appendTicket,
  readCredentialCache,
} from '../../src/sspi/kerberos/ccache/credential-cache.js';
import { logOn } from '../../src/sspi/kerberos/client/as-exchange.js';
import { PasswordSecret } from '../../src/sspi/kerberos/client/client-secret.js';
import { KdcConnection } from '../../src/sspi/kerberos/client/kdc-connection.js';
import { loadConfiguration } from '../../src/sspi/kerberos/configuration/load-configuration.js';
import { type ContextFlag, type Credentials, openSspi } from '../../src/sspi.js';
import { cacheBytes, principalOf, TICKET } from '../support/ccache.js';
import { temporaryFolder } from '../support/folders.js';
import { PATIENT } from '../support/patience.js';
import { type Draft, IDENTITY, TARGET, TestKdc, writeConfiguration } from '../support/test-kdc.js';

const sspi = openSspi({ provider: 'portable' });
const kdc = new TestKdc();
const folder = temporaryFolder();
const client = principalOf('alice', kdc.realm);
let configFile: string;
let granting: CachedTicket;
let caches = 0;

before(async () => {
  await kdc.start();
  configFile = writeConfiguration(folder, { [kdc.realm]: [kdc.port] });
  const connection = new KdcConnection(await loadConfiguration(configFile), 2000);
  const secret = new PasswordSecret(IDENTITY.password);
  const logon = { client, secret, etypes: [18], allowWeak: [], lifetime: 3600 };
  const { key, ...ticket } = await logOn(connection, logon, new AbortController().signal);
  const keyvalue = new Uint8Array(key.bytes);
  const { authtime: starttime } = ticket;
  granting = { ...ticket, starttime, renewTill: 0, key: { keytype: 18, keyvalue } };
});
after(() => kdc.stop());
beforeEach(() => {
  kdc.falsehood = {};
  kdc.received.length = 0;
});

/** A cache of alice with a logon. */
function newCache(...entries: readonly CachedTicket[]): string {
  const path = join(folder, `cache${caches++}`);
  const bytes = cacheBytes({ principal: client, entries: [granting, ...entries] });
  writeFileSync(path, bytes, { mode: 0o600 });
  return path;
}

const acquire = (credentialCache: string): Promise<Credentials> =>
  sspi.acquireCredentialsHandle({
    package: 'Kerberos',
    use: 'outbound',
    identity: { credentialCache },
    kerberos: { configFile, timeout: PATIENT },
  });

const start = (credentials: Credentials, flags: readonly ContextFlag[] = ['integrity']) =>
  sspi.initializeSecurityContext(credentials, { target: TARGET, flags });

const now = () => Math.floor(Date.now() / 1000);
const endIn = (seconds: number, starttime = now()) => ({
  alter: ({ part }: Draft) => ({ part: { ...part, starttime, endtime: now() + seconds } }),
});

describe('a Kerberos client with a credential cache', () => {
  it('asks once for a ticket that lives for less than 5 minutes, and adds it once', async () => {
    const path = newCache();
    kdc.falsehood = endIn(240);
    for (const credentials of [await acquire(path), await acquire(path)]) {
      for (let index = 0; index < 5; index++) await start(credentials).step();
    }
    assert.equal(kdc.received.length, 1);
    assert.equal((await readCredentialCache(path)).tickets.length, 2);
  });

  it('uses a ticket that ends soon, and does not add it', async () => {
    const path = newCache();
    const { size } = statSync(path);
    kdc.falsehood = endIn(20, now() - 3600);
    const credentials = await acquire(path);
    await start(credentials).step();
    await start(credentials).step();
    assert.equal(kdc.received.length, 2);
    assert.equal(statSync(path).size, size);
  });

  it('adds a ticket with the nearest times that the file can hold, once', async () => {
    const path = newCache();
    const endtime = 2 ** 32 + 1000;
    const authtime = -1000;
    kdc.falsehood = {
      alter: ({ part }) => ({ part: { ...part, authtime, endtime, renewTill: 2 ** 33 } }),
    };
    await start(await acquire(path)).step();
    const added = (await readCredentialCache(path)).tickets.at(-1);
    assert.deepEqual([added?.authtime, added?.starttime], [0, 0]);
    assert.deepEqual([added?.endtime, added?.renewTill], [2 ** 32 - 1, 2 ** 32 - 1]);
    await start(await acquire(path)).step();
    assert.equal(kdc.received.length, 1);
  });

  it('uses no kept ticket after the cache is gone or belongs to another client', async () => {
    const path = newCache();
    const credentials = await acquire(path);
    await start(credentials).step();
    await start(credentials).step();
    assert.equal(kdc.received.length, 1);
    const step = () => start(credentials).step();
    writeFileSync(path, cacheBytes({ principal: principalOf('bob', kdc.realm) }));
    const other = { code: 'SEC_E_NO_CREDENTIALS', message: /now belongs to another client/ };
    await assert.rejects(step(), other);
    await assert.rejects(step(), other);
    unlinkSync(path);
    await assert.rejects(step(), { code: 'SEC_E_NO_CREDENTIALS', message: /does not exist/ });
    writeFileSync(path, cacheBytes({ principal: client, entries: [granting] }), { mode: 0o600 });
    await start(credentials).step();
  });

  it('replaces a ticket in the cache that the service rejects, for other clients also', async () => {
    const path = newCache();
    await appendTicket(path, {
      ...{ ...TICKET, client, server: principalOf(TARGET, kdc.realm) },
      endtime: granting.endtime,
      ticket: (await ticketFor(newCache())).ticket,
    });
    kdc.falsehood = { alter: ({ part }) => ({ part: { ...part, endtime: granting.endtime } }) };
    const credentials = await acquire(path);
    kdc.received.length = 0;
    const first = start(credentials, ['mutual-auth']);
    await first.step();
    assert.equal(kdc.received.length, 0);
    await assert.rejects(first.step(Uint8Array.of(1)), { code: 'SEC_E_INVALID_TOKEN' });
    await start(credentials).step();
    assert.equal(kdc.received.length, 1);
    const { tickets } = await readCredentialCache(path);
    const good = tickets.at(-1)?.ticket as Uint8Array;
    const { token } = await start(await acquire(path)).step();
    assert.ok(Buffer.from(token).includes(Buffer.from(good)));
    assert.equal(kdc.received.length, 1);
  });
});

/** A ticket for the service, as the KDC issues it. */
async function ticketFor(path: string): Promise<CachedTicket> {
  await start(await acquire(path)).step();
  const { tickets } = await readCredentialCache(path);
  return tickets.at(-1) as CachedTicket;
}
