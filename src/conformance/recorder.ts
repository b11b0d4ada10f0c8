import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { type Case, inputDigest } from './case.js';
import {
  type RecordedLine,
  type RecordingEnd,
  type RecordingHeader,
  recordingError,
} from './recording.js';
import type { Answer } from './sides/side.js';

/** Writes a recording. Until it is whole it has another name, so that none is there in half. */
export class Recorder {
  readonly #file: string;
  readonly #partial: string;
  readonly #stream: WriteStream;
  readonly #done: Promise<void>;
  #lines = 0;

  constructor(file: string, header: RecordingHeader) {
    this.#file = file;
    this.#partial = `${file}.partial`;
    this.#stream = createWriteStream(this.#partial);
    this.#done = finished(this.#stream);
    // It is awaited at the end; a failure before that is no unhandled one.
    this.#done.catch(() => {});
    this.#stream.write(`${JSON.stringify(header)}\n`);
  }

  async add(test: Case, answer: Answer): Promise<void> {
    const line: RecordedLine = {
      id: test.id,
      input: inputDigest(test),
      ...('outcome' in answer && { outcome: answer.outcome }),
    };
    this.#lines++;
    await this.#write(line);
  }

  /** @throws TokenBindingError ERR_TB_RECORDING */
  async finish(): Promise<void> {
    await this.#write({ end: this.#lines });
    this.#stream.end();
    try {
      await this.#done;
      await rename(this.#partial, this.#file);
    } catch (cause) {
      throw recordingError(this.#file, 'cannot be written', cause);
    }
  }

  /** After a run that failed. */
  async discard(): Promise<void> {
    this.#stream.destroy();
    await rm(this.#partial, { force: true });
  }

  async #write(line: RecordedLine | RecordingEnd): Promise<void> {
    if (this.#stream.write(`${JSON.stringify(line)}\n`)) return;
    if (this.#stream.errored === null) {
      const drained = once(this.#stream, 'drain');
      await Promise.race([drained, this.#done]).catch(() => {});
    }
    const { errored } = this.#stream;
    if (errored !== null) throw recordingError(this.#file, 'cannot be written', errored);
  }
}
