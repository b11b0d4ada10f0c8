import { setImmediate } from 'node:timers';
import { outcomeOfError } from './answer.js';
import { differences } from './compare-outcomes.js';
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

type Ask = () => Promise<ShadowAnswer>;

/** A call as the secondary is to be asked: its arguments are copies. */
export interface ShadowCall<Value> {
  readonly name: string;
  /** What the primary's answer comes to. */
  outcome(value: Value): Outcome;
  /** Asks the secondary, after the primary has answered. */
  asked(value: Value): Ask;
  /** The same after the primary has refused; absent where there is then nothing to ask. */
  readonly askedAnyway?: Ask;
}

export interface ShadowAnswer {
  readonly outcome: Outcome;
  readonly message?: string;
}

/** Runs calls a second time, after the caller has had the answer, and compares. */
export class ShadowCalls {
  readonly #onDifference: (difference: CallDifference) => unknown;
  readonly #maxPending: number;
  readonly #waiting: (() => void)[] = [];
  #pending = 0;
  #compared = 0;
  #differed = 0;
  #skipped = 0;

  constructor(onDifference: (difference: CallDifference) => unknown, maxPending: number) {
    this.#onDifference = onDifference;
    this.#maxPending = maxPending;
  }

  get counts(): ShadowCounts {
    return {
      compared: this.#compared,
      differed: this.#differed,
      skipped: this.#skipped,
    };
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

  /** What the primary answered is copied at once: then it is the caller's. */
  #answered<Value>(call: ShadowCall<Value>, value: Value): void {
    try {
      const primary = call.outcome(value);
      const ask = call.asked(value);
      this.#later(async () => this.#compare(call.name, primary, await ask()));
    } catch (error) {
      // What it answered is no answer: the caller has it, and so has the one who compares.
      this.#refused(call, error);
    }
  }

  #refused<Value>(call: ShadowCall<Value>, error: unknown): void {
    const primary = outcomeOfError(error);
    const ask = call.askedAnyway;
    this.#later(async () => {
      if (ask !== undefined) await this.#compare(call.name, primary, await ask());
    });
  }

  #later(work: () => Promise<void>): void {
    setImmediate(async () => {
      try {
        await work();
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : 'tokenbinding: onDifference failed');
      } finally {
        this.#pending--;
        if (this.#pending === 0) for (const resolve of this.#waiting.splice(0)) resolve();
      }
    });
  }

  async #compare(call: string, primary: Outcome, answer: ShadowAnswer): Promise<void> {
    const { outcome: secondary, message } = answer;
    this.#compared++;
    const [difference] = differences(primary, secondary);
    if (difference === undefined) return;
    this.#differed++;
    const what = message === undefined ? {} : { message };
    await this.#onDifference({ call, path: difference.path, primary, secondary, ...what });
  }
}
