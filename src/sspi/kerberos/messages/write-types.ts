import { applicationTag, contextTag, TAG } from '../../../bytes/read-der.js';
import { derElement, derInteger } from '../../../bytes/write-der.js';
import { formatTime } from './time.js';

// The basic types of RFC 4120 5.2.

/** The field with the tag [number]. */
export function encodeField(number: number, value: Uint8Array): Uint8Array {
  return derElement(contextTag(number), value);
}

/** The OPTIONAL field with the tag [number]: no bytes for an absent value. */
export function encodeOptionalField<T>(
  number: number,
  value: T | undefined,
  encode: (value: T) => Uint8Array,
): Uint8Array {
  return value === undefined ? new Uint8Array(0) : encodeField(number, encode(value));
}

export function encodeSequence(...fields: readonly Uint8Array[]): Uint8Array {
  return derElement(TAG.sequence, ...fields);
}

/** A message or an encrypted part: a SEQUENCE with an [APPLICATION] tag around it. */
export function encodeMessage(application: number, ...fields: readonly Uint8Array[]): Uint8Array {
  return derElement(applicationTag(application), encodeSequence(...fields));
}

/** pvno and msg-type (RFC 4120 5.4.1): the fields with this tag and the next. */
export function encodeHeader(number: number, messageType: number): Uint8Array[] {
  return [encodeField(number, derInteger(5)), encodeField(number + 1, derInteger(messageType))];
}

export function encodeOctetString(bytes: Uint8Array): Uint8Array {
  return derElement(TAG.octetString, bytes);
}

export function encodeKerberosString(text: string): Uint8Array {
  return derElement(TAG.generalString, new TextEncoder().encode(text));
}

/** @param seconds since 1970 */
export function encodeKerberosTime(seconds: number): Uint8Array {
  return derElement(TAG.generalizedTime, new TextEncoder().encode(formatTime(seconds)));
}

/** @param flags 32 bits, bit 0 of RFC 4120 the highest */
export function encodeKerberosFlags(flags: number): Uint8Array {
  const bits = Uint8Array.of(flags >>> 24, flags >>> 16, flags >>> 8, flags);
  return derElement(TAG.bitString, Uint8Array.of(0), bits);
}
