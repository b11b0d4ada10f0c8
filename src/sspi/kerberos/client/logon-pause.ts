import { GrowingPause } from '../../../bytes/growing-pause.js';
import { SspiError } from '../../error.js';
import type { ErrorName } from '../messages/error-codes.js';
import { KdcError } from './kdc-error.js';

/** The rejections of a key or an account, which do not pass by themselves. */
const REJECTIONS: readonly ErrorName[] = [
  'KDC_ERR_CLIENT_REVOKED',
  'KDC_ERR_KEY_EXPIRED',
  'KDC_ERR_PREAUTH_FAILED',
  'KRB_AP_ERR_BAD_INTEGRITY',
];

/**
 * The pause after a rejected logon. Each wrong key counts against the account, and many realms lock it after a few. The
 * pause ends, because anyone on the network can forge the rejection.
 */
export class LogonPause {
  readonly #pause = new GrowingPause();
  #rejection: KdcError | undefined;

  /** @throws SspiError with the code of the last rejection, during the pause after it */
  check(): void {
    const left = Math.ceil(this.#pause.left / 1000);
    if (this.#rejection === undefined || left <= 0) return;
    const { code, message } = this.#rejection;
    const problem = `${message}. The next logon is sent after ${left} s`;
    throw new SspiError(code, problem, { cause: this.#rejection });
  }

  /** Begins a pause if the KDC rejected the key or the account. */
  begin(error: unknown): void {
    if (!(error instanceof KdcError) || !error.isOneOf(REJECTIONS)) return;
    this.#pause.begin();
    this.#rejection = error;
  }

  /** Ends the pause after a successful logon. */
  end(): void {
    this.#pause.end();
    this.#rejection = undefined;
  }
}
