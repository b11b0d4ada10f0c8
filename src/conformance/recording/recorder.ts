import { type Case, inputDigest } from '../case.js';
import type { Answer } from '../outcome.js';
import { PartialFile } from '../partial-file.js';
import {
  type RecordedLine,
  type RecordingEnd,
  type RecordingHeader,
  recordingError,
} from './format.js';

/**
 * Writes a recording, which gets its name once it is complete. Each answer is written before the next case is
 * asked: after a crash, the last line of the partial file tells which case caused it.
 */
export class Recorder {
  readonly #name: string;
  readonly #file: PartialFile;
  #lines = 0;

  /** @throws TokenBindingError ERR_TB_RECORDING, as every method does */
  constructor(name: string, header: RecordingHeader) {
    this.#name = name;
    this.#file = this.#attempt(() => new PartialFile(name));
    this.#write(header);
  }

  add(test: Case, answer: Answer): void {
    this.#lines++;
    const outcome = 'why' in answer ? {} : { outcome: answer };
    this.#write({ id: test.id, input: inputDigest(test), ...outcome });
  }

  finish(): void {
    this.#write({ end: this.#lines });
    this.#attempt(() => this.#file.finish());
  }

  /** Deletes the partial file of a run that failed. */
  discard(): void {
    this.#file.discard();
  }

  #write(line: RecordingHeader | RecordedLine | RecordingEnd): void {
    this.#attempt(() => this.#file.write(`${JSON.stringify(line)}\n`));
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw recordingError(this.#name, 'cannot be written', cause);
    }
  }
}
