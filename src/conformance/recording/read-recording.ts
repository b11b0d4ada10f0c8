import { createReadStream } from 'node:fs';
import {
  areaOf,
  checkHeader,
  checkLine,
  type RecordedLine,
  type RecordingHeader,
  recordingError,
} from './format.js';

/** Characters of a line: more than the outcome of the longest message has. */
const MAX_LINE = 1 << 18;

/** Bytes of a character in UTF-8, of those that are one UTF-16 unit of a text. */
const MAX_BYTES = 3;

/** The memory of a recording's lines in bytes: more than one with a million mutations takes. */
const MAX_MEMORY = 1 << 29;

/** Cases that are no mutations: more than any area has. */
const MAX_FIXED_CASES = 1 << 16;

export interface Recording {
  readonly header: RecordingHeader;
  /** The line of each case by its id. As text, for a parsed object can take many times the memory. */
  readonly lines: ReadonlyMap<string, string>;
}

/**
 * Reads a whole recording and checks every line.
 *
 * @param maxMemory in bytes
 * @throws TokenBindingError ERR_TB_RECORDING if it cannot be read, is cut off, or is no recording
 */
export async function readRecording(
  file: string,
  maxMemory: number = MAX_MEMORY,
): Promise<Recording> {
  const lines = new Map<string, string>();
  let header: RecordingHeader | undefined;
  let end: number | undefined;
  let number = 0;
  let memory = 0;
  for await (const text of linesOf(file)) {
    number++;
    memory += memoryOf(text);
    if (memory > maxMemory)
      throw recordingError(file, `takes more than ${maxMemory} bytes of memory`);
    if (end !== undefined) throw recordingError(file, 'goes on after its end');
    const value = parse(file, number, text);
    if (header === undefined) {
      header = checkHeader(file, value);
      continue;
    }
    const line = checkLine(file, areaOf(header), number, value);
    if ('end' in line) end = line.end;
    else if (lines.has(line.id)) throw recordingError(file, `has ${line.id} twice`);
    else if (lines.size === header.mutations + MAX_FIXED_CASES) {
      throw recordingError(file, 'has more cases than there are');
    } else lines.set(line.id, text);
  }
  if (header === undefined) throw recordingError(file, 'is no JSON Lines');
  checkEnd(file, header, lines, end);
  return { header, lines };
}

/** Parses a line that {@link readRecording} has checked. */
export function parseLine(text: string): RecordedLine {
  return JSON.parse(text) as RecordedLine;
}

function parse(file: string, number: number, text: string): unknown {
  if (text.length > MAX_LINE) throw recordingError(file, `has a line ${number} that is too long`);
  try {
    return JSON.parse(text);
  } catch {
    const problem =
      number === 1 ? 'is no JSON Lines' : `has a damaged line ${number}: it is not JSON`;
    throw recordingError(file, problem);
  }
}

function checkEnd(
  file: string,
  { mutations, groups }: RecordingHeader,
  lines: ReadonlyMap<string, string>,
  end: number | undefined,
): void {
  if (end === undefined) throw recordingError(file, 'is cut off: its last line is missing');
  if (end !== lines.size) {
    throw recordingError(file, `ends after ${lines.size} cases, not ${end}`);
  }
  if (!groups.includes('mutations')) return;
  let count = 0;
  for (const id of lines.keys()) if (id.startsWith('mutations/')) count++;
  if (count < mutations) throw recordingError(file, `has ${count} mutations, not ${mutations}`);
}

/** V8 takes two bytes for each character of a text that has one above U+00FF, and newer Nodes for any that is not ASCII. */
function memoryOf(text: string): number {
  return /[^\0-\x7f]/.test(text) ? 2 * text.length : text.length;
}

const LINE_FEED = 0x0a;

/**
 * The lines of a file. The last one may be cut off at a limit, and is then too long. Each line is decoded by itself: a
 * slice of a longer text keeps all of that text in memory.
 */
async function* linesOf(file: string): AsyncGenerator<string, undefined> {
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      const bytes = Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        yield bytes.toString('utf8', start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (rest.length > MAX_LINE * MAX_BYTES) break;
    }
  } catch (cause) {
    throw recordingError(file, 'cannot be read', cause);
  }
  if (rest.length > 0) yield rest.toString('utf8');
  return undefined;
}
