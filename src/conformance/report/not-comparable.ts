import type { WhyNotComparable } from './report.js';

/** Counts the reasons why cases could not be compared. */
export class NotComparable {
  readonly #reasons = new Map<string, WhyNotComparable>();

  add(id: string, why: string): void {
    const { cases, example } = this.#reasons.get(why) ?? { cases: 0, example: id };
    this.#reasons.set(why, { why, cases: cases + 1, example });
  }

  get list(): WhyNotComparable[] {
    return [...this.#reasons.values()].sort((one, other) => other.cases - one.cases);
  }
}
