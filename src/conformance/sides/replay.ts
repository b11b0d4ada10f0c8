import type { AreaName, Case } from '../case.js';
import { areaOf, type RecordedLine, type RecordingHeader } from '../recording.js';
import { parseLine, type Recording, readRecording } from '../recording-reader.js';
import type { SideDescription } from '../report.js';
import type { Answer, Side } from './side.js';

/** A side that answered earlier. */
export class ReplaySide implements Side {
  readonly header: RecordingHeader;
  readonly area: AreaName;
  readonly description: SideDescription;
  readonly file: string;
  /** What nothing has been asked for yet, by the ids of the cases. */
  readonly #lines: Map<string, string>;
  #isFinished = false;

  private constructor(file: string, { header, lines }: Recording) {
    this.file = file;
    this.header = header;
    this.area = areaOf(header);
    this.#lines = lines;
    const { made, package: by, side } = header;
    this.description = { ...side, recording: { file, made, package: by } };
  }

  /** @throws TokenBindingError ERR_TB_RECORDING */
  static async open(file: string): Promise<ReplaySide> {
    return new ReplaySide(file, await readRecording(file));
  }

  async answer({ id }: Case): Promise<Answer> {
    const line = this.take(id);
    return line === undefined ? { why: 'the recording does not have it' } : answerOf(line);
  }

  async finish(): Promise<void> {
    this.#isFinished = true;
  }

  notes(): readonly string[] {
    const count = this.#lines.size;
    if (!this.#isFinished || count === 0) return [];
    const answers = count === 1 ? '1 recorded answer is' : `${count} recorded answers are`;
    return [`${answers} to cases that this version of the package does not have: ${this.file}`];
  }

  async close(): Promise<void> {}

  /** The ids of the answers that nothing was asked for. */
  get keptIds(): string[] {
    return [...this.#lines.keys()];
  }

  /** One of those answers, which then is no longer among them. */
  take(id: string): RecordedLine | undefined {
    const text = this.#lines.get(id);
    this.#lines.delete(id);
    return text === undefined ? undefined : parseLine(text);
  }
}

export function answerOf({ outcome, input }: RecordedLine): Answer {
  return outcome === undefined ? { why: 'nothing was recorded' } : { outcome, input };
}
