import { secretWords } from '../secret.js';

// The block function of SHA-1 (FIPS 180-4), for HMACs of short messages: one call of node:crypto takes longer than
// hashing all their blocks here.

/** The initial state (FIPS 180-4 5.3.1). */
export const SHA1_START: Int32Array = Int32Array.of(
  0x67452301,
  0xefcdab89,
  0x98badcfe,
  0x10325476,
  0xc3d2e1f0,
);

/** The message schedule of one block. */
const schedule = secretWords(80);

/**
 * Hashes the block of 64 bytes at `offset` into the state. Five steps are unrolled, so that no value has to move from
 * one variable to the next.
 */
export function sha1Block(state: Int32Array, bytes: Uint8Array, offset: number): void {
  const w = schedule;
  for (let t = 0, at = offset; t < 16; t++, at += 4) {
    w[t] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
  }
  for (let t = 16; t < 80; t++) {
    const x =
      (w[t - 3] as number) ^ (w[t - 8] as number) ^ (w[t - 14] as number) ^ (w[t - 16] as number);
    w[t] = (x << 1) | (x >>> 31);
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  for (let t = 0; t < 20; t += 5) {
    e = (((a << 5) | (a >>> 27)) + ((b & c) | (~b & d)) + e + (w[t] as number) + 0x5a827999) | 0;
    b = (b << 30) | (b >>> 2);
    d =
      (((e << 5) | (e >>> 27)) + ((a & b) | (~a & c)) + d + (w[t + 1] as number) + 0x5a827999) | 0;
    a = (a << 30) | (a >>> 2);
    c =
      (((d << 5) | (d >>> 27)) + ((e & a) | (~e & b)) + c + (w[t + 2] as number) + 0x5a827999) | 0;
    e = (e << 30) | (e >>> 2);
    b =
      (((c << 5) | (c >>> 27)) + ((d & e) | (~d & a)) + b + (w[t + 3] as number) + 0x5a827999) | 0;
    d = (d << 30) | (d >>> 2);
    a =
      (((b << 5) | (b >>> 27)) + ((c & d) | (~c & e)) + a + (w[t + 4] as number) + 0x5a827999) | 0;
    c = (c << 30) | (c >>> 2);
  }
  for (let t = 20; t < 40; t += 5) {
    e = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + (w[t] as number) + 0x6ed9eba1) | 0;
    b = (b << 30) | (b >>> 2);
    d = (((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + (w[t + 1] as number) + 0x6ed9eba1) | 0;
    a = (a << 30) | (a >>> 2);
    c = (((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + (w[t + 2] as number) + 0x6ed9eba1) | 0;
    e = (e << 30) | (e >>> 2);
    b = (((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + (w[t + 3] as number) + 0x6ed9eba1) | 0;
    d = (d << 30) | (d >>> 2);
    a = (((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + (w[t + 4] as number) + 0x6ed9eba1) | 0;
    c = (c << 30) | (c >>> 2);
  }
  for (let t = 40; t < 60; t += 5) {
    e =
      (((a << 5) | (a >>> 27)) +
        ((b & c) | (b & d) | (c & d)) +
        e +
        (w[t] as number) +
        0x8f1bbcdc) |
      0;
    b = (b << 30) | (b >>> 2);
    d =
      (((e << 5) | (e >>> 27)) +
        ((a & b) | (a & c) | (b & c)) +
        d +
        (w[t + 1] as number) +
        0x8f1bbcdc) |
      0;
    a = (a << 30) | (a >>> 2);
    c =
      (((d << 5) | (d >>> 27)) +
        ((e & a) | (e & b) | (a & b)) +
        c +
        (w[t + 2] as number) +
        0x8f1bbcdc) |
      0;
    e = (e << 30) | (e >>> 2);
    b =
      (((c << 5) | (c >>> 27)) +
        ((d & e) | (d & a) | (e & a)) +
        b +
        (w[t + 3] as number) +
        0x8f1bbcdc) |
      0;
    d = (d << 30) | (d >>> 2);
    a =
      (((b << 5) | (b >>> 27)) +
        ((c & d) | (c & e) | (d & e)) +
        a +
        (w[t + 4] as number) +
        0x8f1bbcdc) |
      0;
    c = (c << 30) | (c >>> 2);
  }
  for (let t = 60; t < 80; t += 5) {
    e = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + (w[t] as number) + 0xca62c1d6) | 0;
    b = (b << 30) | (b >>> 2);
    d = (((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + (w[t + 1] as number) + 0xca62c1d6) | 0;
    a = (a << 30) | (a >>> 2);
    c = (((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + (w[t + 2] as number) + 0xca62c1d6) | 0;
    e = (e << 30) | (e >>> 2);
    b = (((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + (w[t + 3] as number) + 0xca62c1d6) | 0;
    d = (d << 30) | (d >>> 2);
    a = (((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + (w[t + 4] as number) + 0xca62c1d6) | 0;
    c = (c << 30) | (c >>> 2);
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
}

/** Overwrites what is left of the last block. */
export function clearSha1(): void {
  schedule.fill(0);
}
