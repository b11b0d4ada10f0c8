import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import {
  type CachedTicket,
  decodeCache,
  encodeEntry,
} from '../../src/sspi/kerberos/ccache/cache-file.js';
import { defaultCacheName } from '../../src/sspi/kerberos/ccache/cache-name.js';
import {
  appendTicket,
  readCredentialCache,
} from '../../src/sspi/kerberos/ccache/credential-cache.js';
import { ProfileConfiguration } from '../../src/sspi/kerberos/configuration/configuration.js';
import { Section } from '../../src/sspi/kerberos/configuration/profile.js';
import { SspiError } from '../../src/sspi.js';
import {
  ALICE,
  cacheBytes,
  principalOf,
  TICKET,
  type WrittenCache,
  type WrittenEntry,
} from '../support/ccache.js';
import { temporaryFolder } from '../support/folders.js';
import { hex } from '../support/ntlm.js';
import { skipWithout } from '../support/programs.js';

const folder = temporaryFolder();
let files = 0;

/** Writes a file and returns its path. */
function file(bytes: Uint8Array | string, name = `cache${files++}`): string {
  const path = join(folder, name);
  writeFileSync(path, bytes, { mode: 0o600 });
  return path;
}

const cache = (written: WrittenCache = {}) => file(cacheBytes(written));

const malformed = (message: RegExp) => ({
  name: 'SspiError',
  code: 'SEC_E_UNKNOWN_CREDENTIALS',
  message,
});
const none = (message: RegExp) => ({ name: 'SspiError', code: 'SEC_E_NO_CREDENTIALS', message });

describe('a credential cache', () => {
  it('has the client and its tickets, in versions 3 and 4', async () => {
    const entries: WrittenEntry[] = [
      { server: principalOf('krbtgt/R'), extras: 2 },
      { key: { keytype: 23, keyvalue: new Uint8Array(16).fill(0x22) }, starttime: 0 },
      { key: { keytype: 1, keyvalue: new Uint8Array(8) }, renewTill: 0, ticket: new Uint8Array(0) },
    ];
    for (const version of [3, 4]) {
      const { principal, tickets } = await readCredentialCache(cache({ version, entries }));
      assert.deepEqual(principal, ALICE);
      assert.equal(tickets.length, 3);
      assert.deepEqual(tickets[0], { ...TICKET, server: principalOf('krbtgt/R') });
      assert.equal(hex(tickets[1]?.key.keyvalue as never), '22'.repeat(16));
      assert.equal(tickets[1]?.starttime, TICKET.authtime);
      assert.deepEqual([tickets[2]?.renewTill, tickets[2]?.ticket.length], [0, 0]);
    }
  });

  it('has any header and no tickets', async () => {
    for (const header of [new Uint8Array(0), new Uint8Array(0xffff)]) {
      assert.deepEqual((await readCredentialCache(cache({ header }))).tickets, []);
    }
  });

  it('leaves out settings, removed entries, and tickets that the client cannot use', async () => {
    const setting = principalOf('krb5_ccache_conf_data/fast_avail', 'X-CACHECONF:');
    const entries: WrittenEntry[] = [
      { server: setting, key: { keytype: 0, keyvalue: new Uint8Array(0) }, endtime: 0 },
      { server: setting },
      { authtime: 0xffffffff, endtime: 0 },
      { isSessionKey: true, secondTicket: Uint8Array.of(1) },
      { client: principalOf('bob') },
      { client: principalOf('alice', 'OTHER') },
      { client: { realm: 'R', name: { nameType: 10, nameString: ['alice'] } } },
    ];
    const { tickets } = await readCredentialCache(cache({ entries }));
    assert.deepEqual(
      tickets.map(({ client }) => client.name.nameType),
      [10],
    );
  });

  it('keeps several tickets for one server, in their order', async () => {
    const entries = [{ endtime: 10 }, { endtime: 30 }, { endtime: 20 }];
    const { tickets } = await readCredentialCache(cache({ entries }));
    assert.deepEqual(
      tickets.map(({ endtime }) => endtime),
      [10, 30, 20],
    );
  });

  it('gives tickets and keys in memory of their own', async () => {
    const { tickets } = await readCredentialCache(cache({ entries: [{}] }));
    for (const bytes of [tickets[0]?.ticket, tickets[0]?.key.keyvalue]) {
      assert.equal(bytes?.buffer.byteLength, bytes?.length);
    }
  });

  it('is rejected with the field if it is malformed', () => {
    const attempt = (bytes: Uint8Array) => () => decodeCache(bytes);
    const edited = (offset: number, ...values: number[]) => {
      const bytes = Uint8Array.from(cacheBytes({ entries: [{}] }));
      bytes.set(values, offset);
      return bytes;
    };
    assert.throws(
      attempt(Uint8Array.of(5, 2)),
      malformed(/^version: is not that of a credential cache, 3 or 4/),
    );
    assert.throws(attempt(Uint8Array.of(5)), malformed(/^version: /));
    assert.throws(attempt(edited(2, 0xff, 0xff)), malformed(/^header: needs 65535 bytes/));
    const huge = [0xff, 0xff, 0xff, 0xff];
    assert.throws(attempt(edited(20, ...huge)), malformed(/num_components: is 4294967295, of 64/));
    assert.throws(attempt(edited(24, ...huge)), malformed(/realm: needs 4294967295 bytes/));
    assert.throws(attempt(edited(28, 0xff)), malformed(/^principal\.realm: is not UTF-8/));
    const crowded = cacheBytes({ entries: [{ extras: 257 }] });
    assert.throws(attempt(crowded), malformed(/^entry\[0\]\.num_addresses: is 257, of 256/));
    assert.equal(decodeCache(cacheBytes({ entries: [{ extras: 256 }] })).entries.length, 1);
    const key = { keytype: 18, keyvalue: new Uint8Array(31) };
    const short = cacheBytes({ entries: [{}, { key }] });
    assert.throws(attempt(short), malformed(/^entry\[1\]\.key: has 31 bytes, not 32/));
    const many = cacheBytes({ entries: new Array(16_385).fill({}) });
    assert.throws(attempt(many), malformed(/^entry\[16384\]: is one more than the 16384 allowed/));
  });

  it('that ends at any byte inside an entry is rejected, and huge lengths are', () => {
    const empty = cacheBytes();
    for (const version of [3, 4]) {
      const whole = cacheBytes({ version, entries: [{ extras: 1 }] });
      const start = cacheBytes({ version }).length;
      for (let end = 0; end < whole.length; end++) {
        if (end === start) continue;
        assert.throws(() => decodeCache(whole.subarray(0, end)), malformed(/needs/), String(end));
      }
      // Each number in turn is 2^32 - 1.
      for (let offset = start; offset + 4 <= whole.length; offset++) {
        const altered = Uint8Array.from(whole).fill(0xff, offset, offset + 4);
        try {
          decodeCache(altered);
        } catch (error) {
          assert.ok(error instanceof SspiError && error.code === 'SEC_E_UNKNOWN_CREDENTIALS');
          assert.ok(error.path?.startsWith('entry[0].'), error.path);
        }
      }
    }
    assert.deepEqual(decodeCache(empty).entries, []);
  });

  it('is not read from a pipe, and waits for no writer', {
    skip: skipWithout('mkfifo'),
  }, async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await assert.rejects(readCredentialCache(pipe), malformed(/not a regular file/));
  });

  it('is rejected if it is too large, no file, of another user or for others to write', async () => {
    const large = cache();
    truncateSync(large, 16 * 1024 * 1024 + 1);
    await assert.rejects(readCredentialCache(large), malformed(/larger than 16777216 bytes/));
    await assert.rejects(readCredentialCache(folder), malformed(/not a regular file/));
    await assert.rejects(readCredentialCache('/dev/zero'), malformed(/not a regular file/));
    const shared = cache({ entries: [{}] });
    for (const [mode, isAllowed] of [
      [0o644, true],
      [0o400, true],
      [0o620, false],
      [0o602, false],
      [0o666, false],
    ] as const) {
      chmodSync(shared, mode);
      const reading = readCredentialCache(shared);
      if (isAllowed) assert.equal((await reading).tickets.length, 1);
      else await assert.rejects(reading, malformed(/can be written by other users/));
    }
    for (const [content, problem] of [
      ['a secret', 'version: is not that of a credential cache, 3 or 4'],
      ['', 'version: needs 2 bytes, 0 left'],
    ] as const) {
      const path = file(Buffer.from(content));
      await assert.rejects(readCredentialCache(path), (error: Error) => {
        assert.equal(error.message, `${path}: ${problem} (at offset 0)`);
        return true;
      });
    }
  });

  it('of another user than this one and root is rejected', { skip: !isRoot() }, async () => {
    const path = cache();
    const link = join(folder, 'link');
    symlinkSync(path, link);
    await readCredentialCache(link);
    lchownSync(link, 12_345, 0);
    await assert.rejects(readCredentialCache(link), malformed(/belongs to another user/));
    chownSync(path, 12_345, 0);
    await assert.rejects(readCredentialCache(path), malformed(/belongs to another user/));
    await assert.rejects(appendTicket(path, TICKET), malformed(/belongs to another user/));
    const caches = mkdtempSync(join(folder, 'caches-'));
    copyFileSync(cache(), join(caches, 'tkt'));
    writeFileSync(join(caches, 'primary'), 'tkt\n');
    await readCredentialCache(`DIR:${caches}`);
    for (const name of [join(caches, 'primary'), caches]) {
      chownSync(name, 12_345, 0);
      await assert.rejects(readCredentialCache(`DIR:${caches}`), {
        code: 'SEC_E_UNKNOWN_CREDENTIALS',
        message: /belongs to another user/,
      });
      chownSync(name, 0, 0);
    }
    await assert.rejects(readCredentialCache('DIR:'), { message: /needs the path of a folder/ });
  });
});

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

describe('a ticket in a credential cache', () => {
  it('is added behind the others, in the version of the file', async () => {
    for (const version of [3, 4]) {
      const path = cache({ version, entries: [{ endtime: 10 }] });
      const added = { ...TICKET, server: principalOf('ldap/süd.example') };
      await appendTicket(path, added);
      await appendTicket(`FILE:${path}`, TICKET);
      const expected = cacheBytes({ version, entries: [{ endtime: 10 }, added, {}] });
      assert.equal(hex(readFileSync(path)), hex(expected));
      const { tickets } = await readCredentialCache(path);
      assert.deepEqual(tickets.slice(1), [added, TICKET]);
      assert.equal(statSync(path).mode & 0o777, 0o600);
    }
  });

  it('is not added to the cache of another client, a malformed one or none', async () => {
    const bob = cache({ principal: principalOf('bob') });
    await assert.rejects(appendTicket(bob, TICKET), none(/belongs to another client/));
    const torn = cache({ entries: [{}] });
    appendFileSync(torn, 'x');
    const before = readFileSync(torn);
    await assert.rejects(appendTicket(torn, TICKET), malformed(/: entry\[1\]\.client/));
    assert.deepEqual(readFileSync(torn), before);
    const missing = join(folder, 'missing');
    await assert.rejects(appendTicket(missing, TICKET), none(/missing does not exist/));
    await assert.rejects(readCredentialCache(missing), none(/missing does not exist/));
  });

  it('is not added above three quarters of the size and of the entries that are read', async () => {
    const large = cache();
    const ticket = { ...TICKET, ticket: new Uint8Array(12 * 1024 * 1024 - 300) };
    await appendTicket(large, ticket);
    const many = cache({ entries: Array(12_287).fill({ server: principalOf('ldap/srv') }) });
    await appendTicket(many, TICKET);
    for (const path of [large, many]) {
      const { size } = statSync(path);
      const next = appendTicket(path, { ...TICKET, ticket: new Uint8Array(300) });
      await assert.rejects(next, malformed(/too full/));
      assert.equal(statSync(path).size, size);
    }
  });

  it('is added a second time for a service, but no third time', async () => {
    const path = cache({ entries: [{ server: principalOf('ldap/srv') }] });
    const sizeAfter = async (added: Partial<CachedTicket>) => {
      await appendTicket(path, { ...TICKET, ...added });
      return statSync(path).size;
    };
    const sizes = [await sizeAfter({}), await sizeAfter({}), await sizeAfter({})];
    assert.ok((sizes[0] as number) < (sizes[1] as number));
    assert.equal(sizes[1], sizes[2]);
    assert.equal(await sizeAfter({ endtime: TICKET.endtime - 1 }), sizes[2]);
    assert.ok((await sizeAfter({ endtime: TICKET.endtime + 1 })) > (sizes[2] as number));
  });

  it('comes with secret bytes in memory of their own', () => {
    const entry = encodeEntry(TICKET, 0x0504);
    assert.equal(entry.buffer.byteLength, entry.length);
  });
});

describe('the name of a credential cache', () => {
  const bytes = cacheBytes({ entries: [{}] });
  const caches = join(folder, 'caches');
  mkdirSync(caches);

  it('is a file by its type or its path', async () => {
    const path = file(bytes);
    const colon = file(bytes, 'a:b');
    for (const name of [path, `FILE:${path}`, `WRFILE:${path}`, `DIR::${path}`, colon]) {
      assert.equal((await readCredentialCache(name)).tickets.length, 1, name);
    }
  });

  it('is the primary cache of a folder, or tkt', async () => {
    file(bytes, 'caches/tkt');
    assert.equal((await readCredentialCache(`DIR:${caches}`)).tickets.length, 1);
    file(cacheBytes({ principal: principalOf('bob') }), 'caches/tktBob');
    file('tktBob\n', 'caches/primary');
    const { principal } = await readCredentialCache(`DIR:${caches}`);
    assert.deepEqual(principal, principalOf('bob'));
    await appendTicket(`DIR:${caches}`, { ...TICKET, client: principalOf('bob') });
    assert.equal((await readCredentialCache(`DIR::${caches}/tktBob`)).tickets.length, 1);
    await assert.rejects(readCredentialCache(`DIR:${folder}/none`), none(/does not exist/));
  });

  it('in a folder does not lead outside', async () => {
    file(bytes, 'tktOutside');
    const outside = ['../tktOutside\n', 'tkt/../../tktOutside\n', 'tkt\\x\n', '/etc/x\n', 'x\n'];
    const odd = ['', 'tkt', '\n', 'tkt\0\n', ` tkt\n`, `tkt${'x'.repeat(100)}\n`];
    for (const primary of [...outside, ...odd]) {
      file(primary, 'caches/primary');
      const reading = readCredentialCache(`DIR:${caches}`);
      await assert.rejects(reading, malformed(/primary in .* names no credential cache/), primary);
    }
  });

  it('of another type is rejected with advice', async () => {
    for (const type of ['KEYRING', 'KCM', 'MEMORY', 'API', 'MSLSA', 'file']) {
      const reading = readCredentialCache(`${type}:x`);
      await assert.rejects(reading, none(new RegExp(`type ${type} .*kinit -c FILE:path`)));
    }
    await assert.rejects(readCredentialCache('a\0b'), none(/cannot be used/));
  });
});

describe('the default credential cache', () => {
  const saved = { ...process.env };
  afterEach(() => {
    for (const name of ['KRB5CCNAME', 'TMPDIR']) {
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
    }
  });

  function configured(name: string): ProfileConfiguration {
    const root = new Section();
    const value = { text: name, where: 'krb5.conf:1' };
    root.openSection('libdefaults').addValue('default_ccache_name', value);
    return new ProfileConfiguration(root, []);
  }

  it('is that of KRB5CCNAME, of krb5.conf, or of the user number', () => {
    delete process.env['KRB5CCNAME'];
    const unset = new ProfileConfiguration(new Section(), []);
    assert.equal(defaultCacheName(unset), `FILE:/tmp/krb5cc_${process.getuid?.()}`);
    assert.equal(defaultCacheName(configured('DIR:/x')), 'DIR:/x');
    process.env['KRB5CCNAME'] = '';
    assert.equal(defaultCacheName(configured('DIR:/x')), 'DIR:/x');
    process.env['KRB5CCNAME'] = 'FILE:/y%{uid}';
    assert.equal(defaultCacheName(configured('DIR:/x')), 'FILE:/y%{uid}');
  });

  it('has the parameters of krb5.conf', () => {
    delete process.env['KRB5CCNAME'];
    process.env['TMPDIR'] = '/t%{uid}';
    const name = configured('%{TEMP}/%{uid}-%{euid}-%{USERID}-%{null}-%{username}');
    const [uid, euid] = [process.getuid?.(), process.geteuid?.()];
    assert.equal(defaultCacheName(name), `/t%{uid}/${uid}-${euid}-${uid}--${userInfo().username}`);
    delete process.env['TMPDIR'];
    assert.equal(defaultCacheName(configured('%{TEMP}/x')), '/tmp/x');
    for (const unknown of ['%{LIBDIR}', '%{}', '%{__proto__}', '%{UID}']) {
      assert.throws(() => defaultCacheName(configured(unknown)), none(/which is unknown/));
    }
  });
});
