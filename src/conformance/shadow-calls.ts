import { setImmediate } from 'node:timers';
import { refusalOf } from './answer.js';
import { firstDifference } from './compare-outcomes.js';
import type { Outcome } from './outcome.js';

/** A call that two providers answered otherwise. */
export interface CallDifference {
  /** The name of the call, of its promise form. */
  readonly call: string;
  /** Of the first difference: `verdict`, `results[1].identifier`. */
  readonly path: string;
  readonly primary: Outcome;
  readonly secondary: Outcome;
  /**
   * With verifyMessage and generateBinding: the message, base64url. Its EKM is not here, for that is a
   * secret of the connection (RFC 8473 7.2) and this may end in a log.
   */
  readonly message?: string;
}

/** How many calls came to what. */
export interface ShadowCounts {
  readonly compared: number;
  readonly differed: number;
  /** Not compared, for too many were waiting. */
  readonly skipped: number;
}

/** A call as the secondary is to be asked: its arguments are copies. */
export interface ShadowCall<Value> {
  readonly name: string;
  /** What the primary's answer comes to. */
  outcome(value: Value): Outcome;
  /** Asks the secondary; undefined where there is nothing to ask. */
  ask(value: Value | undefined): Promise<ShadowAnswer> | undefined;
}

export interface ShadowAnswer {
  readonly outcome: Outcome;
  readonly message?: string;
}

/** Runs calls a second time, after the caller has had the answer, and compares. */
export class ShadowCalls {
  readonly #onDifference: (difference: CallDifference) => void;
  readonly #maxPending: number;
  readonly #waiting: (() => void)[] = [];
  #pending = 0;
  #compared = 0;
  #differed = 0;
  #skipped = 0;

  constructor(onDifference: (difference: CallDifference) => void, maxPending: number) {
    this.#onDifference = onDifference;
    this.#maxPending = maxPending;
  }

  get counts(): ShadowCounts {
    return { compared: this.#compared, differed: this.#differed, skipped: this.#skipped };
  }

  async settled(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The promise itself, so that the caller waits for nothing more. */
  beside<Value>(answer: Promise<Value>, prepare: () => ShadowCall<Value>): Promise<Value> {
    const call = this.#prepared(prepare);
    if (call !== undefined) {
      answer.then(
        (value) => this.#answered(call, value),
        (error) => this.#refused(call, error),
      );
    }
    return answer;
  }

  after<Value>(work: () => Value, prepare: () => ShadowCall<Value>): Value {
    const call = this.#prepared(prepare);
    let value: Value;
    try {
      value = work();
    } catch (error) {
      if (call !== undefined) this.#refused(call, error);
      throw error;
    }
    if (call !== undefined) this.#answered(call, value);
    return value;
  }

  /** Takes one of the places of those that may wait; a call with wrong arguments needs none. */
  #prepared<Value>(prepare: () => ShadowCall<Value>): ShadowCall<Value> | undefined {
    if (this.#pending === this.#maxPending) {
      this.#skipped++;
      return undefined;
    }
    try {
      const call = prepare();
      this.#pending++;
      return call;
    } catch {
      return undefined;
    }
  }

  #answered<Value>(call: ShadowCall<Value>, value: Value): void {
    this.#later(call, call.outcome(value), value);
  }

  #refused<Value>(call: ShadowCall<Value>, error: unknown): void {
    this.#later(call, refusalOf(error), undefined);
  }

  #later<Value>(
    call: ShadowCall<Value>,
    primary: Outcome | undefined,
    value: Value | undefined,
  ): void {
    setImmediate(async () => {
      try {
        const asked = primary && call.ask(value);
        if (asked !== undefined) this.#compare(call.name, primary as Outcome, await asked);
      } catch (error) {
        process.emitWarning(error as Error);
      } finally {
        this.#pending--;
        if (this.#pending === 0) for (const resolve of this.#waiting.splice(0)) resolve();
      }
    });
  }

  #compare(call: string, primary: Outcome, { outcome: secondary, message }: ShadowAnswer): void {
    this.#compared++;
    const difference = firstDifference(primary, secondary);
    if (difference === undefined) return;
    this.#differed++;
    const what = message === undefined ? {} : { message };
    this.#onDifference({ call, path: difference.path, primary, secondary, ...what });
  }
}
