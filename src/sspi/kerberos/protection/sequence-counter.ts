import { SspiError } from '../../error.js';

/** The number of messages of one direction. */
const MAX_MESSAGES = 2 ** 32;

/** The sequence numbers of one direction (RFC 4121 4.2.1): 64 bits, which start at a number of 32 bits. */
export class SequenceCounter {
  readonly #end: number;
  #next: number;

  /** @param first the seq-number of the handshake */
  constructor(first: number, maxMessages: number = MAX_MESSAGES) {
    this.#next = first;
    this.#end = first + maxMessages;
  }

  /**
   * The number of the next message, which is below 2^33.
   *
   * @throws SspiError SEC_E_CONTEXT_EXPIRED after 2^32 messages
   */
  get next(): number {
    if (this.#next < this.#end) return this.#next;
    const problem = '2^32 messages were sent in this direction: establish a new context';
    throw new SspiError('SEC_E_CONTEXT_EXPIRED', problem);
  }

  advance(): void {
    this.#next++;
  }
}
