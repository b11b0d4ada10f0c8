import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeCache, encodeEntry } from '../../src/sspi/kerberos/ccache/cache-file.js';
import { loadConfiguration } from '../../src/sspi/kerberos/configuration/load-configuration.js';
import { Section } from '../../src/sspi/kerberos/configuration/profile.js';
import { ProfileParser } from '../../src/sspi/kerberos/configuration/profile-parser.js';
import { SspiError } from '../../src/sspi.js';
import { cacheBytes, principalOf, TICKET } from '../support/ccache.js';
import { temporaryFolder } from '../support/folders.js';
import { mutated } from '../support/mutations.js';
import { hex } from '../support/ntlm.js';

// The committed seed makes the same cases on every machine; FC_SEED makes others.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1964), numRuns: 1000 });

const folder = temporaryFolder();

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = fc.uint8Array({ maxLength: 40 });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const name = fc.record({
  nameType: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  nameString: fc.array(text, { maxLength: 4 }),
});
const principal = fc.record({ realm: text, name });
const key = fc.oneof(
  fc.record({
    keytype: fc.constantFrom(18, 20),
    keyvalue: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  }),
  fc.record({ keytype: fc.integer({ min: 24, max: 0xffff }), keyvalue: bytes }),
);
const ticket = fc.record({
  client: principal,
  server: principal,
  key,
  flags: uint32,
  authtime: uint32,
  starttime: uint32,
  endtime: uint32,
  renewTill: uint32,
  ticket: bytes,
});

/** Values that compare by their content: bytes in hex. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, field) => (field instanceof Uint8Array ? hex(field) : field)),
  );

describe('properties of credential caches', () => {
  it('entries round-trip in both versions, and have the bytes of the format', () => {
    fc.assert(
      fc.property(
        principal,
        fc.array(ticket, { maxLength: 4 }),
        fc.constantFrom(3, 4),
        (client, tickets, version) => {
          const entries = tickets.map((entry) => encodeEntry(entry, 0x0500 + version));
          const cache = Buffer.concat([cacheBytes({ version, principal: client }), ...entries]);
          assert.equal(
            hex(cache),
            hex(cacheBytes({ version, principal: client, entries: tickets })),
          );
          const decoded = decodeCache(Uint8Array.from(cache));
          assert.deepEqual(plain(decoded.principal), plain(client));
          const expected = tickets.map((entry) => ({ ...entry, isSessionKey: false }));
          assert.deepEqual(plain(decoded.entries), plain(expected));
        },
      ),
    );
  });

  it('decoding returns, or throws SEC_E_UNKNOWN_CREDENTIALS with the field, for any bytes', () => {
    const setting = principalOf('krb5_ccache_conf_data/pa_type', 'X-CACHECONF:');
    const entries = [{ extras: 2, secondTicket: Uint8Array.of(1) }, { server: setting }, TICKET];
    const genuine = [3, 4].map((version) => cacheBytes({ version, entries }));
    const random = fc
      .tuple(fc.constantFrom(...genuine), fc.nat(60), bytes)
      .map(([cache, end, tail]) => Buffer.concat([cache.subarray(0, end), tail]));
    fc.assert(
      fc.property(fc.oneof(mutated(genuine), random, bytes), (cache) => {
        try {
          decodeCache(cache);
        } catch (error) {
          assert.ok(error instanceof SspiError, String(error));
          assert.equal(error.code, 'SEC_E_UNKNOWN_CREDENTIALS');
          assert.ok(error.message.startsWith(error.path ?? '?'), error.message);
          assert.ok((error.offset ?? -1) >= 0 && (error.offset ?? 0) <= cache.length);
        }
      }),
      { numRuns: 4000 },
    );
  });

  it('decoding looks at each byte once', () => {
    const readsOf = (count: number) => {
      let reads = 0;
      const entries = new Array(count).fill({ extras: 3 });
      decodeCache(cacheBytes({ entries }), () => reads++);
      return reads;
    };
    const first = readsOf(1) - readsOf(0);
    assert.equal(readsOf(500) - readsOf(0), 500 * first);
  });
});

describe('properties of krb5.conf', () => {
  const piece = fc.constantFrom(
    ...[
      '[libdefaults]',
      '[realms]',
      '[domain_realm]',
      '[',
      ']',
      '*',
      '{',
      '}',
      '=',
      ' = ',
      '"',
      '\\',
    ],
    ...[
      '\n',
      '\n',
      '\n',
      '\r\n',
      '#',
      ';',
      ' ',
      '\t',
      '\0',
      '\ufffd',
      'R',
      '.r',
      '%{uid}',
      '__proto__',
    ],
    ...[
      'default_realm',
      'ticket_lifetime',
      'permitted_enctypes',
      'dns_lookup_kdc',
      'kdc',
      'aes',
      '1d',
    ],
    ...[
      'include',
      'include ',
      'includedir /none',
      'module',
      'true',
      'a.r:88',
      '[::1]:88',
      'R = {\n',
    ],
  );
  const content = fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 40 });

  it('any text is a configuration, or an error with the file and the line', async () => {
    const path = join(folder, 'krb5.conf');
    const { signal } = new AbortController();
    const property = fc.asyncProperty(content, async (pieces) => {
      writeFileSync(path, pieces.join(''));
      try {
        const configuration = await loadConfiguration(path);
        configuration.spellingOf('r');
        configuration.realmOfHost('a.r');
        if (pieces.includes('kdc')) await configuration.kdcsOf('R', signal);
      } catch (error) {
        assert.ok(error instanceof SspiError, String(error));
        if (error.code === 'SEC_E_NO_AUTHENTICATING_AUTHORITY') return;
        assert.equal(error.code, 'SEC_E_CANNOT_INSTALL');
        assert.match(error.message, /krb5\.conf:\d+: /);
      }
    });
    await fc.assert(property);
  });

  it('any bytes are lines, each of which is read once', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 })), (lines) => {
        const parser = new ProfileParser(new Section(), 'file');
        for (const [index, line] of lines.entries()) {
          try {
            parser.readLine(line);
          } catch (error) {
            assert.ok(error instanceof SspiError && error.code === 'SEC_E_CANNOT_INSTALL');
            assert.ok(error.message.startsWith(`file:${index + 1}: `), error.message);
          }
        }
      }),
    );
  });
});
