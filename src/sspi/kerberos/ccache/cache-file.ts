import { type Field, Reader } from '../../../bytes/reader.js';
import { type ReaderErrors, readerErrors } from '../../../bytes/reader-errors.js';
import { Writer } from '../../../bytes/writer.js';
import { SspiError } from '../../error.js';
import { concatSecret } from '../../secret.js';
import { findEtype, type WeakEtypeName } from '../crypto/etypes.js';
import type { EncryptionKey } from '../messages/encrypted-data.js';
import type { Principal } from '../messages/principal-name.js';

// The format of the credential cache FILE of MIT Kerberos ("Credential cache file format" in its documentation).

const ERRORS: ReaderErrors = readerErrors(SspiError, 'SEC_E_UNKNOWN_CREDENTIALS');

/** Both are big-endian. Version 4 has a header, and version 3 the encryption type of a key twice. */
const VERSION_3 = 0x0503;
const VERSION_4 = 0x0504;

/** About as many as tickets fit in a file of the size that is read. */
export const MAX_ENTRIES = 16_384;

const MAX_COMPONENTS = 64;
/** The number of addresses, and of elements of authorization data. */
const MAX_LIST = 256;

const WEAK: readonly WeakEtypeName[] = ['rc4-hmac'];
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A ticket with what belongs to it. Times in seconds since 1970, zero for none. */
export interface CachedTicket {
  readonly client: Principal;
  readonly server: Principal;
  readonly key: EncryptionKey;
  /** TicketFlags (RFC 4120 5.3), bit 0 the highest. */
  readonly flags: number;
  readonly authtime: number;
  readonly starttime: number;
  readonly endtime: number;
  readonly renewTill: number;
  /** The DER of the ticket. */
  readonly ticket: Uint8Array;
}

/** An entry of the file: a ticket, or in its fields something else. */
export interface CacheEntry extends CachedTicket {
  /** Whether the ticket is encrypted in the session key of another ticket, for user-to-user authentication. */
  readonly isSessionKey: boolean;
}

export interface CacheFile {
  readonly version: number;
  readonly principal: Principal;
  readonly entries: readonly CacheEntry[];
}

/**
 * Decodes a cache of version 3 or 4. Keys and tickets are in the memory of `bytes`.
 *
 * @throws SspiError SEC_E_UNKNOWN_CREDENTIALS with `path` and `offset`
 */
export function decodeCache(bytes: Uint8Array, onField?: (field: Field) => void): CacheFile {
  const reader = new Reader(bytes, ERRORS, onField);
  const version = reader.uint16('version');
  if (version !== VERSION_3 && version !== VERSION_4) {
    reader.fail('version', 0, 'is not that of a credential cache, 3 or 4');
  }
  // The difference of the KDC's clock is not used.
  if (version === VERSION_4) reader.opaque16('header', 0);
  const principal = reader.group('principal', readPrincipal);
  const entries: CacheEntry[] = [];
  reader.items('entry', (item) => {
    if (entries.length === MAX_ENTRIES) {
      item.fail('', item.offset, `is one more than the ${MAX_ENTRIES} allowed`);
    }
    entries.push(readEntry(item, version));
  });
  return { version, principal, entries };
}

function readEntry(reader: Reader, version: number): CacheEntry {
  const client = reader.group('client', readPrincipal);
  const server = reader.group('server', readPrincipal);
  const keytype = reader.uint16('keytype');
  if (version === VERSION_3) reader.uint16('etype');
  const keyvalue = readKey(reader, keytype);
  const authtime = reader.uint32('authtime');
  const starttime = reader.uint32('starttime');
  const endtime = reader.uint32('endtime');
  const renewTill = reader.uint32('renew_till');
  const isSessionKey = reader.uint8('is_skey') !== 0;
  const flags = reader.uint32('ticket_flags');
  skipTyped(reader, 'addresses');
  skipTyped(reader, 'authdata');
  const ticket = readData(reader, 'ticket');
  readData(reader, 'second_ticket');
  const times = { authtime, starttime, endtime, renewTill };
  return { client, server, key: { keytype, keyvalue }, flags, ...times, ticket, isSessionKey };
}

function readKey(reader: Reader, keytype: number): Uint8Array {
  const start = reader.offset;
  const key = readData(reader, 'key');
  const length = findEtype(keytype, WEAK)?.keyLength ?? key.length;
  if (key.length !== length) reader.fail('key', start, `has ${key.length} bytes, not ${length}`);
  return key;
}

function readPrincipal(reader: Reader): Principal {
  const nameType = reader.uint32('name_type') | 0;
  const start = reader.offset;
  const components = reader.uint32('num_components');
  if (components > MAX_COMPONENTS) {
    reader.fail('num_components', start, `is ${components}, of ${MAX_COMPONENTS} allowed`);
  }
  const realm = readText(reader, 'realm');
  const nameString: string[] = [];
  while (nameString.length < components) {
    nameString.push(readText(reader, `components[${nameString.length}]`));
  }
  return { realm, name: { nameType, nameString } };
}

function readData(reader: Reader, name: string): Uint8Array {
  return reader.opaque(name, reader.uint32(`${name}_length`));
}

function readText(reader: Reader, name: string): string {
  const start = reader.offset;
  const bytes = readData(reader, name);
  try {
    return UTF8.decode(bytes);
  } catch {
    return reader.fail(name, start, 'is not UTF-8');
  }
}

/** A list of values with a type: addresses, or authorization data. The KDC copied both into the ticket. */
function skipTyped(reader: Reader, name: string): void {
  const start = reader.offset;
  const count = reader.uint32(`num_${name}`);
  if (count > MAX_LIST) reader.fail(`num_${name}`, start, `is ${count}, of ${MAX_LIST} allowed`);
  for (let index = 0; index < count; index++) {
    reader.uint16(`${name}.type`);
    readData(reader, `${name}.data`);
  }
}

/**
 * Encodes a ticket as an entry of a file of this version.
 *
 * @returns secret bytes, which the caller overwrites
 */
export function encodeEntry(ticket: CachedTicket, version: number): Uint8Array {
  const { client, server, key, flags, authtime, starttime, endtime, renewTill } = ticket;
  const keytype = new Writer(2).uint16(key.keytype).finish();
  return concatSecret([
    ...encodePrincipal(client),
    ...encodePrincipal(server),
    ...(version === VERSION_3 ? [keytype, keytype] : [keytype]),
    ...encodeData(key.keyvalue),
    uint32s(authtime, starttime, endtime, renewTill),
    Uint8Array.of(0),
    // No addresses and no authorization data.
    uint32s(flags, 0, 0),
    ...encodeData(ticket.ticket),
    // No second ticket.
    uint32s(0),
  ]);
}

function encodePrincipal({ realm, name }: Principal): Uint8Array[] {
  const { nameType, nameString } = name;
  const parts = [realm, ...nameString].flatMap((text) =>
    encodeData(new TextEncoder().encode(text)),
  );
  return [uint32s(nameType, nameString.length), ...parts];
}

function encodeData(bytes: Uint8Array): Uint8Array[] {
  return [uint32s(bytes.length), bytes];
}

function uint32s(...values: readonly number[]): Uint8Array {
  const writer = new Writer(4 * values.length);
  for (const value of values) writer.uint32(value);
  return writer.finish();
}
