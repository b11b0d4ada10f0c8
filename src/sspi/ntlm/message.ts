import type { Field, Reader } from '../../bytes/reader.js';
import { tokenReader } from '../reader.js';
import { hasFlag } from './flags.js';
import { fromUtf16 } from './text.js';

/** The 8 bytes that begin every NTLM message (MS-NLMP 2.2.1). */
export const SIGNATURE: Uint8Array = Uint8Array.from(Buffer.from('NTLMSSP\0', 'latin1'));

/** MessageType of MS-NLMP 2.2.1. */
export const MESSAGE_TYPE = {
  NEGOTIATE_MESSAGE: 1,
  CHALLENGE_MESSAGE: 2,
  AUTHENTICATE_MESSAGE: 3,
} as const;

export type MessageType = keyof typeof MESSAGE_TYPE;

/** Windows 10, NTLMSSP_REVISION_W2K3 (MS-NLMP 2.2.2.10); it is for debugging alone. */
export const VERSION: Uint8Array = Uint8Array.of(10, 0, 0, 0, 0, 0, 0, 15);

export function isNtlm(token: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => token[index] === byte);
}

/** Reads one message of a kind that is known. */
export function readMessage<T>(
  token: Uint8Array,
  type: MessageType,
  read: (reader: Reader) => T,
  onField?: (field: Field) => void,
): T {
  return tokenReader(token, onField).group(type, (reader) => {
    const signature = reader.opaque('Signature', 8);
    if (!isNtlm(signature)) reader.fail('Signature', 0, 'is not NTLMSSP');
    const found = reader.uint32le('MessageType');
    if (found !== MESSAGE_TYPE[type]) {
      reader.fail('MessageType', 8, `is ${found}, not ${MESSAGE_TYPE[type]}`);
    }
    return read(reader);
  });
}

/**
 * The payload that a field of length, maximal length and offset points at. The offset of an empty one is
 * not looked at: some senders leave anything there.
 */
export function readPayload<A, T>(
  reader: Reader,
  name: string,
  read: (reader: Reader, argument: A) => T,
  argument?: A,
): T {
  const field = reader.offset;
  const length = reader.uint16le(`${name}Len`);
  reader.uint16le(`${name}MaxLen`);
  const offset = reader.uint32le(`${name}BufferOffset`);
  return reader.at(name, field, length === 0 ? 0 : offset, length, read, argument);
}

/** A payload that is bytes. */
export function readBytes(reader: Reader, name: string): Uint8Array {
  return readPayload(reader, name, (payload) => payload.rest(name));
}

/** A payload that is UTF-16LE. */
export function readText(reader: Reader, name: string): string {
  return readPayload(reader, name, (payload) => {
    const start = payload.offset;
    const bytes = payload.rest(name);
    if (bytes.length % 2 !== 0) payload.fail(name, start, 'has an odd number of bytes');
    return fromUtf16(bytes);
  });
}

/** The Version after the fields, where the flags say that there is one (MS-NLMP 2.2.2.10). */
export function readVersion(reader: Reader, flags: number): void {
  if (hasFlag(flags, 'NEGOTIATE_VERSION')) reader.opaque('Version', 8);
}

/** Payloads one after the other behind a header, and the fields that point at them. */
export class Payloads {
  readonly parts: Uint8Array[] = [];
  /** Bytes of the header and the payloads so far. */
  size: number;

  constructor(headerSize: number) {
    this.size = headerSize;
  }

  /** Appends a payload and answers with its field: 8 bytes. */
  add(bytes: Uint8Array): Uint8Array {
    const field = Buffer.alloc(8);
    field.writeUInt16LE(bytes.length, 0);
    field.writeUInt16LE(bytes.length, 2);
    field.writeUInt32LE(this.size, 4);
    this.parts.push(bytes);
    this.size += bytes.length;
    return field;
  }
}
