import { setImmediate } from 'node:timers';
import { differences } from '../compare-outcomes.js';
import type { Outcome } from '../outcome.js';
import { outcomeOfError } from '../outcome-of.js';

/** A call with different outcomes of the two providers. */
export interface CallDifference {
  /** The name of the call's promise form: `verifyMessage`. */
  readonly call: string;
  /** The place of the first difference: `verdict`, `results[1].identifier`. */
  readonly path: string;
  /** What the primary provider returned, which the caller received. */
  readonly primary: Outcome;
  /** What the secondary provider returned. */
  readonly secondary: Outcome;
  /**
   * For verifyMessage and generateBinding: the message, base64url. The EKM is left out: it is a secret of the
   * connection (RFC 8473 7.2), and a difference may be logged.
   */
  readonly message?: string;
}

/** The number of calls by what happened to them. */
export interface ShadowCounts {
  /** Calls that were compared, `differed` included. */
  readonly compared: number;
  /** Calls that had different outcomes. */
  readonly differed: number;
  /** Calls that were not compared because too many were pending. */
  readonly skipped: number;
}

type AskSecondary = () => Promise<ShadowAnswer>;

/** How to repeat a call on the secondary. It has copies of the arguments. */
export interface ShadowCall<Value> {
  readonly name: string;
  /** The outcome of the primary's result. */
  outcomeOf(value: Value): Outcome;
  /** How to ask the secondary after the primary returned a result. */
  afterResult(value: Value): AskSecondary;
  /** How to ask the secondary after the primary refused; absent if there is nothing to ask. */
  readonly afterRefusal?: AskSecondary;
}

export interface ShadowAnswer {
  readonly outcome: Outcome;
  readonly message?: string;
}

/** Repeats calls on the secondary after the caller has its answer, and compares the outcomes. */
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

  async drain(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Returns the primary's own promise, so that the caller waits for nothing else. */
  shadowPromise<Value>(answer: Promise<Value>, prepare: () => ShadowCall<Value>): Promise<Value> {
    const call = this.#prepare(prepare);
    if (call !== undefined) {
      answer.then(
        (value) => this.#repeatAfterResult(call, value),
        (error) => this.#repeatAfterRefusal(call, error),
      );
    }
    return answer;
  }

  shadowSync<Value>(work: () => Value, prepare: () => ShadowCall<Value>): Value {
    const call = this.#prepare(prepare);
    let value: Value;
    try {
      value = work();
    } catch (error) {
      if (call !== undefined) this.#repeatAfterRefusal(call, error);
      throw error;
    }
    if (call !== undefined) this.#repeatAfterResult(call, value);
    return value;
  }

  /** Reserves a place among the pending calls. A call with invalid arguments needs none. */
  #prepare<Value>(prepare: () => ShadowCall<Value>): ShadowCall<Value> | undefined {
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

  /** Copies the primary's result at once: afterwards the caller may change it. */
  #repeatAfterResult<Value>(call: ShadowCall<Value>, value: Value): void {
    try {
      const primary = call.outcomeOf(value);
      const ask = call.afterResult(value);
      this.#runLater(async () => this.#compare(call.name, primary, await ask()));
    } catch (error) {
      // The primary returned an invalid result, which the comparison reports as a failure.
      this.#repeatAfterRefusal(call, error);
    }
  }

  #repeatAfterRefusal<Value>(call: ShadowCall<Value>, error: unknown): void {
    const primary = outcomeOfError(error);
    const ask = call.afterRefusal;
    this.#runLater(async () => {
      if (ask !== undefined) await this.#compare(call.name, primary, await ask());
    });
  }

  #runLater(work: () => Promise<void>): void {
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
