import { type Case, inputDigest } from '../case.js';
import type { Answer } from '../outcome.js';
import type { SideDescription } from '../sides/description.js';
import type { Side } from '../sides/side.js';
import type { RecordingHeader } from './format.js';
import { parseLine, readRecording } from './read-recording.js';

/** A side whose answers were recorded. */
export class ReplaySide implements Side {
  readonly header: RecordingHeader;
  readonly description: SideDescription;
  readonly file: string;
  readonly #lines: ReadonlyMap<string, string>;
  #asked = 0;

  private constructor(file: string, header: RecordingHeader, lines: ReadonlyMap<string, string>) {
    const { made, package: by, side } = header;
    this.file = file;
    this.header = header;
    this.description = { ...side, recording: { file, made, package: by } };
    this.#lines = lines;
  }

  /** @throws TokenBindingError ERR_TB_RECORDING */
  static async open(file: string): Promise<ReplaySide> {
    const { header, lines } = await readRecording(file);
    return new ReplaySide(file, header, lines);
  }

  async answer(test: Case): Promise<Answer> {
    const text = this.#lines.get(test.id);
    if (text === undefined) return { why: 'the recording does not have it' };
    this.#asked++;
    const { input, outcome } = parseLine(text);
    if (outcome === undefined) return { why: 'nothing was recorded' };
    return input === inputDigest(test) ? outcome : { why: 'it was recorded for another input' };
  }

  notes(isComplete: boolean): readonly string[] {
    const count = this.#lines.size - this.#asked;
    if (!isComplete || count === 0) return [];
    const answers = count === 1 ? '1 recorded answer is' : `${count} recorded answers are`;
    return [`${answers} to cases that this version of the package does not have: ${this.file}`];
  }
}
