import { applicationTag, contextTag, TAG } from '../../../bytes/read-der.js';
import { sharedBytes } from '../../../bytes/shared-bytes.js';
import { derInteger, elementLength, writeHeader } from '../../../bytes/write-der.js';
import { encodeTime } from './time.js';

// The basic types of RFC 4120 5.2.

/**
 * An element of DER that is not written yet. {@link encodeElement} writes all its levels at once: with bytes for each
 * level there would be a copy of a key in each.
 */
export interface Element {
  readonly tag: number;
  readonly contents: readonly Content[];
  /** Of the contents, in bytes. */
  readonly length: number;
}

/** What an element can contain: another one, or bytes. */
export type Content = Element | Uint8Array;

const NOTHING = new Uint8Array(0);
const UTF8 = new TextEncoder();

function element(tag: number, contents: readonly Content[]): Element {
  let length = 0;
  for (const content of contents) length += lengthOf(content);
  return { tag, contents, length };
}

/** @returns perhaps in the memory of others. If a part is secret, the caller overwrites it */
export function encodeElement(outer: Element): Uint8Array {
  const bytes = sharedBytes(lengthOf(outer));
  writeContent(bytes, 0, outer);
  return bytes;
}

/** The field with the tag [number]. */
export function encodeField(number: number, value: Content): Element {
  return element(contextTag(number), [value]);
}

/** The OPTIONAL field with the tag [number]: no bytes for an absent value. */
export function encodeOptionalField<T>(
  number: number,
  value: T | undefined,
  encode: (value: T) => Content,
): Content {
  return value === undefined ? NOTHING : encodeField(number, encode(value));
}

export function encodeSequence(...fields: readonly Content[]): Element {
  return element(TAG.sequence, fields);
}

/**
 * A message or an encrypted part: a SEQUENCE with an [APPLICATION] tag around it.
 *
 * @returns as {@link encodeElement}
 */
export function encodeMessage(application: number, ...fields: readonly Content[]): Uint8Array {
  return encodeElement(element(applicationTag(application), [encodeSequence(...fields)]));
}

/** pvno and msg-type (RFC 4120 5.4.1): the fields with this tag and the next. */
export function encodeHeader(number: number, messageType: number): Element[] {
  return [encodeField(number, derInteger(5)), encodeField(number + 1, derInteger(messageType))];
}

export function encodeOctetString(bytes: Uint8Array): Element {
  return element(TAG.octetString, [bytes]);
}

export function encodeKerberosString(text: string): Element {
  return element(TAG.generalString, [encodeText(text)]);
}

/** @param seconds since 1970 */
export function encodeKerberosTime(seconds: number): Element {
  return element(TAG.generalizedTime, [encodeTime(seconds)]);
}

/** @param flags 32 bits, bit 0 of RFC 4120 the highest */
export function encodeKerberosFlags(flags: number): Element {
  const unused = 0;
  const bits = Uint8Array.of(unused, flags >>> 24, flags >>> 16, flags >>> 8, flags);
  return element(TAG.bitString, [bits]);
}

/** UTF-8. Most texts are short and of ASCII: to encode these here takes less than a call of TextEncoder. */
function encodeText(text: string): Uint8Array {
  const bytes = sharedBytes(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return UTF8.encode(text);
    bytes[index] = code;
  }
  return bytes;
}

/** In bytes. */
function lengthOf(content: Content): number {
  const { length } = content;
  return content instanceof Uint8Array ? length : elementLength(length);
}

/** @returns the offset after the content */
function writeContent(bytes: Uint8Array, start: number, content: Content): number {
  if (content instanceof Uint8Array) {
    bytes.set(content, start);
    return start + content.length;
  }
  let offset = writeHeader(bytes, start, content.tag, content.length);
  for (const inner of content.contents) offset = writeContent(bytes, offset, inner);
  return offset;
}
