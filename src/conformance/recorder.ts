import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type Case, inputDigest } from './case.js';
import {
  type RecordedLine,
  type RecordingEnd,
  type RecordingHeader,
  recordingError,
} from './recording.js';
import type { Answer } from './sides/side.js';

/**
 * Writes a recording. Until it is whole it has another name, so that none is there in half; each answer is
 * written before the next case is asked, so that after a crash the last line tells where it was.
 */
export class Recorder {
  readonly #file: string;
  readonly #partial: string;
  readonly #descriptor: number;
  #isOpen = true;
  #lines = 0;

  /** @throws TokenBindingError ERR_TB_RECORDING, as every method does */
  constructor(file: string, header: RecordingHeader) {
    this.#file = file;
    this.#partial = `${file}.partial`;
    this.#descriptor = this.#attempt(() => openSync(this.#partial, 'w'));
    this.#write(header);
  }

  add(test: Case, answer: Answer): void {
    const input = inputDigest(test);
    this.#lines++;
    this.#write({ id: test.id, input, ...('outcome' in answer && { outcome: answer.outcome }) });
  }

  finish(): void {
    this.#write({ end: this.#lines });
    this.#close();
    this.#attempt(() => renameSync(this.#partial, this.#file));
  }

  /** After a run that failed. */
  discard(): void {
    this.#close();
    rmSync(this.#partial, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  #write(line: RecordingHeader | RecordedLine | RecordingEnd): void {
    this.#attempt(() => writeFileSync(this.#descriptor, `${JSON.stringify(line)}\n`));
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw recordingError(this.#file, 'cannot be written', cause);
    }
  }
}
