import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CachedTicket } from '../../src/sspi/kerberos/ccache/cache-file.js';
import { defaultCacheName } from '../../src/sspi/kerberos/ccache/cache-name.js';
import {
  appendTicket,
  readCredentialCache,
} from '../../src/sspi/kerberos/ccache/credential-cache.js';
import { loadConfiguration } from '../../src/sspi/kerberos/configuration/load-configuration.js';
import { serviceKeysOf } from '../../src/sspi/kerberos/keytab.js';
import { decodeEncTicketPart, decodeTicket } from '../../src/sspi/kerberos/messages/ticket.js';
import { formatPrincipal } from '../../src/sspi/kerberos/principal-text.js';
import { decryptTicket } from '../../src/sspi/kerberos/service-keys.js';
import { temporaryFolder } from '../support/folders.js';
import { Kdc } from '../support/kdc.js';
import { ETYPE_NUMBERS, etypeOf } from '../support/kerberos.js';
import { hex } from '../support/ntlm.js';

const REALM = 'EXAMPLE.TEST';
const PASSWORD = 'SecREt01';
const ALLOW_WEAK = ['rc4-hmac'] as const;

const folder = temporaryFolder();
const kdc = new Kdc(folder);
/** Settings that come before those of the KDC's krb5.conf. */
const extra = join(folder, 'extra.conf');
const appendProgram = fileURLToPath(new URL('./append-tickets-process.js', import.meta.url));

before(async () => {
  await kdc.start();
  kdc.addPrincipal('bob', PASSWORD, 'aes256-cts-hmac-sha1-96');
  for (const number of ETYPE_NUMBERS) {
    const { name } = etypeOf(number);
    kdc.addPrincipal(`HTTP/${name}`, PASSWORD, name);
  }
});
after(() => kdc.stop());

/**
 * Runs a program of krb5-user.
 *
 * @param settings lines of krb5.conf that count before those of the KDC
 */
function run(program: string, args: string[], settings: string[] = [], cache = ''): string {
  writeFileSync(extra, settings.join('\n'));
  const config = `${extra}:${join(folder, 'krb5.conf')}`;
  const env = { ...process.env, ...kdc.environment, KRB5_CONFIG: config, LC_ALL: 'C' };
  return execFileSync(`/usr/bin/${program}`, args, {
    env: cache === '' ? env : { ...env, KRB5CCNAME: cache },
    // The others do not read it.
    input: program === 'kinit' ? `${PASSWORD}\n` : '',
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

const SERVICES = ETYPE_NUMBERS.map((number) => `HTTP/${etypeOf(number).name}`);
const VERSION_3 = ['[libdefaults]', 'ccache_type = 3'];
/** Nothing listens there. */
const NO_KDC = ['[realms]', `${REALM}* = {`, 'kdc = 127.0.0.1:1', '}'];

/** The names of the services, without the realm. */
function servicesOf(tickets: readonly CachedTicket[]): string[] {
  return tickets.map(({ server }) => {
    assert.equal(server.realm, REALM);
    return server.name.nameString.join('/');
  });
}

/** Checks what the cache says of a ticket against what the service finds in it. */
function checkTicket(cached: CachedTicket): void {
  const ticket = decodeTicket(cached.ticket);
  const keys = serviceKeysOf(readFileSync(join(folder, 'keytab')), ALLOW_WEAK);
  const part = decodeEncTicketPart(decryptTicket(keys, ticket, ALLOW_WEAK));
  assert.equal(hex(cached.key.keyvalue), hex(part.key.keyvalue));
  assert.equal(cached.key.keytype, part.key.keytype);
  assert.deepEqual(cached.client, { realm: part.crealm, name: part.cname });
  assert.deepEqual(cached.server, { realm: ticket.realm, name: ticket.sname });
  assert.equal(cached.flags, part.flags);
  const { authtime, starttime = authtime, endtime, renewTill = 0 } = part;
  assert.deepEqual(
    [cached.authtime, cached.starttime, cached.endtime, cached.renewTill],
    [authtime, starttime, endtime, renewTill],
  );
}

describe("MIT Kerberos' credential cache", () => {
  for (const [version, settings] of [
    [4, []],
    [3, VERSION_3],
  ] as const) {
    it(`of version ${version} has the tickets that kinit and kvno wrote`, async () => {
      const cache = `FILE:${join(folder, `version${version}`)}`;
      run('kinit', ['-c', cache, 'alice'], [...settings]);
      run('kvno', ['-c', cache, ...SERVICES], [...settings]);
      assert.equal(readFileSync(cache.slice(5))[1], version);
      const { principal, tickets } = await readCredentialCache(cache);
      assert.equal(formatPrincipal(principal.name, principal.realm), `alice@${REALM}`);
      assert.deepEqual(servicesOf(tickets), [`krbtgt/${REALM}`, ...SERVICES]);
      assert.deepEqual(
        tickets.slice(1).map(({ key }) => key.keytype),
        ETYPE_NUMBERS,
      );
      for (const ticket of tickets.slice(1)) checkTicket(ticket);
    });

    it(`of version ${version} takes our tickets, which kvno uses without a KDC`, async () => {
      const cache = `FILE:${join(folder, `written${version}`)}`;
      run('kinit', ['-c', cache, 'alice'], [...settings]);
      const noKdc = ['-c', cache, ...SERVICES];
      assert.throws(() => run('kvno', noKdc, NO_KDC), /Cannot contact any KDC/);
      const { tickets } = await readCredentialCache(join(folder, 'version4'));
      for (const ticket of tickets.slice(1)) await appendTicket(cache, ticket);
      const listed = run('klist', ['-e', '-c', cache]);
      for (const service of SERVICES) assert.ok(listed.includes(`${service}@${REALM}`), listed);
      const versions = run('kvno', noKdc, NO_KDC);
      for (const service of SERVICES) {
        assert.match(versions, new RegExp(`^${service}@${REALM}: kvno = 1$`, 'm'));
      }
      // What MIT Kerberos writes behind ours can be read.
      run('kvno', ['-c', cache, 'HTTP/srv'], [...settings]);
      const { tickets: all } = await readCredentialCache(cache);
      assert.deepEqual(servicesOf(all), [`krbtgt/${REALM}`, ...SERVICES, 'HTTP/srv']);
      assert.equal(statSync(cache.slice(5)).mode & 0o777, 0o600);
    });
  }

  it('in a folder is the primary one, which changes', async () => {
    const cache = `DIR:${join(folder, 'caches')}`;
    mkdirSync(cache.slice(4), { mode: 0o700 });
    for (const user of ['alice', 'bob']) {
      run('kinit', [user], [], cache);
      const { principal } = await readCredentialCache(cache);
      assert.deepEqual(principal.name.nameString, [user]);
    }
    const [, alices = ''] = /^alice@\S+ +(DIR::\S+)/m.exec(run('klist', ['-l'], [], cache)) ?? [];
    assert.deepEqual((await readCredentialCache(alices)).principal.name.nameString, ['alice']);
    run('kswitch', ['-p', 'alice'], [], cache);
    assert.deepEqual((await readCredentialCache(cache)).principal.name.nameString, ['alice']);
    const { tickets } = await readCredentialCache(join(folder, 'version4'));
    await appendTicket(cache, tickets[1] as CachedTicket);
    assert.match(run('kvno', [SERVICES[0] as string], NO_KDC, cache), /kvno = 1/);
  });

  it('has all tickets that two processes and kvno add at once', async () => {
    const cache = `FILE:${join(folder, 'shared')}`;
    run('kinit', ['-c', cache, 'alice']);
    run('kvno', ['-c', cache, 'HTTP/srv']);
    const children = ['one', 'two'].map((name) =>
      fork(appendProgram, [cache, name, '150'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    );
    await Promise.all(children.map((child) => once(child, 'message')));
    const exits = children.map(exitOf);
    for (const child of children) child.send('go');
    const missing = [...SERVICES];
    while (children.some(({ exitCode }) => exitCode === null)) {
      await readCredentialCache(cache);
      if (addByMit(cache, missing[0])) missing.shift();
    }
    assert.deepEqual(await Promise.all(exits), [0, 0]);
    for (const service of missing) run('kvno', ['-c', cache, service]);
    const found = servicesOf((await readCredentialCache(cache)).tickets);
    const added = ['one', 'two'].flatMap((name) =>
      Array.from({ length: 150 }, (_, index) => `${name}/${index}`),
    );
    assert.deepEqual(
      found.toSorted(),
      [`krbtgt/${REALM}`, 'HTTP/srv', ...SERVICES, ...added].sort(),
    );
    assert.equal(run('klist', ['-c', cache]).match(/ (?:one|two)\/\d+@/g)?.length, added.length);
  });

  it('has the default name that klist has', async () => {
    const { KRB5CCNAME: saved } = process.env;
    delete process.env['KRB5CCNAME'];
    try {
      const names = [
        'FILE:/none/%{uid}-%{euid}-%{USERID}%{null}',
        '/none/%{username}',
        '%{TEMP}/n',
      ];
      for (const name of ['', ...names]) {
        const setting = name === '' ? '' : `[libdefaults]\ndefault_ccache_name = ${name}\n`;
        writeFileSync(extra, setting);
        const ours = defaultCacheName(await loadConfiguration(extra));
        assert.equal(ours.replace(/^FILE:/, ''), missingCacheOf(extra));
      }
    } finally {
      if (saved !== undefined) process.env['KRB5CCNAME'] = saved;
    }
  });
});

/** The file that klist does not find. */
function missingCacheOf(config: string): string | undefined {
  const env = { ...process.env, KRB5_CONFIG: config, LC_ALL: 'C' };
  const { stderr } = spawnSync('/usr/bin/klist', [], { env, encoding: 'utf8' });
  return /\(filename: (.*)\)/.exec(stderr)?.[1];
}

/** Whether kvno has added a ticket. It fails if it reads while only a part of a ticket is written. */
function addByMit(cache: string, service: string | undefined): boolean {
  if (service === undefined) return false;
  try {
    run('kvno', ['-c', cache, service]);
    return true;
  } catch {
    return false;
  }
}

async function exitOf(child: ChildProcess): Promise<number> {
  const [code] = await once(child, 'exit');
  return code;
}
