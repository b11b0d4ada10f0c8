import { Writer } from './writer.js';

/**
 * SEQUENCE (X.690 8.9) of INTEGERs (8.3), with definite lengths (8.1.3).
 *
 * @param values unsigned big-endian numbers without leading zeros
 */
export function derUnsignedSequence(values: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const value of values) length += elementLength(integerLength(value));
  const writer = writeHeader(new Writer(elementLength(length)), 0x30, length);
  for (const value of values) {
    writeHeader(writer, 0x02, integerLength(value));
    if (isNegative(value)) writer.uint8(0);
    writer.raw(value);
  }
  return writer.finish();
}

/** One element (X.690 8.1) with the given content, below 2^24 bytes. */
export function derElement(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const writer = writeHeader(new Writer(elementLength(length)), tag, length);
  for (const content of contents) writer.raw(content);
  return writer.finish();
}

/** INTEGER (X.690 8.3) of a whole number from -2^47 to 2^47 - 1. */
export function derInteger(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(rest & 0xff);
    rest = Math.floor(rest / 0x100);
    // The top bit of the first byte is the sign.
  } while (rest !== ((bytes[0] as number) < 0x80 ? 0 : -1));
  return derElement(0x02, Uint8Array.from(bytes));
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
