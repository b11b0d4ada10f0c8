import type { TLSSocket } from 'node:tls';
import { contextTag, readBytes, readElement, TAG } from '../bytes/read-der.js';
import { Reader } from '../bytes/reader.js';
import type { ReaderErrors } from '../bytes/reader-errors.js';

/** Parts of a TLS session that Node has no call for. */
export interface TlsSession {
  /** As on the wire: 0x0303 is TLS 1.2. */
  readonly protocol: number;
  /** The peer's certificate in DER; in a resumed session, the one of the original handshake. */
  readonly peer: Uint8Array | undefined;
  readonly flags: number;
}

/** Node 22 and later begin a client's session with this, the length of a host name (2 bytes) and the name. */
const PREFIX = Buffer.from('\0nodejs:tls:session:1\0', 'latin1');

const PEER = contextTag(3);
const FLAGS = contextTag(13);

/** {@link readTlsSession} catches these errors. */
const ERRORS: ReaderErrors = {
  malformed: (_path, _offset, message) => new Error(message),
  withPrefix: (_prefix, error) => error,
};

/**
 * Reads the session of a socket. `getSession()` returns OpenSSL's SSL_SESSION in DER, a format that Node does not
 * document. Undefined if the socket has no session or one of another format.
 */
export function readTlsSession(socket: TLSSocket): TlsSession | undefined {
  const session = socket.getSession();
  if (!(session instanceof Uint8Array)) return undefined;
  try {
    return readSession(session);
  } catch {
    return undefined;
  } finally {
    // Node's copy contains the master secret.
    session.fill(0);
  }
}

function readSession(bytes: Uint8Array): TlsSession {
  const reader = new Reader(bytes, ERRORS);
  if (PREFIX.every((byte, index) => bytes[index] === byte)) {
    reader.opaque('prefix', PREFIX.length);
    reader.opaque16('host', 0);
  }
  const session = readElement(reader, 'SSL_SESSION', TAG.sequence, readFields);
  reader.finish('SSL_SESSION');
  return session;
}

function readFields(reader: Reader): TlsSession {
  const start = reader.offset;
  if (readInteger(reader) !== 1) reader.fail('version', start, 'is not 1');
  const protocol = readInteger(reader);
  for (const name of ['cipher', 'session_id', 'master_key']) {
    readBytes(reader, name, TAG.octetString);
  }
  let flags = 0;
  let peer: Uint8Array | undefined;
  let last: number = contextTag(0);
  for (let tag = reader.peek(); tag !== undefined; tag = reader.peek()) {
    if (tag <= last) reader.fail('field', reader.offset, 'is out of order');
    last = tag;
    if (tag === FLAGS) flags = readElement(reader, 'flags', tag, readInteger);
    else if (tag === PEER) peer = new Uint8Array(readBytes(reader, 'peer', tag));
    else readBytes(reader, 'field', tag);
  }
  return { protocol, peer, flags };
}

/** An INTEGER of 1 or 2 bytes; no field read here is longer. */
function readInteger(reader: Reader): number {
  const start = reader.offset;
  const bytes = readBytes(reader, 'INTEGER', TAG.integer);
  if (bytes.length < 1 || bytes.length > 2)
    reader.fail('INTEGER', start, 'does not have 1 or 2 bytes');
  return bytes.reduce((number, byte) => number * 0x100 + byte, 0);
}
