import { createReadStream } from 'node:fs';
import {
  areaOf,
  checkHeader,
  checkLine,
  type RecordedLine,
  type RecordingHeader,
  recordingError,
} from './recording.js';

/** More characters than the outcome of the longest message takes. */
const MAX_LINE = 1 << 18;

/** More cases than any area has beside its mutations. */
const MAX_OTHERS = 1 << 16;

export interface Recording {
  readonly header: RecordingHeader;
  /** The lines of its cases by their ids. As text: an object can take many times the memory. */
  readonly lines: Map<string, string>;
}

/**
 * Reads a recording to its end before anything is done with it, and checks every line.
 *
 * @throws TokenBindingError ERR_TB_RECORDING for one that cannot be read, is not whole, or is no recording
 */
export async function readRecording(file: string): Promise<Recording> {
  const reader = new RecordingReader(file);
  for await (const lines of linesOf(file)) {
    for (const line of lines) reader.add(line);
  }
  return reader.finish();
}

/** One of its lines, which {@link readRecording} has checked. */
export function parseLine(text: string): RecordedLine {
  return JSON.parse(text) as RecordedLine;
}

class RecordingReader {
  readonly #file: string;
  readonly #lines = new Map<string, string>();
  #header: RecordingHeader | undefined;
  #number = 0;
  #mutations = 0;
  #hasEnded = false;

  constructor(file: string) {
    this.#file = file;
  }

  add(text: string): void {
    this.#number++;
    if (text.length > MAX_LINE) this.#fail(`has a line ${this.#number} that is too long`);
    if (this.#hasEnded) this.#fail('goes on after its end');
    const value = this.#parse(text);
    if (this.#header === undefined) this.#header = checkHeader(this.#file, value);
    else this.#addLine(this.#header, text, value);
  }

  finish(): Recording {
    if (this.#header === undefined) this.#fail('is no JSON Lines');
    if (!this.#hasEnded) this.#fail('is cut off: its last line is missing');
    return { header: this.#header, lines: this.#lines };
  }

  #addLine(header: RecordingHeader, text: string, value: unknown): void {
    const line = checkLine(this.#file, areaOf(header), this.#number, value);
    if ('end' in line) this.#end(header, line.end);
    else this.#keep(header, line.id, text);
  }

  #keep({ mutations }: RecordingHeader, id: string, text: string): void {
    if (this.#lines.has(id)) this.#fail(`has ${id} twice`);
    if (this.#lines.size === mutations + MAX_OTHERS) this.#fail('has more cases than there are');
    if (id.startsWith('mutations/')) this.#mutations++;
    this.#lines.set(id, text);
  }

  #end({ mutations, groups }: RecordingHeader, said: number): void {
    const count = this.#lines.size;
    if (said !== count) this.#fail(`ends after ${count} cases, not ${said}`);
    if (groups.includes('mutations') && this.#mutations < mutations) {
      this.#fail(`has ${this.#mutations} mutations, not ${mutations}`);
    }
    this.#hasEnded = true;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return this.#fail(
        this.#number === 1 ? 'is no JSON Lines' : `has a damaged line ${this.#number}`,
      );
    }
  }

  #fail(problem: string): never {
    throw recordingError(this.#file, problem);
  }
}

/** The lines of a file, some at a time, and of one that is too long no more than shows that it is. */
async function* linesOf(file: string): AsyncGenerator<string[], undefined> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() as string;
      yield lines;
      if (rest.length > MAX_LINE) break;
    }
  } catch (cause) {
    throw recordingError(file, 'cannot be read', cause);
  }
  if (rest !== '') yield [rest];
  return undefined;
}
