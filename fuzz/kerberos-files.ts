import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../src/conformance/random.js';
import { encodeKeytab } from '../src/conformance/sspi/kerberos/encode-keytab.js';
import { decodeCache } from '../src/sspi/kerberos/ccache/cache-file.js';
import { loadConfiguration } from '../src/sspi/kerberos/configuration/load-configuration.js';
import { serviceKeysOf } from '../src/sspi/kerberos/keytab.js';
import { SspiError } from '../src/sspi.js';
import { cacheBytes, principalOf } from '../test/support/ccache.js';
import { newServiceKey, renamed } from '../test/support/kerberos-ticket.js';
import { mutate } from './mutate.js';
import { requireDocumented, type Target } from './target.js';

const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** One of this many inputs comes from a large seed. */
const LARGE = 100;

const keys = [17, 18, 23].map((etype) => newServiceKey(etype));
const KEYTAB = encodeKeytab(...keys, ...keys.map((key) => renamed(key, ['host', 'a.test'])));
const LARGE_KEYTAB = encodeKeytab(
  ...Array.from({ length: 500 }, (_, index) => newServiceKey(18, index)),
);

/** A damaged keytab gives keys or an error. */
export const keytab: Target = {
  name: 'keytab',
  run: (random) =>
    decodeAltered(random, [KEYTAB], LARGE_KEYTAB, (bytes) => {
      for (const { key } of serviceKeysOf(bytes, ['rc4-hmac'])) key.close();
    }),
};

const ENTRIES = [
  { server: principalOf('krbtgt/R'), extras: 2 },
  { key: { keytype: 23, keyvalue: new Uint8Array(16) }, secondTicket: new Uint8Array(9) },
  { server: principalOf('krb5_ccache_conf_data/fast_avail', 'X-CACHECONF:') },
];
const CACHES = [3, 4].map((version) => cacheBytes({ version, entries: ENTRIES }));
const LARGE_CACHE = cacheBytes({ entries: new Array(2000).fill({ extras: 1 }) });

/** A damaged credential cache gives its entries or an error. */
export const credentialCache: Target = {
  name: 'credential-cache',
  run: (random) => decodeAltered(random, CACHES, LARGE_CACHE, decodeCache),
};

function decodeAltered(
  random: Random,
  seeds: readonly Uint8Array[],
  large: Uint8Array,
  decode: (bytes: Uint8Array) => unknown,
): string {
  const bytes = mutate(random.below(LARGE) === 0 ? [large] : seeds, random);
  try {
    decode(bytes);
    return 'decoded';
  } catch (error) {
    return requireDocumented(error, SspiError, [bytes]);
  }
}

const included = join(folder, 'included.conf');
writeFileSync(included, '[domain_realm]\n.example.test = EXAMPLE.TEST\n');

const PROFILES: readonly Uint8Array[] = [
  `module /none
include ${included}
[libdefaults]
  default_realm = EXAMPLE.TEST
  dns_lookup_kdc = false
  permitted_enctypes = aes256-cts aes128-sha1 -rc4 # first
  ticket_lifetime = 1d 2h3m4s
  default_ccache_name = FILE:/tmp/krb5cc_%{uid}
[realms]
  EXAMPLE.TEST = {
    kdc = kdc.example.test:88
    kdc = [::1]:750
    kdc* = "tcp/10.0.0.1"
  }
  other.test = { 
    kdc = other.test
  }*
[domain_realm]*
  www.example.test = EXAMPLE.TEST
  .test = "other\\t.test"
`,
  `[realms]\nR = {\n${'a = {\n'.repeat(15)}${'}\n'.repeat(16)}`,
].map((text) => new Uint8Array(Buffer.from(text)));
const LARGE_PROFILE = new Uint8Array(
  Buffer.from(`[domain_realm]\n${'a.b.c.test = R\n'.repeat(5000)}`),
);

/** A damaged krb5.conf gives a configuration, all of which can be asked, or an error. DNS is never asked. */
export const krb5Conf: Target = {
  name: 'krb5-conf',
  async run(random) {
    const bytes = mutate(random.below(LARGE) === 0 ? [LARGE_PROFILE] : PROFILES, random);
    const path = join(folder, 'krb5.conf');
    writeFileSync(path, bytes);
    const noDns = new SspiError('SEC_E_NO_AUTHENTICATING_AUTHORITY', 'DNS is not asked');
    try {
      const configuration = await loadConfiguration(path);
      configuration.realmOfHost(random.of(['www.example.test', 'a.b.c.test', '.'.repeat(254)]));
      const realm = configuration.spellingOf(random.of(['example.test', 'R', 'other.test']));
      await configuration.kdcsOf(realm, AbortSignal.abort(noDns));
      return 'read';
    } catch (error) {
      return requireDocumented(error, SspiError, [bytes]);
    }
  },
};
