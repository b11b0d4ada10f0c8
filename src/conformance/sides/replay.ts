import { createReadStream } from 'node:fs';
import { type Case, inputDigest } from '../case.js';
import {
  checkHeader,
  checkLine,
  type RecordedLine,
  type RecordingHeader,
  recordingError,
} from '../recording.js';
import type { SideDescription } from '../report.js';
import type { Answer, Side } from './side.js';

/** A side that answered earlier: its answers are read in the order of the cases. */
export class ReplaySide implements Side {
  readonly header: RecordingHeader;
  readonly description: SideDescription;
  readonly file: string;
  readonly #lines: AsyncGenerator<string, undefined>;
  /** Lines that were passed on the way to another one's case. */
  readonly #passed = new Map<string, RecordedLine>();
  #number = 1;
  #ended = false;

  private constructor(
    file: string,
    lines: AsyncGenerator<string, undefined>,
    header: RecordingHeader,
  ) {
    this.file = file;
    this.#lines = lines;
    this.header = header;
    const { made, package: by, side } = header;
    this.description = { ...side, recording: { file, made, package: by } };
  }

  /** @throws TokenBindingError ERR_TB_RECORDING */
  static async open(file: string): Promise<ReplaySide> {
    const lines = linesOf(file);
    const first = (await lines.next()).value;
    return new ReplaySide(file, lines, checkHeader(file, parsed(file, 1, first ?? '')));
  }

  async answer(test: Case): Promise<Answer> {
    const line = this.#passed.get(test.id) ?? (await this.#find(test.id));
    if (line === undefined) return { why: 'the recording does not have it' };
    this.#passed.delete(test.id);
    if (line.input !== inputDigest(test)) return { why: 'it was recorded for another input' };
    return line.outcome === undefined ? { why: 'nothing was recorded' } : { outcome: line.outcome };
  }

  /** @throws TokenBindingError ERR_TB_RECORDING when it is not whole */
  async finish(): Promise<number> {
    await this.#find('');
    return this.#passed.size;
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }

  async #find(id: string): Promise<RecordedLine | undefined> {
    while (!this.#ended) {
      const line = await this.#next();
      if (line === undefined || line.id === id) return line;
      this.#passed.set(line.id, line);
    }
    return undefined;
  }

  async #next(): Promise<RecordedLine | undefined> {
    const text = (await this.#lines.next()).value;
    if (text === undefined) throw recordingError(this.file, 'is cut off: its last line is missing');
    this.#number++;
    const line = checkLine(this.file, this.#number, parsed(this.file, this.#number, text));
    if ('id' in line) return line;
    const count = this.#number - 2;
    if (line.end !== count)
      throw recordingError(this.file, `ends after ${count} cases, not ${line.end}`);
    this.#ended = true;
    return undefined;
  }
}

/** More than the outcome of the longest message takes. */
const MAX_LINE = 1 << 18;

async function* linesOf(file: string): AsyncGenerator<string, undefined> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() as string;
      if (rest.length > MAX_LINE) break;
      yield* lines;
    }
  } catch (cause) {
    throw recordingError(file, 'cannot be read', cause);
  }
  if (rest.length > MAX_LINE) throw recordingError(file, 'has a line that is too long');
  if (rest !== '') yield rest;
  return undefined;
}

function parsed(file: string, number: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw recordingError(file, number === 1 ? 'is no JSON Lines' : `has a damaged line ${number}`);
  }
}
