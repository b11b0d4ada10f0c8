import type { TLSSocket } from 'node:tls';
import { readBytes, readElement, TAG } from '../bytes/read-der.js';
import { type Faults, Reader } from '../bytes/reader.js';

/** What a socket's session tells that Node has no call for. */
export interface TlsSession {
  /** As on the wire: 0x0303 is TLS 1.2. */
  readonly protocol: number;
  /** The other side's certificate in DER: of a resumed session, from the handshake that it was made in. */
  readonly peer: Uint8Array | undefined;
  readonly flags: number;
}

/** What Node 22 and later put before a client's session: this, the length of a host name (2 bytes), the name. */
const PREFIX = Buffer.from('\0nodejs:tls:session:1\0', 'latin1');

const PEER = TAG.context3;
const FLAGS = TAG.context0 + 13;

/** These errors stay in this file. */
const FAULTS: Faults = {
  malformed: (_path, _offset, message) => new Error(message),
  below: (_prefix, error) => error,
};

/**
 * The session of a socket: what `getSession()` gives is OpenSSL's SSL_SESSION in DER, which Node does not
 * document. Undefined where there is none, or it has another shape.
 */
export function readTlsSession(socket: TLSSocket): TlsSession | undefined {
  const session = socket.getSession();
  if (!(session instanceof Uint8Array)) return undefined;
  try {
    return readSession(session);
  } catch {
    return undefined;
  } finally {
    // A copy of Node's, with the master secret in it.
    session.fill(0);
  }
}

function readSession(bytes: Uint8Array): TlsSession {
  const reader = new Reader(bytes, FAULTS);
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
  let last: number = TAG.context0;
  for (let tag = reader.peek(); tag !== undefined; tag = reader.peek()) {
    if (tag <= last) reader.fail('field', reader.offset, 'is out of order');
    last = tag;
    if (tag === FLAGS) flags = readElement(reader, 'flags', tag, readInteger);
    else if (tag === PEER) peer = new Uint8Array(readBytes(reader, 'peer', tag));
    else readBytes(reader, 'field', tag);
  }
  return { protocol, peer, flags };
}

/** A number of 1 or 2 bytes; none of those that are looked at is longer. */
function readInteger(reader: Reader): number {
  const start = reader.offset;
  const bytes = readBytes(reader, 'INTEGER', TAG.integer);
  if (bytes.length < 1 || bytes.length > 2) reader.fail('INTEGER', start, 'is another number');
  return bytes.reduce((number, byte) => number * 0x100 + byte, 0);
}
