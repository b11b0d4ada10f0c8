import { createHash } from 'node:crypto';
import { SspiError } from '../error.js';

/** The number of authenticators in each half of a cache. */
const MAX_ENTRIES = 2 ** 20;

/**
 * The authenticators that a service accepted (RFC 4120 3.2.3). It remembers each for as long as the clock of the
 * service lets it pass: the skew before its time and after.
 *
 * The cache is in the memory of one process. It does not see what was accepted before a restart or in another
 * process with the same keys. If it is full, it accepts no further authenticator: to forget one would allow its
 * replay. Only clients with a valid ticket fill it.
 */
export class ReplayCache {
  readonly #lifetime: number;
  readonly #maxEntries: number;
  #startOfRecent = Number.NEGATIVE_INFINITY;
  #recent = new Set<string>();
  /** Those of the lifetime before, so that none is forgotten early. */
  #older = new Set<string>();

  /** @param skew in seconds */
  constructor(skew: number, maxEntries: number = MAX_ENTRIES) {
    this.#lifetime = 2 * skew;
    this.#maxEntries = maxEntries;
  }

  /**
   * Remembers an authenticator.
   *
   * @param ciphertext of the authenticator. Its confounder makes each one unique
   * @param now in seconds since 1970
   * @throws SspiError SEC_E_OUT_OF_SEQUENCE if it was accepted before; SEC_E_INSUFFICIENT_MEMORY if the cache is full
   */
  add(ciphertext: Uint8Array, now: number): void {
    this.#forget(now);
    const digest = createHash('sha256').update(ciphertext).digest('base64');
    if (this.#recent.has(digest) || this.#older.has(digest)) {
      throw new SspiError('SEC_E_OUT_OF_SEQUENCE', 'the authenticator is replayed');
    }
    if (this.#recent.size >= this.#maxEntries) {
      throw new SspiError('SEC_E_INSUFFICIENT_MEMORY', 'the replay cache is full');
    }
    this.#recent.add(digest);
  }

  #forget(now: number): void {
    const age = now - this.#startOfRecent;
    // Also after the clock was set back: nothing is forgotten until it has caught up.
    if (age <= this.#lifetime) return;
    this.#older = age > 2 * this.#lifetime ? new Set() : this.#recent;
    this.#recent = new Set();
    this.#startOfRecent = now;
  }
}
