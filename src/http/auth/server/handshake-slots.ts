/** Counts the handshakes that are not complete, of the server and of each address. */
export class HandshakeSlots {
  readonly #most: number;
  readonly #mostPerAddress: number;
  readonly #byAddress = new Map<string, number>();
  #taken = 0;

  constructor(most: number, mostPerAddress: number) {
    this.#most = most;
    this.#mostPerAddress = mostPerAddress;
  }

  /** @returns a function that frees the slot, to be called once; undefined if no slot is free */
  take(address: string): (() => void) | undefined {
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (this.#taken >= this.#most || ofAddress >= this.#mostPerAddress) return undefined;
    this.#taken += 1;
    this.#byAddress.set(address, ofAddress + 1);
    return () => this.#free(address);
  }

  #free(address: string): void {
    this.#taken -= 1;
    const left = (this.#byAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
