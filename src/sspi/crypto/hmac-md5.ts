import { createHmac } from 'node:crypto';
import { endianness } from 'node:os';
import { moveSecret, secretCopy, secretWords } from '../secret.js';
import { MD5_START, md5Block } from './md5.js';
import { writeWord } from './words.js';

/**
 * From this many bytes up createHmac is faster (measured on Node 20). Below, words are read in the byte order of
 * the machine, which is MD5's on little-endian machines only.
 */
const LONG = endianness() === 'LE' ? 2048 : 0;

/** The input of MD5 with its padding. Zeros between calls. */
const words = new Int32Array(LONG / 4 + 32);
const bytes = new Uint8Array(words.buffer);

/** HMAC-MD5 (RFC 2104), for long or rare data. */
export function hmacMd5(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('md5', key);
  for (const part of parts) hmac.update(part);
  return moveSecret(hmac.digest());
}

/** HMAC-MD5 under one key of 16 bytes for many messages: hashes the two padded blocks once. */
export class MessageHmac {
  readonly #key: Uint8Array;
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;
  readonly #state = secretWords(4);

  constructor(key: Uint8Array) {
    this.#key = secretCopy(key);
    this.#inner = hashPaddedKey(key, 0x36);
    this.#outer = hashPaddedKey(key, 0x5c);
  }

  /** Writes the first 8 bytes of HMAC(LE32(sequence) || message) at `offset` of `output`. */
  checksum(sequence: number, message: Uint8Array, output: Uint8Array, offset: number): void {
    if (message.length >= LONG) {
      const prefix = new Uint8Array(4);
      writeWord(prefix, 0, sequence);
      output.set(hmacMd5(this.#key, prefix, message).subarray(0, 8), offset);
      return;
    }
    const state = this.#state;
    state.set(this.#inner);
    words[0] = sequence;
    bytes.set(message, 4);
    digest(state, 4 + message.length);
    words.set(state);
    state.set(this.#outer);
    digest(state, 16);
    writeWord(output, offset, state[0] as number);
    writeWord(output, offset + 4, state[1] as number);
  }

  /** Overwrites the key material. */
  close(): void {
    for (const secret of [this.#key, this.#inner, this.#outer, this.#state]) secret.fill(0);
  }
}

/** The state after the block of a padded key. */
function hashPaddedKey(key: Uint8Array, pad: number): Int32Array {
  bytes.fill(pad, 0, 64);
  for (let index = 0; index < key.length; index++) bytes[index] = pad ^ (key[index] as number);
  const state = secretWords(4);
  state.set(MD5_START);
  md5Block(state, words, 0);
  bytes.fill(0, 0, 64);
  return state;
}

/** Hashes and pads the first `length` of `bytes` into a state after one block (RFC 1321 3.1, 3.2). */
function digest(state: Int32Array, length: number): void {
  const end = ((length + 72) >>> 6) << 4;
  bytes[length] = 0x80;
  words[end - 2] = (64 + length) << 3;
  for (let offset = 0; offset < end; offset += 16) md5Block(state, words, offset);
  words.fill(0, 0, end);
}
