import type { Reader } from './reader.js';

/** Identifier octets (X.690 8.1.2) of the structures that this package reads. */
export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  generalizedTime: 0x18,
  generalString: 0x1b,
  sequence: 0x30,
} as const;

/** The tag [APPLICATION number] of a constructed element, below 31. */
export function applicationTag(number: number): number {
  return 0x60 | number;
}

/** The context-specific tag [number] of a constructed element, below 31. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** The element that {@link readElement} reads. A closure would take more memory, and a message has a hundred elements. */
interface Expected<A, T> {
  readonly tag: number;
  readonly read: (reader: Reader, argument: A) => T;
  readonly argument: A;
}

/** Reads one element with all of its content. `read` gets the `argument`, which saves a closure. */
export function readElement<A, T>(
  reader: Reader,
  name: string,
  tag: number,
  read: (reader: Reader, argument: A) => T,
  argument?: A,
): T {
  return reader.group(name, readExpected<A, T>, { tag, read, argument: argument as A });
}

function readExpected<A, T>(reader: Reader, { tag, read, argument }: Expected<A, T>): T {
  const start = reader.offset;
  const found = reader.uint8('tag');
  if (found !== tag) reader.fail('tag', start, `is ${hex(found)}, not ${hex(tag)}`);
  return reader.structure('length', readLength(reader), read, argument);
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
  return readElement(reader, name, tag, readContent);
}

function readContent(element: Reader): Uint8Array {
  return element.rest('');
}

/** The numbers that are allowed. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Reads an INTEGER in two's complement (X.690 8.3) that is in a range of numbers below 2^47. */
export function readInteger(reader: Reader, name: string, range: Range): number {
  return readElement(reader, name, TAG.integer, readNumber, range);
}

function readNumber(element: Reader, { least, most }: Range): number {
  const { offset: start, remaining: length } = element;
  const first = element.peek() ?? 0;
  const second = element.peek(1);
  const isLong = length > 6;
  let value = isLong || first < 0x80 ? 0 : -1;
  for (let index = 0; index < length && !isLong; index++) {
    value = value * 0x100 + (element.peek(index) as number);
  }
  element.skipRest('value');
  if (length === 0) element.fail('value', start, 'is empty');
  if (second !== undefined && first === (second < 0x80 ? 0 : 0xff)) {
    element.fail('value', start, 'is not in the fewest bytes');
  }
  if (isLong || value < least || value > most) {
    const found = isLong ? `has ${length} bytes` : `is ${value}`;
    element.fail('value', start, `${found}, allowed are ${least} to ${most}`);
  }
  return value;
}

/**
 * Reads a SEQUENCE OF.
 *
 * @param itemName its index is put after it
 * @param most the greatest number of items. No further item is read
 */
export function readSequenceOf<T>(
  reader: Reader,
  name: string,
  itemName: string,
  most: number,
  readItem: (reader: Reader) => T,
): T[] {
  const list: List<T> = { itemName, most, readItem, items: [] };
  return readElement(reader, name, TAG.sequence, readItems<T>, list);
}

/** What {@link readSequenceOf} reads. */
interface List<T> {
  readonly itemName: string;
  readonly most: number;
  readonly readItem: (reader: Reader) => T;
  readonly items: T[];
}

function readItems<T>(reader: Reader, list: List<T>): T[] {
  reader.items(list.itemName, readNext<T>, list);
  return list.items;
}

function readNext<T>(reader: Reader, { items, most, readItem }: List<T>): void {
  if (items.length === most) reader.fail('', reader.offset, `is one more than the ${most} allowed`);
  items.push(readItem(reader));
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
