import { type Case, inputDigest } from './case.js';
import { PartialFile } from './partial-file.js';
import {
  type RecordedLine,
  type RecordingEnd,
  type RecordingHeader,
  recordingError,
} from './recording.js';
import type { Answer } from './sides/side.js';

/**
 * Writes a recording, which has its name once it is whole. Each answer is written before the next case is
 * asked, so that after a crash the last line of the partial file tells where it was.
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
    const input = inputDigest(test);
    this.#lines++;
    this.#write({ id: test.id, input, ...('outcome' in answer && { outcome: answer.outcome }) });
  }

  finish(): void {
    this.#write({ end: this.#lines });
    this.#attempt(() => this.#file.finish());
  }

  /** After a run that failed. */
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
