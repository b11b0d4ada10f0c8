import { copyOf } from './copy.js';
import { sharedBytes } from './shared-bytes.js';

/**
 * SEQUENCE (X.690 8.9) of INTEGERs (8.3), with definite lengths (8.1.3).
 *
 * @param values unsigned big-endian numbers without leading zeros
 * @returns perhaps in the memory of other elements, as {@link derElement}
 */
export function derUnsignedSequence(values: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const value of values) length += elementLength(integerLength(value));
  const sequence = sharedBytes(elementLength(length));
  let offset = writeHeader(sequence, 0, 0x30, length);
  for (const value of values) {
    // The byte of zeros, if there is one, is there already.
    const end = writeHeader(sequence, offset, 0x02, integerLength(value)) + integerLength(value);
    sequence.set(value, end - value.length);
    offset = end;
  }
  return sequence;
}

/**
 * One element (X.690 8.1) with the given content, below 2^24 bytes.
 *
 * @returns perhaps in the memory of other elements: a caller that hands it out copies it
 */
export function derElement(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const content of contents) length += content.length;
  const element = sharedBytes(elementLength(length));
  let offset = writeHeader(element, 0, tag, length);
  for (const content of contents) {
    element.set(content, offset);
    offset += content.length;
  }
  return element;
}

/** The INTEGERs 0 to 127: pvno, msg-type, and the types of keys and names are such. */
const smallIntegers = Array.from({ length: 0x80 }, (_, value) => copyOf(encodeInteger(value)));

/**
 * INTEGER (X.690 8.3) of a whole number from -2^47 to 2^47 - 1.
 *
 * @returns perhaps in the memory of others: nobody may alter it
 */
export function derInteger(value: number): Uint8Array {
  const isSmall = value >= 0 && value <= 0x7f;
  return isSmall ? (smallIntegers[value] as Uint8Array) : encodeInteger(value);
}

function encodeInteger(value: number): Uint8Array {
  let length = 1;
  // The top bit of the first byte is the sign.
  for (let most = 0x80; value >= most || value < -most; most *= 0x100) length++;
  const element = sharedBytes(2 + length);
  element[0] = 0x02;
  element[1] = length;
  let rest = value;
  for (let index = 1 + length; index >= 2; index--) {
    element[index] = rest & 0xff;
    rest = Math.floor(rest / 0x100);
  }
  return element;
}

/** Whether the top bit would make the INTEGER negative, so that it needs a zero byte before it. */
function isNegative(value: Uint8Array): boolean {
  return (value[0] as number) >= 0x80;
}

function integerLength(value: Uint8Array): number {
  return isNegative(value) ? 1 + value.length : value.length;
}

/** The length of an element with a content of so many bytes, below 2^24. */
export function elementLength(content: number): number {
  return 1 + lengthOfLength(content) + content;
}

/**
 * Writes the identifier octet (X.690 8.1.2) and the length of an element, below 2^24.
 *
 * @returns the offset of its content
 */
export function writeHeader(
  bytes: Uint8Array,
  offset: number,
  tag: number,
  length: number,
): number {
  bytes[offset] = tag;
  const start = offset + 1;
  const end = start + lengthOfLength(length);
  let rest = length;
  for (let index = end - 1; index >= start; index--, rest >>>= 8) bytes[index] = rest;
  if (end > start + 1) bytes[start] = 0x80 | (end - start - 1);
  return end;
}

/** The number of length octets in the definite form (X.690 8.1.3). */
function lengthOfLength(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  return length < 0x10000 ? 3 : 4;
}
