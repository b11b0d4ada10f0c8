import { secretBytes, secretWords } from '../secret.js';
import { writeWord } from './words.js';

/**
 * MD4 (RFC 1320) of less than 2^29 bytes. OpenSSL 3 has it in a provider that Node does not load. Copies of the
 * input, which is a password, are overwritten.
 */
export function md4(bytes: Uint8Array): Uint8Array {
  const padded = secretBytes(((bytes.length + 72) >>> 6) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, bytes.length << 3, true);
  const state = secretWords(4);
  state.set([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  const words = secretWords(16);
  for (let offset = 0; offset < padded.length; offset += 64) {
    for (let index = 0; index < 16; index++) {
      words[index] = view.getInt32(offset + 4 * index, true);
    }
    compress(state, words);
  }
  const digest = secretBytes(16);
  for (let index = 0; index < 4; index++) writeWord(digest, 4 * index, state[index] as number);
  for (const secret of [padded, words, state]) secret.fill(0);
  return digest;
}

type Mix = (x: number, y: number, z: number) => number;

/** The rounds of RFC 1320 3.4: function, constant, order of the words, four shifts. */
const ROUNDS: readonly (readonly [Mix, number, readonly number[], readonly number[]])[] = [
  [
    (x, y, z) => (x & y) | (~x & z),
    0,
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [3, 7, 11, 19],
  ],
  [
    (x, y, z) => (x & y) | (x & z) | (y & z),
    0x5a827999,
    [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    [3, 5, 9, 13],
  ],
  [
    (x, y, z) => x ^ y ^ z,
    0x6ed9eba1,
    [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    [3, 9, 11, 15],
  ],
];

function compress(state: Int32Array, words: Int32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (const [mix, constant, order, shifts] of ROUNDS) {
    for (let step = 0; step < 16; step++) {
      const sum = (a + mix(b, c, d) + (words[order[step] as number] as number) + constant) | 0;
      const shift = shifts[step & 3] as number;
      [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
    }
  }
  for (const [index, value] of [a, b, c, d].entries()) {
    state[index] = (state[index] as number) + value;
  }
}
