import { TokenBindingError } from '../errors.js';
import { GROUPS, type Group } from './case.js';
import type { Outcome } from './outcome.js';
import type { SideDescription } from './report.js';

/** The first line of a recording, which is JSON Lines: this, one {@link RecordedLine} a case, the end. */
export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT;
  readonly version: typeof RECORDING_VERSION;
  /** ISO 8601. */
  readonly made: string;
  /** The version of this package that made it. */
  readonly package: string;
  /** Who answered. */
  readonly side: SideDescription;
  readonly seed: number;
  readonly mutations: number;
  readonly groups: readonly Group[];
}

export interface RecordedLine {
  /** Of the case. */
  readonly id: string;
  /** Tells the case's input apart from that of another version of this package: 16 hex digits. */
  readonly input: string;
  /** Absent where the side had none. */
  readonly outcome?: Outcome;
}

/** The last line, without which a recording is not whole. */
export interface RecordingEnd {
  /** How many lines there are between the first and this. */
  readonly end: number;
}

export const RECORDING_FORMAT = 'tokenbinding-conformance-recording';
export const RECORDING_VERSION = 1;

const VERDICTS = ['accepted', 'refused', 'misshapen', 'observed'];
/** More than any outcome has. */
const MAX_DEPTH = 8;
const SIDES = ['windows', 'portable', 'specification'];

/** @throws TokenBindingError ERR_TB_RECORDING */
export function checkHeader(file: string, value: unknown): RecordingHeader {
  const header = value as RecordingHeader;
  if (!isObject(value) || header.format !== RECORDING_FORMAT) {
    throw recordingError(file, 'is no recording of tokenbinding conformance');
  }
  if (header.version !== RECORDING_VERSION) {
    const versions = `version ${header.version}, and this package reads version ${RECORDING_VERSION}`;
    throw recordingError(file, `is of ${versions}`);
  }
  const { made, package: by, side, seed, mutations, groups } = header;
  const fine =
    [made, by].every((text) => typeof text === 'string') &&
    [seed, mutations].every((count) => Number.isSafeInteger(count) && count >= 0) &&
    isObject(side) &&
    SIDES.includes(side.name) &&
    Array.isArray(groups) &&
    groups.every((group) => GROUPS.includes(group));
  if (!fine) throw recordingError(file, 'has a damaged first line');
  return header;
}

/** @throws TokenBindingError ERR_TB_RECORDING */
export function checkLine(
  file: string,
  number: number,
  value: unknown,
): RecordedLine | RecordingEnd {
  const line = value as Partial<RecordedLine & RecordingEnd>;
  if (isObject(value)) {
    if (Number.isSafeInteger(line.end)) return line as RecordingEnd;
    const named = typeof line.id === 'string' && typeof line.input === 'string';
    if (named && (line.outcome === undefined || isOutcome(line.outcome)))
      return line as RecordedLine;
  }
  throw recordingError(file, `has a damaged line ${number}`);
}

/** The parts that the comparison and the reports look into. */
function isOutcome(value: unknown): value is Outcome {
  if (!isObject(value) || !isShallow(value, MAX_DEPTH)) return false;
  const { verdict, results, bytes, identifier, observations, reason } = value as Partial<Outcome>;
  return (
    VERDICTS.includes(verdict as string) &&
    (results === undefined || (Array.isArray(results) && results.every(isObject))) &&
    [bytes, identifier].every((text) => text === undefined || typeof text === 'string') &&
    (observations === undefined || isObject(observations)) &&
    (reason === undefined || (isObject(reason) && typeof reason.code === 'string'))
  );
}

/** What looks into it goes down level by level. */
function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error for a recording that cannot be read, written or used. */
export function recordingError(file: string, problem: string, cause?: unknown): TokenBindingError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  const message = `the recording ${file} ${problem}${why}`;
  return new TokenBindingError('ERR_TB_RECORDING', message, { file, cause });
}
