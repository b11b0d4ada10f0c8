import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { appendTicket } from '../../src/sspi/kerberos/ccache/credential-cache.js';
import { type Credentials, openSspi } from '../../src/sspi.js';
import { cacheBytes, principalOf, TICKET } from '../support/ccache.js';
import { temporaryFolder } from '../support/folders.js';
import { Kdc } from '../support/kdc.js';
import { PATIENT } from '../support/patience.js';
import { OurSide } from './ours.js';
import { connect } from './side.js';

const REALM = 'EXAMPLE.TEST';
const PASSWORD = 'SecREt01';
const TARGET = 'HTTP/srv';
const OTHER = 'HTTP/other';
const AES256 = 'aes256-cts-hmac-sha1-96';

const folder = temporaryFolder();
const kdc = new Kdc(folder);
const config = join(folder, 'krb5.conf');
/** The realm without a KDC. */
const offline = join(folder, 'offline.conf');
const sspi = openSspi({ provider: 'portable' });
const saved = { ...process.env };
let server: Credentials;
let caches = 0;

before(async () => {
  await kdc.start();
  kdc.addPrincipal('bob', PASSWORD, AES256);
  kdc.addPrincipal(OTHER, PASSWORD, AES256);
  const realm = `[realms]\n${REALM} = {\nkdc = 127.0.0.1:1\n}\n`;
  writeFileSync(offline, `[libdefaults]\ndefault_realm = ${REALM}\n${realm}`);
  const keytab = join(folder, 'keytab');
  server = await sspi.acquireCredentialsHandle({ package: 'Kerberos', use: 'inbound', keytab });
});
after(() => kdc.stop());
afterEach(() => {
  for (const name of ['KRB5CCNAME', 'KRB5_CONFIG']) {
    if (saved[name] === undefined) delete process.env[name];
    else process.env[name] = saved[name];
  }
});

/** Runs a program of krb5-user with the cache. */
function run(cache: string, program: string, ...args: string[]): string {
  return execFileSync(`/usr/bin/${program}`, args, {
    env: { ...process.env, ...kdc.environment, KRB5CCNAME: cache, LC_ALL: 'C' },
    // The others do not read it.
    input: program === 'kinit' ? `${PASSWORD}\n` : '',
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

/** A new cache with a logon of alice. */
function newCache(type = 'FILE'): string {
  const path = join(folder, `cache${caches++}`);
  if (type === 'DIR') mkdirSync(path, { mode: 0o700 });
  const cache = `${type}:${path}`;
  run(cache, 'kinit', 'alice');
  return cache;
}

const kerberos = { timeout: PATIENT };
const client = { package: 'Kerberos', use: 'outbound', kerberos } as const;

const fromCache = (credentialCache: string, configFile = config) =>
  sspi.acquireCredentialsHandle({
    ...client,
    identity: { credentialCache },
    kerberos: { ...kerberos, configFile },
  });

/** Logs on to our server, and returns the name that it has of the client. */
async function logOn(credentials: Credentials, target = TARGET): Promise<string> {
  const context = sspi.initializeSecurityContext(credentials, { target, flags: ['mutual-auth'] });
  const other = sspi.acceptSecurityContext(server);
  await connect(Promise.resolve(new OurSide(context)), Promise.resolve(new OurSide(other)));
  return other.queryContextAttributes('names').userName;
}

const noCredentials = (message: RegExp) => ({ code: 'SEC_E_NO_CREDENTIALS', message });

describe('our Kerberos client with a credential cache', () => {
  for (const type of ['FILE', 'DIR']) {
    it(`of type ${type} in KRB5CCNAME is the user of kinit, and klist shows its tickets`, async () => {
      const cache = newCache(type);
      process.env['KRB5CCNAME'] = cache;
      process.env['KRB5_CONFIG'] = config;
      const credentials = await sspi.acquireCredentialsHandle(client);
      assert.doesNotMatch(run(cache, 'klist'), / HTTP/);
      assert.equal(await logOn(credentials), `alice@${REALM}`);
      assert.match(run(cache, 'klist'), new RegExp(` ${TARGET}@${REALM}$`, 'm'));
      assert.equal(await logOn(credentials), `alice@${REALM}`);
      assert.equal(run(cache, 'klist').match(/ HTTP/g)?.length, 1);
    });
  }

  it('finds it by default_ccache_name of krb5.conf', async () => {
    const cache = newCache('DIR');
    const named = join(folder, 'named.conf');
    writeFileSync(named, `[libdefaults]\ndefault_ccache_name = ${cache}\ninclude ${config}\n`);
    delete process.env['KRB5CCNAME'];
    process.env['KRB5_CONFIG'] = named;
    assert.equal(await logOn(await sspi.acquireCredentialsHandle(client)), `alice@${REALM}`);
    assert.match(run(cache, 'klist'), new RegExp(TARGET));
  });

  it('uses the tickets of kvno, and those of other clients, without a KDC', async () => {
    const cache = newCache();
    run(cache, 'kvno', OTHER);
    await logOn(await fromCache(cache));
    const credentials = await fromCache(cache, offline);
    for (const target of [TARGET, OTHER, `${OTHER}@${REALM}`, `${OTHER}@${REALM.toLowerCase()}`]) {
      assert.equal(await logOn(credentials, target), `alice@${REALM}`);
    }
    const missing = sspi.initializeSecurityContext(credentials, { target: 'HTTP/none' }).step();
    await assert.rejects(missing, { code: 'SEC_E_NO_AUTHENTICATING_AUTHORITY' });
  });

  it('uses a new logon after the old one, and the tickets of no other client', async () => {
    const cache = newCache();
    const credentials = await fromCache(cache);
    run(cache, 'kinit', 'bob');
    const step = () => sspi.initializeSecurityContext(credentials, { target: TARGET }).step();
    await assert.rejects(step(), noCredentials(/now belongs to another client/));
    assert.equal(await logOn(await fromCache(cache)), `bob@${REALM}`);
    run(cache, 'kdestroy');
    await assert.rejects(step(), noCredentials(/does not exist/));
    run(cache, 'kinit', 'alice');
    assert.equal(await logOn(credentials), `alice@${REALM}`);
  });

  it('rejects a cache that is missing, malformed, expired, or of an unknown type', async () => {
    const path = join(folder, 'bad');
    await assert.rejects(fromCache(path), noCredentials(/bad does not exist/));
    writeFileSync(path, cacheBytes({ entries: [{}] }).subarray(0, 100));
    const malformed = { code: 'SEC_E_UNKNOWN_CREDENTIALS', path: 'entry[0].key', offset: 94 };
    await assert.rejects(fromCache(path), malformed);
    writeFileSync(path, cacheBytes({ entries: [{ endtime: 1_700_000_100 }] }));
    await assert.rejects(fromCache(path), noCredentials(/no valid ticket .* kinit/));
    await assert.rejects(fromCache('KCM:'), noCredentials(/type KCM .*kinit -c FILE:path/));
  });

  it('leaves out tickets in the cache that cannot be used', async () => {
    const cache = newCache();
    const alice = principalOf('alice', REALM);
    const bad = { ...TICKET, client: alice, server: principalOf(TARGET, REALM) };
    const INVALID = 0x01000000;
    for (const ticket of [{ ...bad, endtime: 1_700_000_100 }, { ...bad, flags: INVALID }, bad]) {
      await appendTicket(cache, ticket);
    }
    assert.equal(await logOn(await fromCache(cache)), `alice@${REALM}`);
  });
});
