import { createHmac } from 'node:crypto';
import { secretBytes, secretCopy, secretWords } from '../secret.js';
import { clearSha1, SHA1_START, sha1Block } from './sha1.js';

/** From this many bytes up createHmac is faster (measured on Node 20). */
const LONG = 384;
const BLOCK_LENGTH = 64;
const DIGEST_LENGTH = 20;

/** The input of SHA-1 with its padding. Zeros between calls. */
const input = secretBytes(LONG + 2 * BLOCK_LENGTH);

/** HMAC-SHA1 (RFC 2104) under one key for many messages: hashes the two padded blocks once. */
export class HmacSha1 {
  readonly #key: Uint8Array;
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;
  readonly #state = secretWords(5);

  /** @param key at most 64 bytes */
  constructor(key: Uint8Array) {
    this.#key = secretCopy(key);
    this.#inner = hashPaddedKey(key, 0x36);
    this.#outer = hashPaddedKey(key, 0x5c);
  }

  /** The first `length` bytes of the HMAC over the parts as one message. */
  compute(parts: readonly Uint8Array[], length: number): Uint8Array {
    let end = 0;
    for (const part of parts) end += part.length;
    if (end >= LONG) return this.#computeLong(parts, length);
    let offset = 0;
    for (const part of parts) {
      input.set(part, offset);
      offset += part.length;
    }
    const state = this.#state;
    state.set(this.#inner);
    digest(state, end);
    writeState(input, state);
    state.set(this.#outer);
    digest(state, DIGEST_LENGTH);
    const mac = new Uint8Array(DIGEST_LENGTH);
    writeState(mac, state);
    clearSha1();
    return mac.subarray(0, length);
  }

  /** Overwrites the key material. */
  close(): void {
    for (const secret of [this.#key, this.#inner, this.#outer, this.#state]) secret.fill(0);
  }

  #computeLong(parts: readonly Uint8Array[], length: number): Uint8Array {
    const hmac = createHmac('sha1', this.#key);
    for (const part of parts) hmac.update(part);
    const { buffer, byteOffset } = hmac.digest();
    return new Uint8Array(buffer, byteOffset, length);
  }
}

/** The state after the block of a padded key. */
function hashPaddedKey(key: Uint8Array, pad: number): Int32Array {
  input.fill(pad, 0, BLOCK_LENGTH);
  for (let index = 0; index < key.length; index++) input[index] = pad ^ (key[index] as number);
  const state = secretWords(5);
  state.set(SHA1_START);
  sha1Block(state, input, 0);
  input.fill(0, 0, BLOCK_LENGTH);
  clearSha1();
  return state;
}

/** Hashes and pads the first `length` bytes of the input into a state after one block (FIPS 180-4 5.1.1). */
function digest(state: Int32Array, length: number): void {
  const end = (length + 72) & -BLOCK_LENGTH;
  const bits = 8 * (BLOCK_LENGTH + length);
  input[length] = 0x80;
  input[end - 2] = bits >>> 8;
  input[end - 1] = bits;
  for (let offset = 0; offset < end; offset += BLOCK_LENGTH) sha1Block(state, input, offset);
  input.fill(0, 0, end);
}

function writeState(target: Uint8Array, state: Int32Array): void {
  for (let index = 0; index < DIGEST_LENGTH; index++) {
    target[index] = (state[index >> 2] as number) >>> (24 - 8 * (index & 3));
  }
}
