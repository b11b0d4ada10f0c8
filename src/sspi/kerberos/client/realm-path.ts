import { SspiError } from '../../error.js';

const MAX_REFERRALS = 10;

/** The realms that referrals led through (RFC 6806 7 and 8). */
export class RealmPath {
  readonly #realms: string[];

  constructor(start: string) {
    this.#realms = [start];
  }

  /** @throws SspiError SEC_E_MAX_REFERRALS_EXCEEDED for a realm that was on the path before, and for too many */
  enter(realm: string): void {
    const isLoop = this.#realms.includes(realm);
    this.#realms.push(realm);
    if (!isLoop && this.#realms.length <= 1 + MAX_REFERRALS) return;
    const problem = isLoop ? 'run in a circle' : `are more than ${MAX_REFERRALS}`;
    const path = this.#realms.join(' -> ');
    throw new SspiError('SEC_E_MAX_REFERRALS_EXCEEDED', `the referrals ${problem}: ${path}`);
  }
}
