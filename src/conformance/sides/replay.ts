import { createReadStream } from 'node:fs';
import { type AreaName, type Case, GROUPS, type Group, groupOf } from '../case.js';
import {
  areaOf,
  checkHeader,
  checkLine,
  type RecordedLine,
  type RecordingHeader,
  recordingError,
} from '../recording.js';
import type { SideDescription } from '../report.js';
import type { Answer, Side } from './side.js';

/** More characters than the outcome of the longest message takes. */
const MAX_LINE = 1 << 18;

/** How many characters of answers to cases of other versions of this package are kept. */
const MAX_KEPT = 1 << 26;

/** A side that answered earlier: its answers are read in the order of the cases. */
export class ReplaySide implements Side {
  readonly header: RecordingHeader;
  readonly area: AreaName;
  readonly description: SideDescription;
  readonly file: string;
  readonly #lines: AsyncGenerator<string, undefined>;
  /** Answers that were passed on the way to another case's. */
  readonly #kept = new Map<string, RecordedLine>();
  #keptSize = 0;
  /** The one that comes next, once it has been read. */
  #next: RecordedLine | undefined;
  #number = 1;
  #rank = 0;
  #ended = false;

  private constructor(
    file: string,
    lines: AsyncGenerator<string, undefined>,
    header: RecordingHeader,
  ) {
    this.file = file;
    this.#lines = lines;
    this.header = header;
    this.area = areaOf(header);
    const { made, package: by, side } = header;
    this.description = { ...side, recording: { file, made, package: by } };
  }

  /** @throws TokenBindingError ERR_TB_RECORDING */
  static async open(file: string): Promise<ReplaySide> {
    const lines = linesOf(file);
    try {
      const first = (await lines.next()).value;
      return new ReplaySide(file, lines, checkHeader(file, parsed(file, 1, first ?? '')));
    } catch (error) {
      await lines.return(undefined);
      throw error;
    }
  }

  async answer({ id }: Case): Promise<Answer> {
    const line = this.take(id) ?? (await this.#find(id));
    return line === undefined ? { why: 'the recording does not have it' } : answerOf(line);
  }

  /** @throws TokenBindingError ERR_TB_RECORDING when the recording is not whole */
  async finish(): Promise<void> {
    for (let line = await this.#peek(); line !== undefined; line = await this.#peek()) {
      this.#keep(line);
    }
  }

  notes(): readonly string[] {
    const count = this.#kept.size;
    if (count === 0) return [];
    const answers = count === 1 ? '1 recorded answer is' : `${count} recorded answers are`;
    return [`${answers} to cases that this version of the package does not have: ${this.file}`];
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }

  /** The ids of the answers that nothing was asked for. */
  get keptIds(): string[] {
    return [...this.#kept.keys()];
  }

  /** One of those answers, which then is no longer among them. */
  take(id: string): RecordedLine | undefined {
    const line = this.#kept.get(id);
    this.#kept.delete(id);
    return line;
  }

  /** Reads up to an id, or to where it is known not to come any more. */
  async #find(id: string): Promise<RecordedLine | undefined> {
    for (let line = await this.#peek(); line !== undefined; line = await this.#peek()) {
      if (line.id === id) {
        this.#next = undefined;
        return line;
      }
      if (isLater(this.area, line.id, id)) return undefined;
      this.#keep(line);
    }
    return undefined;
  }

  #keep(line: RecordedLine): void {
    this.#next = undefined;
    if (this.#kept.has(line.id)) this.#fail(`has ${line.id} twice`);
    this.#keptSize += JSON.stringify(line).length;
    if (this.#keptSize > MAX_KEPT) this.#fail('has too many cases that this package does not have');
    this.#kept.set(line.id, line);
  }

  async #peek(): Promise<RecordedLine | undefined> {
    if (this.#next === undefined && !this.#ended) this.#next = await this.#read();
    return this.#next;
  }

  async #read(): Promise<RecordedLine | undefined> {
    const text = (await this.#lines.next()).value;
    if (text === undefined) return this.#fail('is cut off: its last line is missing');
    this.#number++;
    const line = checkLine(
      this.file,
      this.area,
      this.#number,
      parsed(this.file, this.#number, text),
    );
    if ('end' in line) return this.#end(line.end);
    const rank = rankOf(this.area, line.id);
    if (rank < this.#rank) this.#fail(`has line ${this.#number} out of order`);
    this.#rank = rank;
    return line;
  }

  async #end(said: number): Promise<undefined> {
    const count = this.#number - 2;
    const { mutations, groups } = this.header;
    if (said !== count) this.#fail(`ends after ${count} cases, not ${said}`);
    if (groups.includes('mutations') && count < mutations) {
      this.#fail(`has ${count} cases, of which ${mutations} should be mutations`);
    }
    if ((await this.#lines.next()).value !== undefined) this.#fail('goes on after its end');
    this.#ended = true;
    return undefined;
  }

  #fail(problem: string): never {
    throw recordingError(this.file, problem);
  }
}

export function answerOf({ outcome, input }: RecordedLine): Answer {
  return outcome === undefined ? { why: 'nothing was recorded' } : { outcome, input };
}

/** Whether an id comes after another one wherever both do: by their groups, among mutations by number. */
function isLater(area: AreaName, id: string, other: string): boolean {
  const [rank, otherRank] = [rankOf(area, id), rankOf(area, other)];
  if (rank !== otherRank) return rank > otherRank;
  if (groupOf(area, id) !== 'mutations') return false;
  return numberOf(id) > numberOf(other);
}

/** Of a mutation: `mutations/<seed>/<number>`, and what it is of. */
function numberOf(id: string): number {
  return Number(id.split('/')[2]);
}

function rankOf(area: AreaName, id: string): number {
  return GROUPS[area].indexOf(groupOf(area, id) as Group);
}

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
