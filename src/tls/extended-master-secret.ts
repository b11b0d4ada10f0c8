import type { TLSSocket } from 'node:tls';
import { readBytes, readElement, TAG } from '../bytes/read-der.js';
import { type Faults, Reader } from '../bytes/reader.js';

/** What Node 22 and later put before a client's session: this, the length of a host name (2 bytes), the name. */
const PREFIX = Buffer.from('\0nodejs:tls:session:1\0', 'latin1');

const TLS12 = 0x0303;
/** `flags [13]` of SSL_SESSION. */
const FLAGS = TAG.context0 + 13;
const EXTENDED_MASTER_SECRET = 1;

/** Stays in this file: what cannot be read has no extended master secret. */
const FAULTS: Faults = {
  malformed: (_path, _offset, message) => new Error(message),
  below: (_prefix, error) => error,
};

/**
 * Whether a connection of TLS 1.2 has negotiated the Extended Master Secret (RFC 7627), without which another
 * connection can have the same master secret (the triple handshake attack), and so the same exported keys
 * and Finished messages.
 *
 * Node has no call for it: `getSession()` gives OpenSSL's undocumented SSL_SESSION in DER, whose flags tell it.
 * The answer is false wherever that cannot be read, before the handshake is complete, and on TLS 1.3, which
 * has no such extension and needs none: ask `getProtocol()` first.
 */
export function hasExtendedMasterSecret(socket: TLSSocket): boolean {
  const session = socket.getSession();
  if (!(session instanceof Uint8Array)) return false;
  try {
    return readsExtendedMasterSecret(session);
  } catch {
    return false;
  } finally {
    // It holds the master secret, and is a copy.
    session.fill(0);
  }
}

function readsExtendedMasterSecret(session: Uint8Array): boolean {
  const reader = new Reader(session, FAULTS);
  if (PREFIX.every((byte, index) => session[index] === byte)) {
    reader.opaque('prefix', PREFIX.length);
    reader.opaque16('host', 0);
  }
  const found = readElement(reader, 'SSL_SESSION', TAG.sequence, readSession);
  reader.finish('SSL_SESSION');
  return found;
}

function readSession(reader: Reader): boolean {
  const structure = readInteger(reader, 'version');
  const protocol = readInteger(reader, 'ssl_version');
  if (structure !== 1 || protocol !== TLS12) return false;
  for (const name of ['cipher', 'session_id', 'master_key']) {
    readBytes(reader, name, TAG.octetString);
  }
  let flags = 0;
  let last: number = TAG.context0;
  for (let tag = reader.peek(); tag !== undefined; tag = reader.peek()) {
    if (tag <= last) reader.fail('field', reader.offset, 'is out of order');
    last = tag;
    if (tag === FLAGS) {
      flags = readElement(reader, 'flags', tag, (field) => readInteger(field, 'INTEGER'));
    } else {
      readBytes(reader, 'field', tag);
    }
  }
  return flags === EXTENDED_MASTER_SECRET;
}

/** A number of 1 or 2 bytes; none of those that are looked for is longer. */
function readInteger(reader: Reader, name: string): number {
  const bytes = readBytes(reader, name, TAG.integer);
  if (bytes.length < 1 || bytes.length > 2) reader.fail(name, reader.offset, 'is another number');
  return bytes.reduce((number, byte) => number * 0x100 + byte, 0);
}
