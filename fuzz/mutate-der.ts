import { derElement } from '../src/bytes/write-der.js';
import type { Random } from '../src/conformance/random.js';
import { mutate, mutateBytes } from './mutate.js';

/** An element of DER with its content: other elements, or bytes. */
interface Element {
  tag: number;
  content: Uint8Array | Element[];
}

type Mutation = (list: Element[], index: number, random: Random, others: Element[]) => void;

const MUTATIONS: readonly Mutation[] = [
  changeTag,
  replaceContent,
  changeContent,
  setNumber,
  removeElement,
  repeatElement,
  nestElement,
  graftElement,
];

/** Boundary values of an INTEGER, and encodings that are forbidden. */
const NUMBERS: readonly Uint8Array[] = [
  '',
  '00',
  '01',
  '7f',
  '80',
  'ff',
  '0000',
  '00ff',
  'ff80',
  '7fffffff',
  '80000000',
  '0080000000',
  '00ffffffff',
  'ffffffffff',
  '7fffffffffffffff',
].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

/** Constructed elements, and the other types in which elements may lie. */
const CONSTRUCTED = 0x20;
const OCTET_STRING = 0x04;
/** The longest token that contexts take. */
const MAX_LENGTH = 65_535;

/**
 * One of the seeds with one to four elements of its DER changed, and the lengths around them corrected. One of eight
 * has bytes changed instead.
 */
export function mutateDer(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const seed = random.of(seeds);
  const elements = parse(seed);
  if (elements === undefined || random.below(8) === 0) return mutate([seed], random);
  const others = parse(random.of(seeds)) ?? elements;
  const count = 1 + random.below(random.below(2) === 0 ? 4 : 1);
  for (let done = 0; done < count; done++) {
    const list = random.of(listsIn(elements));
    if (list.length > 0) random.of(MUTATIONS)(list, random.below(list.length), random, others);
  }
  return encode(elements).subarray(0, MAX_LENGTH);
}

function changeTag(list: Element[], index: number, random: Random): void {
  const element = list[index] as Element;
  element.tag = random.of([element.tag + 1, element.tag ^ CONSTRUCTED, random.below(256)]) & 0xff;
}

function replaceContent(list: Element[], index: number, random: Random): void {
  (list[index] as Element).content = random.bytes(random.below(40));
}

function changeContent(list: Element[], index: number, random: Random): void {
  const element = list[index] as Element;
  const bytes = element.content instanceof Uint8Array ? element.content : encode(element.content);
  element.content = mutateBytes(bytes, random, [bytes]);
}

function setNumber(list: Element[], index: number, random: Random): void {
  (list[index] as Element).content = random.of(NUMBERS);
}

function removeElement(list: Element[], index: number): void {
  list.splice(index, 1);
}

function repeatElement(list: Element[], index: number, random: Random): void {
  const element = list[index] as Element;
  const { length } = encode([element]);
  const wanted = random.below(20) === 0 ? random.of([300, 5000]) : 1 + random.below(2);
  const times = Math.min(wanted, Math.floor(MAX_LENGTH / length));
  const copies = Array.from({ length: times }, () => cloneElement(element));
  list.splice(index, 0, ...copies);
}

function nestElement(list: Element[], index: number, random: Random): void {
  const { tag, content } = list[index] as Element;
  let inner = content;
  const depth = random.below(20) === 0 ? 50 : 1;
  for (let level = 0; level < depth; level++) inner = [{ tag, content: inner }];
  list[index] = { tag, content: inner };
}

function graftElement(list: Element[], index: number, random: Random, others: Element[]): void {
  const found = random.of(listsIn(others));
  if (found.length > 0) list[index] = cloneElement(random.of(found));
}

/** The list itself and those below it. */
function listsIn(elements: Element[]): Element[][] {
  const lists = [elements];
  for (const list of lists) {
    for (const { content } of list) if (Array.isArray(content)) lists.push(content);
  }
  return lists;
}

function cloneElement({ tag, content }: Element): Element {
  return { tag, content: Array.isArray(content) ? content.map(cloneElement) : content };
}

/** The elements that fill the bytes; undefined if they are no DER. */
function parse(bytes: Uint8Array): Element[] | undefined {
  const elements: Element[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const tag = bytes[offset] as number;
    const first = bytes[offset + 1] ?? 0x80;
    const size = first < 0x80 ? 0 : first - 0x80;
    if (first === 0x80 || size > 3) return undefined;
    const start = offset + 2 + size;
    const digits = bytes.subarray(offset + 2, start);
    const length = size === 0 ? first : digits.reduce((sum, byte) => sum * 256 + byte, 0);
    if (start + length > bytes.length) return undefined;
    const content = bytes.subarray(start, start + length);
    const mayNest = length > 0 && ((tag & CONSTRUCTED) !== 0 || tag === OCTET_STRING);
    elements.push({ tag, content: (mayNest ? parse(content) : undefined) ?? content });
    offset = start + length;
  }
  return elements;
}

function encode(elements: readonly Element[]): Uint8Array {
  const parts = elements.map(({ tag, content }) =>
    derElement(tag, content instanceof Uint8Array ? content : encode(content)),
  );
  return new Uint8Array(Buffer.concat(parts));
}
