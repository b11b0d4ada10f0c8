import { bytes } from '../output.js';
import { describeError } from './kerberos-errors.js';
import {
  AD_TYPES,
  ADDRESS_TYPES,
  AP_OPTIONS,
  CHECKSUM_TYPES,
  ETYPES,
  GSS_FLAGS,
  KDC_OPTIONS,
  MESSAGE_FLAGS,
  NAME_TYPES,
  PADATA_TYPES,
  TICKET_FLAGS,
  TOKEN_IDS,
} from './kerberos-names.js';

type Meaning = string | readonly string[] | undefined;
type MeaningOf = (value: Uint8Array) => Meaning;

/** The meaning of a Kerberos field; undefined if it has none but its bytes, or is of another protocol. */
export function kerberosMeaningOf(names: readonly string[], value: number | Uint8Array): Meaning {
  const name = baseOf(names.at(-1) ?? '');
  if (typeof value === 'number') return meaningOfNumber(name, names.at(-2), value);
  return MEANINGS.get(name)?.(value);
}

/** Fields with a key, or with a KRB-CRED, which older implementations do not encrypt. */
export function isSecret(name: string): boolean {
  return name === 'keyvalue' || name === 'Deleg';
}

const TEXTS = /^(?:[cs]?realm|component|e-text|salt|contents)$/;

export function isKerberosText(name: string): boolean {
  return TEXTS.test(baseOf(name));
}

/** The name without the index of an item. */
function baseOf(name: string): string {
  return name.replace(/\[\d+\]$/, '');
}

function meaningOfNumber(name: string, parent: string | undefined, value: number): Meaning {
  if (name === 'TOK_ID') return TOKEN_IDS.get(value) ?? `0x${value.toString(16).padStart(4, '0')}`;
  if (name !== 'Flags') return undefined;
  const flags = parent === 'cksum' ? GSS_FLAGS : MESSAGE_FLAGS;
  return flags.filter(([, bit]) => (value & bit) !== 0).map(([flag]) => flag);
}

const MEANINGS: ReadonlyMap<string, MeaningOf> = new Map<string, MeaningOf>([
  ['etype', nameIn(ETYPES)],
  ['keytype', nameIn(ETYPES)],
  ['cksumtype', nameIn(CHECKSUM_TYPES)],
  ['name-type', nameIn(NAME_TYPES)],
  ['ad-type', nameIn(AD_TYPES)],
  ['addr-type', nameIn(ADDRESS_TYPES)],
  ['padata-type', nameIn(PADATA_TYPES)],
  ['error-code', (value) => describeError(integer(value))],
  ...each(['tr-type', 'lr-type'], (value) => String(integer(value))),
  ...each(['kvno', 'nonce', 'seq-number'], (value) => String(integer(value) >>> 0)),
  ...each(['cusec', 'susec'], (value) => `${integer(value)} microseconds`),
  ...each(['ctime', 'stime', 'authtime', 'starttime', 'endtime', 'renew-till'], time),
  ...each(['from', 'till', 'rtime', 'lr-value', 'key-expiration'], time),
  ['ap-options', flagNames(AP_OPTIONS)],
  ['flags', flagNames(TICKET_FLAGS)],
  ['kdc-options', flagNames(KDC_OPTIONS)],
  ...each(['cipher', 'ciphertext'], ({ length }) => `encrypted, ${bytes(length)}`),
  ...each(['keyvalue', 'Deleg'], ({ length }) => `${bytes(length)}, not shown`),
  ['Bnd', (value) => (value.every((byte) => byte === 0) ? 'no channel bindings' : undefined)],
  ['SND_SEQ', (value) => String(Buffer.from(value).readBigUInt64BE())],
]);

function each(names: readonly string[], meaningOf: MeaningOf): [string, MeaningOf][] {
  return names.map((name) => [name, meaningOf]);
}

/** A number with its name: `NT-PRINCIPAL (1)`. */
function nameIn(names: ReadonlyMap<number, string>): MeaningOf {
  return (value) => {
    const number = integer(value);
    return `${names.get(number) ?? 'unknown'} (${number})`;
  };
}

/** An INTEGER, of which no more than 48 bits are read. */
function integer(value: Uint8Array): number {
  const length = Math.min(value.length, 6);
  return length === 0 ? 0 : Buffer.from(value).readIntBE(0, length);
}

/** A KerberosTime `19940610060317Z` as `1994-06-10T06:03:17Z`. */
function time(value: Uint8Array): string | undefined {
  const text = Buffer.from(value).toString('latin1');
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)?.slice(1);
  return parts && `${parts.slice(0, 3).join('-')}T${parts.slice(3).join(':')}Z`;
}

/** The names of the bits of KerberosFlags, bit 0 the highest (RFC 4120 5.2.8). */
function flagNames(names: ReadonlyMap<number, string>): MeaningOf {
  return (value) => {
    const bits = Array.from({ length: Math.min(32, 8 * value.length) }, (_, bit) => bit);
    const isSet = (bit: number) => ((value[bit >> 3] as number) & (0x80 >> (bit & 7))) !== 0;
    return bits.filter(isSet).map((bit) => names.get(bit) ?? `bit ${bit}`);
  };
}
