import type { Reader } from './reader.js';

/** Identifier octets (X.690 8.1.2) of the structures that this package reads. */
export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  generalString: 0x1b,
  sequence: 0x30,
  application0: 0x60,
  context0: 0xa0,
  context1: 0xa1,
  context2: 0xa2,
  context3: 0xa3,
  context4: 0xa4,
} as const;

/** Reads one element with all of its content. */
export function readElement<T>(
  reader: Reader,
  name: string,
  tag: number,
  read: (reader: Reader) => T,
): T {
  return reader.group(name, (element) => {
    const start = element.offset;
    const found = element.uint8('tag');
    if (found !== tag) element.fail('tag', start, `is ${hex(found)}, not ${hex(tag)}`);
    return element.structure('length', readLength(element), read);
  });
}

/** Reads an OPTIONAL element; undefined if the next element has another tag. */
export function readOptional<T>(
  reader: Reader,
  name: string,
  tag: number,
  read: (reader: Reader) => T,
): T | undefined {
  return reader.peek() === tag ? readElement(reader, name, tag, read) : undefined;
}

/** Reads one element and returns its content. */
export function readBytes(reader: Reader, name: string, tag: number): Uint8Array {
  return readElement(reader, name, tag, (element) => element.rest(''));
}

/** A definite length in the fewest possible bytes (X.690 10.1), below 2^24. */
function readLength(reader: Reader): number {
  const start = reader.offset;
  const first = reader.uint8('length');
  if (first < 0x80) return first;
  const size = first - 0x80;
  if (size < 1 || size > 3) reader.fail('length', start, `has the unsupported form ${hex(first)}`);
  let length = 0;
  for (let index = 0; index < size; index++) length = length * 0x100 + reader.uint8('length');
  const least = size === 1 ? 0x80 : 0x100 ** (size - 1);
  if (length < least) reader.fail('length', start, 'is not in the fewest bytes');
  return length;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}
