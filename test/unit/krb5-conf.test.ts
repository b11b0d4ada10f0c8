import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import type { KerberosConfiguration } from '../../src/sspi/kerberos/configuration/configuration.js';
import { loadConfiguration } from '../../src/sspi/kerberos/configuration/load-configuration.js';
import { temporaryFolder } from '../support/folders.js';
import { pretendWindows } from '../support/platform.js';
import { skipWithout } from '../support/programs.js';

const folder = temporaryFolder();
const signal = new AbortController().signal;
let files = 0;

afterEach(() => {
  delete process.env['KRB5_CONFIG'];
});

/** Writes a file and returns its path. */
function file(content: string | Uint8Array, name = `${files++}.conf`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function load(content: string | Uint8Array): Promise<KerberosConfiguration> {
  return loadConfiguration(file(content));
}

const invalid = (message: RegExp) => ({
  name: 'SspiError',
  code: 'SEC_E_CANNOT_INSTALL',
  message,
});

async function kdcsOf(content: string, realm = 'R'): Promise<string[]> {
  const configuration = await load(content);
  const kdcs = await configuration.kdcsOf(realm, signal);
  return kdcs.map(({ host, port }) => `${host} ${port}`);
}

/** The realm R with these KDCs. */
const realmWith = (...kdcs: string[]) =>
  ['[realms]', 'R = {', ...kdcs.map((kdc) => `kdc = ${kdc}`), '}'].join('\n');

describe('krb5.conf', () => {
  it('has defaults, realms and domains', async () => {
    const configuration = await load(`
# comment = {
[libdefaults]
\tdefault_realm = EXAMPLE.COM
  ; comment
  ticket_lifetime = 10h
  default_ccache_name = FILE:/run/user/%{uid}/krb5cc
  permitted_enctypes = aes256-sha2, aes128-cts des3-cbc-sha1
  unknown = { [
[realms]
  EXAMPLE.COM = {
    kdc = kdc1.example.com
    kdc = kdc2.example.com:750
    admin_server = kdc1.example.com
    auth_to_local_names = {
      kdc = none
    }
  }
  Mixed.Case =
  {
    kdc = [2001:db8::1]:88
  }
[domain_realm]
  .example.com = EXAMPLE.COM
`);
    assert.equal(configuration.defaultRealm, 'EXAMPLE.COM');
    assert.equal(configuration.ticketLifetime, 36_000);
    assert.equal(configuration.defaultCacheName, 'FILE:/run/user/%{uid}/krb5cc');
    assert.deepEqual(configuration.permittedEtypes, [20, 17]);
    assert.deepEqual(await configuration.kdcsOf('EXAMPLE.COM', signal), [
      { host: 'kdc1.example.com', port: 88 },
      { host: 'kdc2.example.com', port: 750 },
    ]);
    assert.deepEqual(await configuration.kdcsOf('Mixed.Case', signal), [
      { host: '2001:db8::1', port: 88 },
    ]);
  });

  it('that is empty has the defaults of MIT Kerberos', async () => {
    for (const content of ['', '\n', 'default_realm = IGNORED', '\ufeff', '[libdefaults]']) {
      const configuration = await load(content);
      assert.equal(configuration.defaultRealm, undefined);
      assert.equal(configuration.permittedEtypes, undefined);
      assert.equal(configuration.defaultCacheName, undefined);
      assert.equal(configuration.ticketLifetime, 86_400);
    }
  });

  it('may be missing where nobody names it, and must exist where somebody does', async () => {
    const missing = join(folder, 'missing');
    await assert.rejects(loadConfiguration(missing), invalid(/missing: the file does not exist/));
    process.env['KRB5_CONFIG'] = missing;
    await assert.rejects(loadConfiguration(undefined), invalid(/missing: the file does not exist/));
    process.env['KRB5_CONFIG'] = `${missing}:${missing}`;
    await assert.rejects(loadConfiguration(undefined), invalid(/does not exist/));
    delete process.env['KRB5_CONFIG'];
    {
      using _windows = pretendWindows();
      assert.equal((await loadConfiguration(undefined)).defaultRealm, undefined);
    }
    process.env['KRB5_CONFIG'] = '/dev/null';
    assert.equal((await loadConfiguration(undefined)).defaultRealm, undefined);
  });

  it('is read from each file and folder of KRB5_CONFIG, and the first value counts', async () => {
    const first = file('[libdefaults]\ndefault_realm = FIRST');
    const second = file(`[libdefaults]\ndefault_realm = SECOND\nticket_lifetime = 1h`);
    mkdirSync(join(folder, 'many'));
    file('[libdefaults]\nticket_lifetime = 2h\ndefault_ccache_name = /b', 'many/b');
    file('[libdefaults]\ndefault_ccache_name = /a', 'many/a-1_2.conf');
    for (const ignored of ['.hidden.conf', 'a.rpmsave', 'a~', 'a.conf.bak']) {
      file('[libdefaults', `many/${ignored}`);
    }
    mkdirSync(join(folder, 'many/sub'));
    file('[libdefaults', 'many/sub/a');
    process.env['KRB5_CONFIG'] = `${first}:/missing:${second}:${join(folder, 'many')}`;
    const configuration = await loadConfiguration(undefined);
    assert.equal(configuration.defaultRealm, 'FIRST');
    assert.equal(configuration.ticketLifetime, 3600);
    assert.equal(configuration.defaultCacheName, '/a');
    process.env['KRB5_CONFIG'] = `${first}:/missing::${second}`;
    const several = await loadConfiguration(undefined);
    await assert.rejects(
      several.kdcsOf('A B', new AbortController().signal),
      ({ message }: Error) => message.includes(`: none is in ${first}, ${second}, and it is no`),
    );
    assert.equal((await loadConfiguration(second)).defaultRealm, 'SECOND');
  });

  it('includes files and folders, whose sections are their own', async () => {
    const part = file('ignored\n[realms]\nR = {\nkdc = included\n}\n[libdefaults]\n');
    mkdirSync(join(folder, 'parts'));
    file(`[realms]\nR = {\nkdc = from-folder\n}`, 'parts/x');
    const content = `include ${part}\n[realms]\nR = {\ninclude ${part}\nkdc = own\nincludedir ${join(folder, 'parts')}\n}\n`;
    assert.deepEqual(await kdcsOf(content), [
      'included 88',
      'included 88',
      'own 88',
      'from-folder 88',
    ]);
    const missing = load('[a]\n\ninclude /missing/file');
    await assert.rejects(missing, invalid(/\.conf:3: \/missing\/file does not exist$/));
    await assert.rejects(
      load('includedir /missing'),
      invalid(/\.conf:1: \/missing does not exist/),
    );
    await assert.rejects(load('include part'), invalid(/:1: the path of an include must be abs/));
    await assert.rejects(load('include /\0'), invalid(/:1: the line has a NUL/));
    await assert.rejects(load(`include ${file('[a]\nb')}`), invalid(/\.conf:2: the line must be/));
  });

  it('ends a circle of includes, and bounds the files and their size', async () => {
    const self = join(folder, 'self');
    file(`include ${self}\ninclude ${self}`, 'self');
    await assert.rejects(loadConfiguration(self), invalid(/self:1: files include each other/));
    const empty = file('');
    const many = `include ${empty}\n`.repeat(300);
    await assert.rejects(load(many), invalid(/:256: the configuration has more than 256 files/));
    mkdirSync(join(folder, 'loop'));
    symlinkSync(join(folder, 'loop'), join(folder, 'loop/again'));
    const loop = loadConfiguration(join(folder, 'loop'));
    await assert.rejects(loop, invalid(/loop: files include each other more than 10 deep/));
    const large = Buffer.alloc(4 * 1024 * 1024 + 1, '\n');
    await assert.rejects(load(large), invalid(/cannot be read: more than 4194304 bytes in all/));
    const half = file(large.subarray(0, 3_000_000));
    await assert.rejects(load(`include ${half}\ninclude ${half}`), invalid(/:2: .* bytes/));
  });

  it('is not read from a pipe, and waits for no writer', {
    skip: skipWithout('mkfifo'),
  }, async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await assert.rejects(loadConfiguration(pipe), invalid(/pipe cannot be read: it is no regular/));
  });

  it('of a million lines is read line by line', async () => {
    const lines = '[a]\n'.repeat(500_000) + '}=\n'.repeat(500_000);
    await assert.rejects(load(lines), invalid(/:500001: the closing brace has no opening one/));
    assert.equal((await load('[a]\nb=c\n'.repeat(450_000))).defaultRealm, undefined);
    const spaces = `[libdefaults]\na = b${' '.repeat(2_000_000)}c\nd = "${'\\'.repeat(1_000_000)}"`;
    assert.equal((await load(spaces)).defaultRealm, undefined);
  });

  it('is rejected with the file and the line if it is malformed', async () => {
    const cases: [string, RegExp][] = [
      ['[a', /:1: a section must be one name/],
      ['[a]b', /:1: a section must be one name/],
      ['[a] # no', /:1: a section must be one name/],
      ['[a]\n\nb', /:3: the line must be a tag/],
      ['[a]\n= b', /:2: the line must be a tag/],
      ['[a]\n* = b', /:2: the line must be a tag/],
      ['[a]\nb c = d', /:2: the line must be a tag/],
      ['[a]\nb = {\n[c]', /:3: a section begins inside braces/],
      ['[a]\nb = {\nc = {\n}\n', /:2: the brace is never closed/],
      ['[a]\nb = {\nc = {', /:3: the brace is never closed/],
      ['[a]\nb =\nc = d', /:3: a value or a brace is missing/],
      ['[a]\nb =', /:2: the brace is never closed/],
      ['[a]\n}', /:2: the closing brace/],
      ['[a]\nb = "c', /:2: the quote is never closed/],
      ['[a]\nb = "c\\"', /:2: the quote is never closed/],
      ['[a]\nb = \0', /:2: the line has a NUL/],
      [`[a]\n${'b = {\n'.repeat(100_000)}`, /:18: braces are nested more than 16 deep/],
      ['[libdefaults]\nticket_lifetime = 1y', /:2: the value must be a duration/],
      ['[libdefaults]\nticket_lifetime = -1', /:2: the value must be a duration/],
      ['[libdefaults]\nticket_lifetime = 0', /:2: the value must be a duration/],
      ['[libdefaults]\nticket_lifetime = 99999999999', /:2: the value must be a duration/],
      ['[libdefaults]\nticket_lifetime = 1 0d', /:2: the value must be a duration/],
      [`[libdefaults]\nticket_lifetime = 1d${' '.repeat(1e6)}1h`, /:2: the value must be a dur/],
      ['[libdefaults]\nticket_lifetime = :', /:2: the value must be a duration/],
      ['[libdefaults]\ndns_lookup_kdc = maybe', /:2: the value must be true or false/],
      ['[libdefaults]\npermitted_enctypes = des3', /:2: the list has no encryption type/],
      ['[libdefaults]\npermitted_enctypes = aes -aes', /:2: the list has no encryption type/],
      ['[libdefaults]\npermitted_enctypes = toString', /:2: the list has no encryption type/],
    ];
    for (const [content, message] of cases) {
      await assert.rejects(load(content), invalid(message), content.slice(0, 60));
    }
    const latin1 = Buffer.from('# \u00fc\n[a]\n# \u00fc\nb = \u00fc', 'latin1');
    await assert.rejects(load(latin1), invalid(/:4: the line is not UTF-8/));
    await assert.rejects(loadConfiguration('/dev/null/x'), invalid(/x: \/dev\/null\/x cannot be/));
    await assert.rejects(loadConfiguration('a\0b'), invalid(/cannot be read/));
  });

  it('has quoted values, with escapes, up to the second quote', async () => {
    const quoted = await load('[libdefaults]\ndefault_realm = "A \\"B\\\\\\n" C');
    assert.equal(quoted.defaultRealm, 'A "B\\\n');
  });

  it('ignores what later files add to a final subsection or section', async () => {
    const realm = (kdc: string, tag = 'R', end = '') =>
      `[realms]\n${tag} = {\nkdc = ${kdc}\n}${end}\n`;
    const other = file(realm('z'));
    const finals: [string, string[]][] = [
      [realm('a'), ['a', 'z']],
      [realm('a').replace('kdc', 'kdc*') + realm('b'), ['a', 'b', 'z']],
      [realm('a', 'R*') + realm('b'), ['a', 'b']],
      [realm('a', 'R', '*') + realm('b'), ['a', 'b']],
      [realm('a').replace(']', ']*') + realm('b'), ['a', 'b']],
      [realm('a', 'S*') + realm('b'), ['b', 'z']],
    ];
    for (const [content, hosts] of finals) {
      process.env['KRB5_CONFIG'] = `${file(content)}:${other}`;
      const kdcs = await (await loadConfiguration(undefined)).kdcsOf('R', signal);
      assert.deepEqual(
        kdcs.map(({ host }) => host),
        hosts,
        content,
      );
    }
  });

  it('has durations in each form', async () => {
    const durations = [
      '3600',
      '1h',
      '60m',
      '0:60',
      '1:00:00',
      '0d 0h 59m 60s',
      '3600s',
      '30m1800s',
    ];
    for (const text of durations) {
      const { ticketLifetime } = await load(`[libdefaults]\nticket_lifetime = ${text}`);
      assert.equal(ticketLifetime, 3600, text);
    }
    assert.equal((await load('[libdefaults]\nticket_lifetime = 7d')).ticketLifetime, 604_800);
  });

  it('has encryption types in their order, and groups of them', async () => {
    const lists: [string, number[]][] = [
      ['AES256-CTS rc4-hmac', [18, 23]],
      ['DEFAULT -rc4', [18, 17, 20, 19]],
      ['aes128-sha2 aes', [19, 18, 17, 20]],
      ['camellia,, arcfour-hmac-md5 +aes128-sha1', [23, 17]],
    ];
    for (const [text, numbers] of lists) {
      const { permittedEtypes } = await load(`[libdefaults]\npermitted_enctypes = ${text}`);
      assert.deepEqual(permittedEtypes, numbers, text);
    }
  });
});

describe('the KDCs of krb5.conf', () => {
  it('are hosts, addresses and ports', async () => {
    const kdcs = realmWith('a', 'b:1 # no', '[::1]', '[fe80::1%eth0]:65535', '127.0.0.1:88');
    assert.deepEqual(await kdcsOf(kdcs), [
      'a 88',
      'b 1',
      '::1 88',
      'fe80::1%eth0 65535',
      '127.0.0.1 88',
    ]);
  });

  it('are rejected with the line if they are malformed', async () => {
    for (const kdc of ['a:0', 'a:65536', 'a:b', '::1', '[::1', '[]', 'a:88:88', ':88', 'a:']) {
      await assert.rejects(kdcsOf(realmWith(kdc)), invalid(/:3: the KDC must be/), kdc);
    }
  });

  it('leave out other transports than TCP', async () => {
    assert.deepEqual(await kdcsOf(realmWith('https://proxy/KdcProxy', 'udp/a', 'b')), ['b 88']);
    const none = {
      code: 'SEC_E_NO_AUTHENTICATING_AUTHORITY',
      message: /: none of those in .* listens for TCP$/,
    };
    await assert.rejects(kdcsOf(realmWith('https://proxy/KdcProxy')), none);
  });

  it('are an error if there are none and DNS is not asked', async () => {
    const content = `[libdefaults]\ndns_lookup_kdc = false\n${realmWith('a')}`;
    const none = {
      code: 'SEC_E_NO_AUTHENTICATING_AUTHORITY',
      message: /no KDC for the realm "OTHER": none is in \/.*, and dns_lookup_kdc is false/,
    };
    await assert.rejects(kdcsOf(content, 'OTHER'), none);
    await assert.rejects(kdcsOf(content, '__proto__'), { code: none.code });
  });
});

describe('the realm of a host', () => {
  const domains = `[domain_realm]
    crash.mit.edu = CRASH
    .dev.mit.edu = DEV
    mit.edu = MIT
    .MIXED.example = Mixed.Case
    none.mit.edu = ""
    [realms]
    Lower.Realm = {
    }`;

  it('is that of the host or of the nearest domain', async () => {
    const configuration = await load(domains);
    const realms: [string, string | undefined][] = [
      ['crash.mit.edu', 'CRASH'],
      ['Crash.MIT.edu.', 'CRASH'],
      ['x.crash.mit.edu', 'CRASH'],
      ['a.b.dev.mit.edu', 'DEV'],
      ['dev.mit.edu', 'MIT'],
      ['mit.edu', 'MIT'],
      ['xmit.edu', undefined],
      ['a.mixed.EXAMPLE', 'Mixed.Case'],
      ['mixed.example', undefined],
      ['none.mit.edu', undefined],
      ['edu', undefined],
      ['', undefined],
      ['.', undefined],
      ['..mit.edu', 'MIT'],
      ['127.0.0.1', undefined],
      [`${'.'.repeat(10_000_000)}mit.edu`, undefined],
      ['__proto__', undefined],
    ];
    for (const [host, realm] of realms) {
      assert.equal(configuration.realmOfHost(host), realm, host.slice(0, 40));
    }
  });

  it('has the spelling of krb5.conf, or upper case', async () => {
    const configuration = await load(domains);
    const spellings = ['LOWER.realm', 'mixed.CASE', 'crash', 'other.Realm'].map((realm) =>
      configuration.spellingOf(realm),
    );
    assert.deepEqual(spellings, ['Lower.Realm', 'Mixed.Case', 'CRASH', 'OTHER.REALM']);
    const both = await load('[realms]\nr = {\n}\nR = {\n}\n');
    assert.deepEqual([both.spellingOf('r'), both.spellingOf('R')], ['r', 'R']);
  });
});
