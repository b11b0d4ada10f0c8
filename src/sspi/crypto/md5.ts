// The block function of MD5 (RFC 1321), for HMACs of short messages: one call of node:crypto takes longer than
// hashing all their blocks here.

/** floor(2^32 * abs(sin(i + 1))), RFC 1321 3.4. */
const SINES = Int32Array.from(
  { length: 64 },
  (_, index) => Math.abs(Math.sin(index + 1)) * 2 ** 32,
);

/** The initial state (RFC 1321 3.3). */
export const MD5_START: Int32Array = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);

/**
 * Hashes one block into the state: 16 words of `x` from `at`. The steps are unrolled: V8 does not inline a function
 * for them, which takes four times as long.
 */
export function md5Block(state: Int32Array, x: Int32Array, at: number): void {
  const t = SINES;
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let q = 0;
  for (let i = 0; i < 16; i += 4) {
    q = a + ((b & c) | (~b & d)) + (x[at + i] as number) + (t[i] as number);
    a = (((q << 7) | (q >>> 25)) + b) | 0;
    q = d + ((a & b) | (~a & c)) + (x[at + i + 1] as number) + (t[i + 1] as number);
    d = (((q << 12) | (q >>> 20)) + a) | 0;
    q = c + ((d & a) | (~d & b)) + (x[at + i + 2] as number) + (t[i + 2] as number);
    c = (((q << 17) | (q >>> 15)) + d) | 0;
    q = b + ((c & d) | (~c & a)) + (x[at + i + 3] as number) + (t[i + 3] as number);
    b = (((q << 22) | (q >>> 10)) + c) | 0;
  }
  for (let i = 16; i < 32; i += 4) {
    q = a + ((b & d) | (c & ~d)) + (x[at + ((5 * i + 1) & 15)] as number) + (t[i] as number);
    a = (((q << 5) | (q >>> 27)) + b) | 0;
    q = d + ((a & c) | (b & ~c)) + (x[at + ((5 * i + 6) & 15)] as number) + (t[i + 1] as number);
    d = (((q << 9) | (q >>> 23)) + a) | 0;
    q = c + ((d & b) | (a & ~b)) + (x[at + ((5 * i + 11) & 15)] as number) + (t[i + 2] as number);
    c = (((q << 14) | (q >>> 18)) + d) | 0;
    q = b + ((c & a) | (d & ~a)) + (x[at + ((5 * i) & 15)] as number) + (t[i + 3] as number);
    b = (((q << 20) | (q >>> 12)) + c) | 0;
  }
  for (let i = 32; i < 48; i += 4) {
    q = a + (b ^ c ^ d) + (x[at + ((3 * i + 5) & 15)] as number) + (t[i] as number);
    a = (((q << 4) | (q >>> 28)) + b) | 0;
    q = d + (a ^ b ^ c) + (x[at + ((3 * i + 8) & 15)] as number) + (t[i + 1] as number);
    d = (((q << 11) | (q >>> 21)) + a) | 0;
    q = c + (d ^ a ^ b) + (x[at + ((3 * i + 11) & 15)] as number) + (t[i + 2] as number);
    c = (((q << 16) | (q >>> 16)) + d) | 0;
    q = b + (c ^ d ^ a) + (x[at + ((3 * i + 14) & 15)] as number) + (t[i + 3] as number);
    b = (((q << 23) | (q >>> 9)) + c) | 0;
  }
  for (let i = 48; i < 64; i += 4) {
    q = a + (c ^ (b | ~d)) + (x[at + ((7 * i) & 15)] as number) + (t[i] as number);
    a = (((q << 6) | (q >>> 26)) + b) | 0;
    q = d + (b ^ (a | ~c)) + (x[at + ((7 * i + 7) & 15)] as number) + (t[i + 1] as number);
    d = (((q << 10) | (q >>> 22)) + a) | 0;
    q = c + (a ^ (d | ~b)) + (x[at + ((7 * i + 14) & 15)] as number) + (t[i + 2] as number);
    c = (((q << 15) | (q >>> 17)) + d) | 0;
    q = b + (d ^ (c | ~a)) + (x[at + ((7 * i + 5) & 15)] as number) + (t[i + 3] as number);
    b = (((q << 21) | (q >>> 11)) + c) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
}
