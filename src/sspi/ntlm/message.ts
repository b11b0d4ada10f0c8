import { applicationTag, contextTag } from '../../bytes/read-der.js';
import type { Field, Reader } from '../../bytes/reader.js';
import { tokenReader } from '../token-reader.js';
import { fromUtf16 } from '../utf16.js';
import { hasFlag, isOem } from './flags.js';
import { fromOem } from './text.js';

/** The 8 bytes that begin every NTLM message (MS-NLMP 2.2.1). */
export const SIGNATURE: Uint8Array = Uint8Array.from(Buffer.from('NTLMSSP\0', 'latin1'));

/** The 8 characters that begin every NTLM message in base64. */
const BASE64_SIGNATURE: Uint8Array = Uint8Array.from(Buffer.from('TlRMTVNT', 'latin1'));

/** MessageType of MS-NLMP 2.2.1. */
export const MESSAGE_TYPE = {
  NEGOTIATE_MESSAGE: 1,
  CHALLENGE_MESSAGE: 2,
  AUTHENTICATE_MESSAGE: 3,
} as const;

export type MessageType = keyof typeof MESSAGE_TYPE;

/** Windows 10, NTLMSSP_REVISION_W2K3 (MS-NLMP 2.2.2.10). For debugging only. */
export const VERSION: Uint8Array = Uint8Array.of(10, 0, 0, 0, 0, 0, 0, 15);

export function isNtlm(token: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => token[index] === byte);
}

/** What a token is that is no NTLM message: InitialContextToken (RFC 2743 3.1) or NegTokenResp (RFC 4178 4.2), say. */
function describeForeign(token: Uint8Array): string {
  const problem = 'is not NTLMSSP';
  if (token[0] === applicationTag(0)) {
    return `${problem}: this is a token of SPNEGO or Kerberos, use the package Negotiate and the OID of the mechanism`;
  }
  if (token[0] === contextTag(1)) {
    return `${problem}: this is a SPNEGO token, use the package Negotiate`;
  }
  const isBase64 = BASE64_SIGNATURE.every((byte, index) => token[index] === byte);
  return isBase64 ? `${problem}: this is base64 text, decode it` : problem;
}

/** Reads one message of a known type. */
export function readMessage<T>(
  token: Uint8Array,
  type: MessageType,
  read: (reader: Reader, payloads: PayloadFields) => T,
  onField?: (field: Field) => void,
): T {
  return tokenReader(token, onField).group(type, (reader) => {
    const signature = reader.opaque('Signature', 8);
    if (!isNtlm(signature)) reader.fail('Signature', 0, describeForeign(token));
    const found = reader.uint32le('MessageType');
    if (found !== MESSAGE_TYPE[type]) {
      reader.fail('MessageType', 8, `is ${found}, not ${MESSAGE_TYPE[type]}`);
    }
    return read(reader, new PayloadFields(reader));
  });
}

/** A payload of text, before its encoding is known. */
export interface RawText {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Reads the fields of a message that hold the length, the maximum length and the offset of a payload. */
export class PayloadFields {
  readonly #reader: Reader;
  /** The offset of the first payload that is not empty. */
  #first = Number.POSITIVE_INFINITY;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Ignores the offset of an empty payload: some senders put anything there. */
  readPayload<T>(name: string, read: (reader: Reader) => T): T {
    const reader = this.#reader;
    const field = reader.offset;
    const length = reader.uint16le(`${name}Len`);
    reader.uint16le(`${name}MaxLen`);
    const offset = reader.uint32le(`${name}BufferOffset`);
    if (length === 0) return reader.at(name, field, 0, 0, read);
    this.#first = Math.min(this.#first, offset);
    return reader.at(name, field, offset, length, read);
  }

  readBytes(name: string): Uint8Array {
    return this.readPayload(name, (payload) => payload.rest(name));
  }

  readText(name: string): RawText {
    return this.readPayload(name, (payload) => ({
      offset: payload.offset,
      bytes: payload.rest(name),
    }));
  }

  /**
   * Reads the Version after the fields, if it is present. It is for debugging only (MS-NLMP 2.2.2.10). Some senders
   * set the flag and leave it out: their payloads begin in its place.
   */
  readVersion(flags: number): void {
    const end = this.#reader.offset + VERSION.length;
    if (!hasFlag(flags, 'NEGOTIATE_VERSION') || this.#first < end) return;
    if (this.#reader.remaining >= VERSION.length) this.#reader.opaque('Version', VERSION.length);
  }
}

/**
 * The text of a payload in the encoding that `flags` select: UTF-16LE or OEM (MS-NLMP 2.2.2.5). Undefined for OEM
 * bytes above 0x7f: their code page is unknown.
 */
export function decodeText(
  reader: Reader,
  name: string,
  { offset, bytes }: RawText,
  flags: number,
): string | undefined {
  if (isOem(flags)) return fromOem(bytes);
  if (bytes.length % 2 !== 0) reader.fail(name, offset, 'has an odd number of bytes');
  return fromUtf16(bytes);
}

/** Payloads in a row after a header, and the fields that point at them. */
export class Payloads {
  readonly parts: Uint8Array[] = [];
  /** The length of the header and the payloads so far, in bytes. */
  size: number;

  constructor(headerSize: number) {
    this.size = headerSize;
  }

  /** Appends a payload and returns its field: 8 bytes. */
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
