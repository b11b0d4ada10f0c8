import net from 'node:net';
import { withoutPrototype } from '../../../bytes/without-prototype.js';
import { invalidToken } from '../../failure.js';
import type { KdcAddress } from '../configuration/find-kdcs.js';

/** The longest answer that is accepted, in bytes. A ticket of a client in a thousand groups has some 50 KiB. */
export const MAX_ANSWER: number = 2 ** 20;

const PREFIX = 4;

/**
 * Sends one message to a KDC over TCP and receives one (RFC 4120 7.2.2): each has its length before it, in 4 bytes.
 *
 * @param signal ends the exchange
 * @throws Error for every failure of the connection before the answer; SspiError SEC_E_INVALID_TOKEN for an answer that
 * is too long or ends early; the reason of the signal
 */
export function exchangeOverTcp(
  { host, port }: KdcAddress,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = net.connect(withoutPrototype({ host, port }));
    const answer = new Answer();
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      settle();
    };
    const abort = () => end(() => reject(signal.reason));
    const fail = (error: Error) => end(() => reject(error));
    signal.addEventListener('abort', abort);
    const lose = (error: Error) => fail(answer.hasBegun ? endsEarly() : error);
    socket.on('error', lose);
    socket.on('close', () => lose(new Error('closed the connection before its answer')));
    socket.on('data', (bytes) => {
      try {
        const whole = answer.add(bytes);
        if (whole !== undefined) end(() => resolve(whole));
      } catch (error) {
        fail(error as Error);
      }
    });
    socket.write(withLength(message));
  });
}

function endsEarly(): Error {
  return invalidToken('closed the connection in the middle of its answer');
}

function withLength(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PREFIX + message.length);
  new DataView(bytes.buffer).setUint32(0, message.length);
  bytes.set(message, PREFIX);
  return bytes;
}

/** The bytes of an answer as they come. */
class Answer {
  readonly #prefix = new Uint8Array(PREFIX);
  #message: Uint8Array | undefined;
  #received = 0;

  get hasBegun(): boolean {
    return this.#received > 0;
  }

  /** @returns the message once it is whole. Bytes after it are ignored */
  add(bytes: Uint8Array): Uint8Array | undefined {
    const rest = this.#fill(this.#prefix, 0, bytes);
    if (this.#received < PREFIX) return undefined;
    this.#message ??= new Uint8Array(this.#length);
    this.#fill(this.#message, PREFIX, rest);
    return this.#received === PREFIX + this.#message.length ? this.#message : undefined;
  }

  /** Copies what fits into a part that begins at `start` of the answer. @returns the bytes after it */
  #fill(part: Uint8Array, start: number, bytes: Uint8Array): Uint8Array {
    const missing = Math.max(0, start + part.length - this.#received);
    const copied = bytes.subarray(0, missing);
    part.set(copied, part.length - missing);
    this.#received += copied.length;
    return bytes.subarray(copied.length);
  }

  /** Checked before memory is taken. The highest bit is reserved (RFC 5021). */
  get #length(): number {
    const length = new DataView(this.#prefix.buffer).getUint32(0);
    if (length > MAX_ANSWER) {
      throw invalidToken(`announced an answer of ${length} bytes, allowed are ${MAX_ANSWER}`);
    }
    return length;
  }
}
