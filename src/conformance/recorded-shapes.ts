import type { Outcome } from './outcome.js';
import type { SideDescription } from './report.js';

// What comes from a recording is held to its types here, once: what looks into it later trusts them.

type Check = (value: unknown) => boolean;

const SIDES = ['windows', 'portable', 'specification', 'other'];
const VERDICTS = ['accepted', 'refused', 'misshapen', 'observed', 'failed'];
const RESULT_STATUSES = ['verified', 'unevaluated'];
/** More levels than any outcome has. */
const MAX_DEPTH = 8;
/** Of the name of a property, in characters. */
const MAX_NAME = 256;
/** More values than a probe observes. Objects take many times the memory of their text. */
const MAX_VALUES = 1000;

const isText: Check = (value) => typeof value === 'string';
/** A code of RFC 8471, or its name. */
const isCode: Check = (value) => isText(value) || isCount(value, 0xffff_ffff);

/** A whole number from 0 to `most`. */
export function isCount(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSide(value: unknown): value is SideDescription {
  return has(
    value,
    { name: (name) => SIDES.includes(name as string) },
    {
      software: isText,
      library: (library) => has(library, { path: isText }, { version: isText, sha256: isText }),
      system: (system) =>
        has(
          system,
          { platform: isText, name: isText, release: isText, node: isText },
          { wine: (wine) => wine === true },
        ),
    },
  );
}

export function isOutcome(value: unknown): value is Outcome {
  return has(
    value,
    { verdict: (verdict) => VERDICTS.includes(verdict as string) },
    {
      results: (results) => Array.isArray(results) && results.every(isResult),
      bytes: isText,
      keyType: isCode,
      identifier: isText,
      observations: (observations) => isObject(observations) && isSmall(observations),
      reason: isReason,
    },
  );
}

function isResult(value: unknown): boolean {
  return has(
    value,
    { bindingType: isCode, keyType: isCode, identifier: isText },
    { extensionData: isText, status: (status) => RESULT_STATUSES.includes(status as string) },
  );
}

function isReason(value: unknown): boolean {
  return has(
    value,
    { code: isText },
    {
      path: isText,
      fault: isText,
      os: (os) =>
        has(
          os,
          { function: isText, status: (status) => isCount(status, 0xffff_ffff), hex: isText },
          { name: isText },
        ),
    },
  );
}

/** Whether an object has these properties, may have those, and has no others. */
export function has(
  value: unknown,
  needed: Readonly<Record<string, Check>>,
  possible: Readonly<Record<string, Check>>,
): boolean {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  const fine = entries.every(([name, item]) => {
    const checks = Object.hasOwn(needed, name) ? needed : possible;
    return Object.hasOwn(checks, name) && checks[name]?.(item);
  });
  return fine && Object.keys(needed).every((name) => Object.hasOwn(value, name));
}

/**
 * Whether it has no more levels and values, and no longer names, than an outcome has: what looks into it goes
 * down level by level, and makes a path of the names for each value.
 */
function isSmall(value: object): boolean {
  let values = 0;
  const fits = (item: unknown, levels: number): boolean => {
    if (++values > MAX_VALUES) return false;
    if (typeof item !== 'object' || item === null) return true;
    const isNamed = Object.keys(item).every((name) => name.length <= MAX_NAME);
    return isNamed && levels > 0 && Object.values(item).every((one) => fits(one, levels - 1));
  };
  return fits(value, MAX_DEPTH);
}
