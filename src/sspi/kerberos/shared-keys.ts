import type { ServiceKey } from './service-keys.js';

/** The keys of a service, which stay until its credentials and all handshakes that use them have ended. */
export class SharedKeys {
  readonly keys: readonly ServiceKey[];
  #holders = 0;

  /** @param keys become this object's own */
  constructor(keys: readonly ServiceKey[]) {
    this.keys = keys;
  }

  /** @returns ends the use; a second call does nothing */
  hold(): () => void {
    this.#holders++;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders--;
      if (this.#holders === 0) for (const { key } of this.keys) key.close();
    };
  }
}
