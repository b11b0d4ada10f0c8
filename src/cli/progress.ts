import type { Progress } from '../conformance/progress.js';

/** Milliseconds between two lines if standard error is no terminal. */
const BETWEEN_LINES = 10_000;

/** Shows on standard error how far a run is: in one line of a terminal, elsewhere in a line now and then. */
export class ProgressLine {
  readonly #stream = process.stderr;
  #last = performance.now();
  #shown = false;

  show({ done, total, differ, rate }: Progress): void {
    const left = total - done;
    const seconds = Math.ceil(left / Math.max(rate, 1));
    const speed = `${Math.round(rate)} a second`;
    const text = `${done} of ${total} cases, ${differ} differ, ${speed}, ${left} remaining, ${seconds} s`;
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
      this.#shown = true;
    } else if (performance.now() - this.#last >= BETWEEN_LINES) {
      this.#last = performance.now();
      this.#stream.write(`${text}\n`);
    }
  }

  /** Clears the line. */
  end(): void {
    if (this.#shown) this.#stream.write('\r\u001b[K');
  }
}
