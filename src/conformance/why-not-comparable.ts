import type { WhyNotComparable } from './report.js';

/** Counts why cases could not be compared. */
export class WhysNotComparable {
  readonly #met = new Map<string, WhyNotComparable>();

  add(id: string, why: string): void {
    const { cases, example } = this.#met.get(why) ?? { cases: 0, example: id };
    this.#met.set(why, { why, cases: cases + 1, example });
  }

  get list(): WhyNotComparable[] {
    return [...this.#met.values()].sort((one, other) => other.cases - one.cases);
  }
}
