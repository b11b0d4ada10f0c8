import type { Random } from '../src/conformance/random.js';

/** Boundary values of lengths, tags and flags. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0xff];

type Mutation = (bytes: Uint8Array, random: Random, seeds: readonly Uint8Array[]) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  setEdge,
  addToByte,
  removeBytes,
  insertBytes,
  repeatBytes,
  spliceSeed,
  cutOff,
];

/** One of the seeds with one to eight changes. */
export function mutate(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  return mutateBytes(random.of(seeds), random, seeds);
}

/** The bytes with one to eight changes. */
export function mutateBytes(
  original: Uint8Array,
  random: Random,
  seeds: readonly Uint8Array[],
): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(original);
  const count = 1 + random.below(random.below(4) === 0 ? 8 : 2);
  for (let index = 0; index < count; index++) bytes = random.of(MUTATIONS)(bytes, random, seeds);
  return bytes;
}

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  return changeByte(bytes, random, (value) => value ^ (1 << random.below(8)));
}

function setByte(bytes: Uint8Array, random: Random): Uint8Array {
  return changeByte(bytes, random, () => random.below(256));
}

function setEdge(bytes: Uint8Array, random: Random): Uint8Array {
  return changeByte(bytes, random, () => random.of(EDGES));
}

function addToByte(bytes: Uint8Array, random: Random): Uint8Array {
  return changeByte(bytes, random, (value) => value + random.below(5) - 2);
}

function removeBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const start = random.below(bytes.length + 1);
  return concat(bytes.subarray(0, start), bytes.subarray(start + 1 + random.below(8)));
}

function insertBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const start = random.below(bytes.length + 1);
  return concat(bytes.subarray(0, start), random.bytes(random.below(9)), bytes.subarray(start));
}

function repeatBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const start = random.below(bytes.length + 1);
  const end = start + random.below(64);
  return concat(bytes.subarray(0, end), bytes.subarray(start, end), bytes.subarray(end));
}

function spliceSeed(bytes: Uint8Array, random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  const other = random.of(seeds);
  const start = random.below(bytes.length + 1);
  return concat(bytes.subarray(0, start), other.subarray(random.below(other.length + 1)));
}

function cutOff(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

function changeByte(bytes: Uint8Array, random: Random, to: (value: number) => number): Uint8Array {
  const position = random.below(bytes.length);
  const value = bytes[position];
  if (value !== undefined) bytes[position] = to(value);
  return bytes;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
