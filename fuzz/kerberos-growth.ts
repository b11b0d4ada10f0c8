import { derElement } from '../src/bytes/write-der.js';
import { treeOf } from '../src/cli/inspect/token-tree.js';
import { encodeKeytab } from '../src/conformance/sspi/kerberos/encode-keytab.js';
import { decodeCache } from '../src/sspi/kerberos/ccache/cache-file.js';
import { decodeKeytab } from '../src/sspi/kerberos/keytab.js';
import { encodeApReq } from '../src/sspi/kerberos/messages/ap-request.js';
import { encodeAuthorizationData } from '../src/sspi/kerberos/messages/authorization-data.js';
import { encodeKrbError } from '../src/sspi/kerberos/messages/krb-error.js';
import { encodeMethodData } from '../src/sspi/kerberos/messages/pa-data.js';
import { encodeMechTypeList, encodeNegTokenInit } from '../src/sspi/spnego/token.js';
import { SspiError } from '../src/sspi.js';
import { cacheBytes } from '../test/support/ccache.js';
import { issueTicket, newServiceKey, REALM, SERVICE } from '../test/support/kerberos-ticket.js';
import { type Target, Violation } from './target.js';

/** How much larger the second input is, and how many times slower it may be for each time that it is larger. */
const GROWTH = 16;
const MAX_RATIO = 4;
/** Shorter times are noise, in milliseconds. */
const LEAST_TIME = 0.2;
const ATTEMPTS = 8;

const EMPTY = new Uint8Array(0);
const KEY = newServiceKey(18);

/** Input that grows with a number, and what reads it. */
const CASES: readonly (readonly [
  name: string,
  make: (size: number) => Uint8Array,
  read: (bytes: Uint8Array) => unknown,
])[] = [
  [
    'mechanisms',
    (size) => encodeNegTokenInit(encodeMechTypeList(repeat('2a', size)), EMPTY),
    treeOf,
  ],
  ['components', (size) => error(repeat('a', size)), treeOf],
  ['a long name', (size) => error(['a'.repeat(50 * size)]), treeOf],
  ['methods', (size) => error([], methods(Math.ceil(size / 5))), treeOf],
  ['nesting', nest, treeOf],
  ['AD-IF-RELEVANT', nestRelevant, (bytes) => treeOf(bytes, [KEY])],
  ['keys', (size) => encodeKeytab(...repeat(KEY, size)), decodeKeytab],
  ['tickets', (size) => cacheBytes({ entries: repeat({ extras: 1 }, size) }), decodeCache],
];

/** The time to read grows with the length of the input, not faster. */
export const kerberosGrowth: Target = {
  name: 'kerberos-growth',
  maxTime: 10_000,
  run(random) {
    const [name, make, read] = random.of(CASES);
    const size = 20 + random.below(50);
    const [small, large] = [make(size), make(GROWTH * size)];
    const growth = large.length / small.length;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const time = Math.max(LEAST_TIME, timeOf(read, small));
      if (timeOf(read, large) <= MAX_RATIO * growth * time) return name;
    }
    throw new Violation(`${name}: the time grows faster than the input`, [small]);
  },
};

/** The shortest time of several, in milliseconds: the machine may be busy. */
function timeOf(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    try {
      read(bytes);
    } catch (error) {
      if (!(error instanceof SspiError)) throw error;
    }
    return performance.now() - start;
  });
  return Math.min(...times);
}

function repeat<T>(value: T, times: number): T[] {
  return new Array<T>(times).fill(value);
}

function error(nameString: readonly string[], eData: Uint8Array = EMPTY): Uint8Array {
  const sname = { ...SERVICE, nameString };
  return encodeKrbError({ stime: 0, susec: 0, errorCode: 25, realm: REALM, sname, eData });
}

function methods(count: number): Uint8Array {
  return encodeMethodData(repeat({ padataType: 2, padataValue: EMPTY }, count));
}

function nest(depth: number): Uint8Array {
  let bytes: Uint8Array = EMPTY;
  for (let level = 0; level < depth; level++) bytes = derElement(0x30, bytes);
  return derElement(0x6e, bytes);
}

/** A ticket whose authorization data has AD-IF-RELEVANT in AD-IF-RELEVANT. */
function nestRelevant(depth: number): Uint8Array {
  let adData: Uint8Array = EMPTY;
  for (let level = 0; level < depth; level++) {
    adData = encodeAuthorizationData([{ adType: 1, adData }]);
  }
  const { ticket } = issueTicket(KEY, { part: { authorizationData: [{ adType: 1, adData }] } });
  return encodeApReq(0, ticket, { etype: 18, cipher: EMPTY });
}
