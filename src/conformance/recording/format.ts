import { TokenBindingError } from '../../errors.js';
import { AREAS, type AreaName, DEFAULT_AREA, GROUPS, type Group, groupOf } from '../areas.js';
import type { Outcome } from '../outcome.js';
import { MAX_MUTATIONS, MAX_SEED } from '../selection.js';
import type { SideDescription } from '../sides/description.js';
import { has, isCount, isObject, isOutcome, isSide, isText } from './validate.js';

/**
 * The first line of a recording. A recording is JSON Lines: this header, a {@link RecordedLine} for each case,
 * and a {@link RecordingEnd}.
 */
export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT;
  readonly version: typeof RECORDING_VERSION;
  /** ISO 8601. */
  readonly made: string;
  /** The version of this package that made it. */
  readonly package: string;
  /** Who gave the answers. */
  readonly side: SideDescription;
  /** Absent for {@link DEFAULT_AREA}. */
  readonly area?: AreaName;
  readonly seed: number;
  readonly mutations: number;
  readonly groups: readonly Group[];
}

/** The answer to a case. */
export interface RecordedLine {
  /** The id of the case. */
  readonly id: string;
  /** The digest of the case's input. */
  readonly input: string;
  /** Absent if the side had none. */
  readonly outcome?: Outcome;
}

/** The last line. A recording without it is cut off. */
export interface RecordingEnd {
  /** The number of lines between the first and this one. */
  readonly end: number;
}

export const RECORDING_FORMAT = 'tokenbinding-conformance-recording';
export const RECORDING_VERSION = 1;

/** @throws TokenBindingError ERR_TB_RECORDING */
export function checkHeader(file: string, value: unknown): RecordingHeader {
  const header = value as RecordingHeader;
  if (!isObject(value) || header.format !== RECORDING_FORMAT) {
    throw recordingError(file, 'is no recording of tokenbinding conformance');
  }
  if (header.version !== RECORDING_VERSION && isCount(header.version, Number.MAX_SAFE_INTEGER)) {
    const versions = `version ${header.version}, and this package reads version ${RECORDING_VERSION}`;
    throw recordingError(file, `is of ${versions}`);
  }
  const { made, package: by, side, seed, mutations, groups } = header;
  const area = AREAS.find((name) => name === areaOf(header));
  const known = area && GROUPS[area];
  const isValid =
    header.version === RECORDING_VERSION &&
    isText(made) &&
    isText(by) &&
    isCount(seed, MAX_SEED) &&
    isCount(mutations, MAX_MUTATIONS) &&
    isSide(side) &&
    known !== undefined &&
    Array.isArray(groups) &&
    groups.every((group) => known.includes(group));
  if (!isValid) throw recordingError(file, 'has a damaged first line');
  return { ...header, groups: known.filter((group) => groups.includes(group)) };
}

export function areaOf({ area = DEFAULT_AREA }: RecordingHeader): AreaName {
  return area;
}

/** @throws TokenBindingError ERR_TB_RECORDING */
export function checkLine(
  file: string,
  area: AreaName,
  number: number,
  value: unknown,
): RecordedLine | RecordingEnd {
  const isEnd = has(value, { end: (end) => isCount(end, Number.MAX_SAFE_INTEGER) }, {});
  if (isEnd) return value as RecordingEnd;
  const members = { id: (id: unknown) => isId(area, id), input: isText };
  if (has(value, members, { outcome: isOutcome })) return value as RecordedLine;
  const why = has(value, members, { outcome: () => true }) ? ': its outcome is invalid' : '';
  throw recordingError(file, `has a damaged line ${number}${why}`);
}

const MAX_ID = 256;

/** An id goes to the terminal unescaped. The ids of this package have these characters only. */
function isId(area: AreaName, id: unknown): boolean {
  if (typeof id !== 'string' || id.length > MAX_ID) return false;
  return groupOf(area, id) !== undefined && /^[\w./-]+$/.test(id);
}

/** The error for a recording that cannot be read, written or used. */
export function recordingError(file: string, problem: string, cause?: unknown): TokenBindingError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  const message = `the recording ${file} ${problem}${why}`;
  return new TokenBindingError('ERR_TB_RECORDING', message, { file, cause });
}
