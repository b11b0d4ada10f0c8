import { createHmac, randomBytes } from 'node:crypto';
import { type Field, Reader } from '../../bytes/reader.js';
import { type ReaderErrors, readerErrors } from '../../bytes/reader-errors.js';
import { SspiError } from '../error.js';
import { findEtype, type WeakEtypeName } from './crypto/etypes.js';
import { ProtocolKey } from './crypto/protocol-key.js';
import type { Principal, PrincipalName } from './messages/principal-name.js';
import type { ServiceKey } from './service-keys.js';

/** The format of MIT Kerberos 1.2 and later: 5.2, all numbers big-endian. */
const VERSION = 0x0502;

const ERRORS: ReaderErrors = readerErrors(SspiError, 'SEC_E_UNKNOWN_CREDENTIALS');

const WEAK: readonly WeakEtypeName[] = ['rc4-hmac'];
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A key of a keytab. */
export interface KeytabEntry {
  readonly realm: string;
  readonly name: PrincipalName;
  readonly kvno: number;
  readonly etype: number;
  /** In the memory of the keytab. */
  readonly key: Uint8Array;
}

/**
 * Decodes a keytab: the file format 5.2 of MIT Kerberos, which ktutil, ktpass and adcli write.
 *
 * @throws SspiError SEC_E_UNKNOWN_CREDENTIALS with `path` and `offset`
 */
export function decodeKeytab(bytes: Uint8Array, onField?: (field: Field) => void): KeytabEntry[] {
  const reader = new Reader(bytes, ERRORS, onField);
  const version = reader.uint16('version');
  if (version !== VERSION) reader.fail('version', 0, 'is not that of a keytab, 5.2');
  const entries: KeytabEntry[] = [];
  for (let index = 0; reader.remaining > 0; index++) {
    const start = reader.offset;
    // Negative is a hole: a key that was deleted. Zero is the end, which MIT Kerberos writes behind the last hole.
    const size = reader.uint32('size') | 0;
    if (size === 0) break;
    if (Math.abs(size) > reader.remaining) {
      reader.fail('size', start, `is ${size}, of ${reader.remaining} bytes`);
    }
    if (size < 0) reader.opaque('hole', -size);
    else entries.push(reader.group(`entry[${index}]`, (entry) => readEntry(entry, size)));
  }
  return entries;
}

function readEntry(reader: Reader, size: number): KeytabEntry {
  return reader.structure('', size, (entry) => {
    const components = entry.uint16('num_components');
    const realm = readText(entry, 'realm');
    const nameString: string[] = [];
    while (nameString.length < components) {
      nameString.push(readText(entry, `components[${nameString.length}]`));
    }
    const nameType = entry.uint32('name_type') | 0;
    entry.uint32('timestamp');
    const vno8 = entry.uint8('vno8');
    const etype = entry.uint16('keytype');
    const start = entry.offset;
    const key = entry.opaque16('key', 0);
    const keyLength = findEtype(etype, WEAK)?.keyLength ?? key.length;
    if (key.length !== keyLength) {
      entry.fail('key', start, `has ${key.length} bytes, not ${keyLength}`);
    }
    // The version in 32 bits came later. Zero stands for none.
    const kvno = (entry.remaining >= 4 ? entry.uint32('vno') : 0) || vno8;
    entry.rest('extension');
    return { realm, name: { nameType, nameString }, kvno, etype, key };
  });
}

function readText(reader: Reader, name: string): string {
  const start = reader.offset;
  const bytes = reader.opaque16(name, 0);
  try {
    return UTF8.decode(bytes);
  } catch {
    return reader.fail(name, start, 'is not UTF-8');
  }
}

/**
 * The keys of a keytab, as copies. Those with an encryption type that is unknown, or weak and not allowed, are left
 * out. Entries with the same key become one: a forged ticket costs one decryption for each key.
 *
 * @throws SspiError SEC_E_UNKNOWN_CREDENTIALS for a malformed keytab, SEC_E_NO_CREDENTIALS for one without a key
 */
export function serviceKeysOf(
  keytab: Uint8Array,
  allowWeak: readonly WeakEtypeName[],
): ServiceKey[] {
  const keys = new Map<string, ServiceKey & { readonly principals: Principal[] }>();
  const secret = randomBytes(32);
  for (const { realm, name, kvno, etype: number, key: bytes } of decodeKeytab(keytab)) {
    const etype = findEtype(number, allowWeak);
    if (etype === undefined) continue;
    // Under a random key, because strings are never overwritten.
    const digest = createHmac('sha256', secret).update(bytes).digest('hex');
    const id = `${number} ${kvno} ${digest}`;
    const known = keys.get(id);
    if (known !== undefined) known.principals.push({ realm, name });
    else keys.set(id, { principals: [{ realm, name }], kvno, key: new ProtocolKey(etype, bytes) });
  }
  if (keys.size > 0) return [...keys.values()];
  throw new SspiError(
    'SEC_E_NO_CREDENTIALS',
    'the keytab has no key that is allowed: klist -ek shows their encryption types',
  );
}
