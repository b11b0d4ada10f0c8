import { createHash } from 'node:crypto';
import { MessageHmac } from '../crypto/hmac-md5.js';
import { Rc4 } from '../crypto/rc4.js';
import { SspiError } from '../error.js';
import { hasFlag } from './flags.js';
import { type Direction, sealKey, signKey } from './keys.js';

const MAX_SEQUENCE = 0xffffffff;

/** The keys, the key stream and the counter of one direction. */
export class MessageKey {
  /** Absent without extended session security. */
  readonly hmac: MessageHmac | undefined;
  readonly stream: Rc4;
  /** The state of the stream before the current message, for {@link restore}. */
  readonly #before = new Rc4();
  readonly #sealKey: Uint8Array;
  readonly #isDatagram: boolean;
  /** SeqNum of the next message. */
  sequence = 0;

  constructor(exportedSessionKey: Uint8Array, flags: number, direction: Direction) {
    if (hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY')) {
      const key = signKey(exportedSessionKey, direction);
      this.hmac = new MessageHmac(key);
      key.fill(0);
    }
    this.#sealKey = sealKey(exportedSessionKey, flags, direction);
    this.stream = new Rc4(this.#sealKey);
    this.#isDatagram = hasFlag(flags, 'NEGOTIATE_DATAGRAM');
  }

  /**
   * Prepares for a message.
   *
   * @param sequence the number of a datagram; ignored on a connection
   * @throws SspiError SEC_E_CONTEXT_EXPIRED after 2^32 messages
   */
  begin(sequence: number): void {
    if (this.#isDatagram) this.#rekey(sequence);
    // If SeqNum wrapped around, the first messages could be replayed.
    else if (this.sequence > MAX_SEQUENCE) {
      throw new SspiError('SEC_E_CONTEXT_EXPIRED', 'the context has protected 2^32 messages');
    }
  }

  /** Saves the state of the stream for {@link restore}. */
  save(): void {
    this.#before.copy(this.stream);
  }

  restore(): void {
    this.stream.copy(this.#before);
  }

  /** Overwrites the key material. */
  close(): void {
    this.hmac?.close();
    this.stream.close();
    this.#before.close();
    this.#sealKey.fill(0);
  }

  /** Starts the stream of one datagram (MS-NLMP 3.4): messages may be lost or reordered. */
  #rekey(sequence: number): void {
    const suffix = Buffer.alloc(4);
    suffix.writeUInt32LE(sequence);
    const key = createHash('md5').update(this.#sealKey).update(suffix).digest();
    const stream = new Rc4(key);
    this.stream.copy(stream);
    stream.close();
    key.fill(0);
    this.sequence = sequence;
  }
}
