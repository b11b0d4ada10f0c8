import { sharedBytes } from './shared-bytes.js';
import { Writer } from './writer.js';

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
  const writer = writeHeader(new Writer(sequence), 0x30, length);
  for (const value of values) {
    writeHeader(writer, 0x02, integerLength(value));
    if (isNegative(value)) writer.uint8(0);
    writer.raw(value);
  }
  return writer.finish();
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
  let offset = element.length - length;
  writeHeader(new Writer(element.subarray(0, offset)), tag, length).finish();
  for (const content of contents) {
    element.set(content, offset);
    offset += content.length;
  }
  return element;
}

/** Of 0 to 127, once they were wanted: most INTEGERs of a message are such numbers. */
const smallIntegers: Uint8Array[] = [];

/**
 * INTEGER (X.690 8.3) of a whole number from -2^47 to 2^47 - 1.
 *
 * @returns perhaps in the memory of others: nobody may alter it
 */
export function derInteger(value: number): Uint8Array {
  if (value < 0 || value > 0x7f) return encodeInteger(value);
  smallIntegers[value] ??= encodeInteger(value);
  return smallIntegers[value];
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

function elementLength(content: number): number {
  if (content < 0x80) return 2 + content;
  if (content < 0x100) return 3 + content;
  return content < 0x10000 ? 4 + content : 5 + content;
}

function writeHeader(writer: Writer, tag: number, length: number): Writer {
  writer.uint8(tag);
  if (length < 0x80) return writer.uint8(length);
  if (length < 0x100) return writer.uint8(0x81).uint8(length);
  if (length < 0x10000) return writer.uint8(0x82).uint16(length);
  return writer
    .uint8(0x83)
    .uint8(length >>> 16)
    .uint16(length & 0xffff);
}
