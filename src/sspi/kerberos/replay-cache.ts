import { hash } from 'node:crypto';
import { SspiError } from '../error.js';

/** Bounds of the number of authenticators in each half of a cache. */
export interface ReplayCacheLimits {
  readonly total: number;
  /** Of one client, so that it cannot fill the cache for all. */
  readonly perClient: number;
}

const LIMITS: ReplayCacheLimits = { total: 2 ** 20, perClient: 2 ** 18 };

/** Seconds beyond the skew. The service compares with a clock in whole milliseconds, and NTP may slow that clock down. */
const MARGIN = 5;

/**
 * The authenticators that services accepted (RFC 4120 3.2.3). It remembers each for as long as the clock of the
 * service lets it pass, the skew before its time and after, and a few seconds more.
 *
 * The cache is in the memory of one thread. It does not see what was accepted before a restart, or in another thread or
 * process with the same keys. If it is full, it accepts no further authenticator: to forget one would allow its
 * replay. Only clients with a valid ticket fill it.
 */
export class ReplayCache {
  readonly #lifetime: number;
  readonly #limits: ReplayCacheLimits;
  #startOfRecent = Number.NEGATIVE_INFINITY;
  #recent = new Set<string>();
  /** The number of recent ones of each client. */
  #counts = new Map<string, number>();
  /** Those of the lifetime before, so that none is forgotten early. */
  #older = new Set<string>();

  /** @param skew in seconds */
  constructor(skew: number, limits: ReplayCacheLimits = LIMITS) {
    this.#lifetime = 2 * skew + MARGIN;
    this.#limits = limits;
  }

  /**
   * Remembers an authenticator.
   *
   * @param ciphertext of the authenticator. Its confounder makes each one unique
   * @param client its name and realm
   * @param now in seconds on a clock that is never set: after a correction an old authenticator may pass again
   * @throws SspiError SEC_E_OUT_OF_SEQUENCE if it was accepted before; SEC_E_INSUFFICIENT_MEMORY if the cache or the
   * share of the client is full
   */
  add(ciphertext: Uint8Array, client: string, now: number): void {
    this.#forget(now);
    const digest = hash('sha256', ciphertext, 'binary');
    if (this.#recent.has(digest) || this.#older.has(digest)) {
      throw new SspiError('SEC_E_OUT_OF_SEQUENCE', 'the authenticator is replayed');
    }
    const count = this.#counts.get(client) ?? 0;
    if (this.#recent.size >= this.#limits.total || count >= this.#limits.perClient) {
      throw new SspiError('SEC_E_INSUFFICIENT_MEMORY', 'the replay cache is full');
    }
    this.#recent.add(digest);
    this.#counts.set(client, count + 1);
  }

  #forget(now: number): void {
    const age = now - this.#startOfRecent;
    if (age <= this.#lifetime) return;
    this.#older = age > 2 * this.#lifetime ? new Set() : this.#recent;
    this.#recent = new Set();
    this.#counts = new Map();
    this.#startOfRecent = now;
  }
}
