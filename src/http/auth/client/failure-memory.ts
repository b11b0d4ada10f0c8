import { GrowingPause } from '../../../bytes/growing-pause.js';
import type { HttpAuthError } from '../error.js';
import { copyError } from './rejection.js';

/** Why a logon sends no further proof: for ever, or for a pause. */
export class FailureMemory {
  readonly #pause = new GrowingPause();
  #error: HttpAuthError | undefined;
  #isForEver = false;

  /** @throws HttpAuthError what was remembered, until its time is over */
  check(): void {
    if (this.#error === undefined) return;
    if (this.#isForEver || this.#pause.left > 0) throw copyError(this.#error);
  }

  /** Remembers an error for ever. */
  keep(error: HttpAuthError): void {
    this.#error = error;
    this.#isForEver = true;
  }

  /** Remembers for a pause an error that anyone on the network can forge. */
  pause(error: HttpAuthError): void {
    if (this.#isForEver) return;
    this.#error = error;
    this.#pause.begin();
  }

  /** Ends the pause. The next one is short. */
  endPause(): void {
    this.#pause.end();
  }
}
