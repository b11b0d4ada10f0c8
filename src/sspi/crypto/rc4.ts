import { secretBytes } from '../secret.js';

/** From this many bytes on it pays to copy a message to the memory below, and back. */
const LONG = 256;
/** Even. */
const CHUNK_LENGTH = 4096;
// V8 writes the addresses of these constants into the code of their loop, which then takes two thirds of the time. Zeros
// between calls.
const longState = secretBytes(256);
const chunk = secretBytes(CHUNK_LENGTH);

/** RC4 with one stream for many messages (MS-NLMP 3.4). OpenSSL 3 has it in a provider that Node does not load. */
export class Rc4 {
  readonly #state = secretBytes(256);
  #i = 0;
  #j = 0;

  /** @param key 1 to 256 bytes. Without it the object only holds a {@link copy} of another stream. */
  constructor(key?: Uint8Array) {
    if (key !== undefined) this.#schedule(key);
  }

  /** Encrypts or decrypts. `input` and `output` may be the same array. */
  update(input: Uint8Array, output: Uint8Array, start = 0, end: number = input.length): void {
    const rest = end - start < LONG ? start : this.#updateLong(input, output, start, end);
    const state = this.#state;
    let i = this.#i;
    let j = this.#j;
    for (let index = rest; index < end; index++) {
      i = (i + 1) & 0xff;
      const a = state[i] as number;
      j = (j + a) & 0xff;
      const b = state[j] as number;
      state[i] = b;
      state[j] = a;
      output[index] = (input[index] as number) ^ (state[(a + b) & 0xff] as number);
    }
    this.#i = i;
    this.#j = j;
  }

  /** {@link update} of an even number of bytes. @returns the index of those that are left */
  #updateLong(input: Uint8Array, output: Uint8Array, start: number, end: number): number {
    const evenEnd = end - ((end - start) & 1);
    longState.set(this.#state);
    for (let at = start; at < evenEnd; at += CHUNK_LENGTH) {
      const length = Math.min(CHUNK_LENGTH, evenEnd - at);
      chunk.set(input.subarray(at, at + length));
      this.#updateChunk(length);
      output.set(chunk.subarray(0, length), at);
    }
    this.#state.set(longState);
    longState.fill(0);
    chunk.fill(0);
    return evenEnd;
  }

  /** Encrypts or decrypts the chunk with the state for long messages, two bytes in a step. */
  #updateChunk(length: number): void {
    let i = this.#i;
    let j = this.#j;
    for (let index = 0; index < length; index += 2) {
      i = (i + 1) & 0xff;
      const a = longState[i] as number;
      j = (j + a) & 0xff;
      const b = longState[j] as number;
      longState[i] = b;
      longState[j] = a;
      chunk[index] = (chunk[index] as number) ^ (longState[(a + b) & 0xff] as number);
      i = (i + 1) & 0xff;
      const c = longState[i] as number;
      j = (j + c) & 0xff;
      const d = longState[j] as number;
      longState[i] = d;
      longState[j] = c;
      chunk[index + 1] = (chunk[index + 1] as number) ^ (longState[(c + d) & 0xff] as number);
    }
    this.#i = i;
    this.#j = j;
  }

  /** Copies the state of another stream. */
  copy(other: Rc4): void {
    this.#state.set(other.#state);
    this.#i = other.#i;
    this.#j = other.#j;
  }

  /** Overwrites the key material. */
  close(): void {
    this.#state.fill(0);
    this.#i = 0;
    this.#j = 0;
  }

  #schedule(key: Uint8Array): void {
    const state = this.#state;
    for (let index = 0; index < 256; index++) state[index] = index;
    for (let index = 0, j = 0; index < 256; index++) {
      const a = state[index] as number;
      j = (j + a + (key[index % key.length] as number)) & 0xff;
      state[index] = state[j] as number;
      state[j] = a;
    }
  }
}

/** RC4 of a single message under its own key. */
export function rc4(key: Uint8Array, message: Uint8Array): Uint8Array {
  const stream = new Rc4(key);
  const output = secretBytes(message.length);
  stream.update(message, output);
  stream.close();
  return output;
}
