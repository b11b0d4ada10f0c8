/** The first pause and the longest one, in milliseconds. */
const SHORTEST = 60_000;
const LONGEST = 900_000;

/** A pause after a failure that may be forged: a minute, then twice as long each time, and at most 15 minutes. */
export class GrowingPause {
  #length = 0;
  /** In milliseconds of `performance.now()`, a clock that nobody sets. */
  #end = 0;

  /** The milliseconds until its end; 0 or less if there is none. */
  get left(): number {
    return this.#end - performance.now();
  }

  begin(): void {
    this.#length = Math.min(LONGEST, Math.max(SHORTEST, 2 * this.#length));
    this.#end = performance.now() + this.#length;
  }

  /** Ends it. The next one is short. */
  end(): void {
    this.#length = 0;
    this.#end = 0;
  }
}
