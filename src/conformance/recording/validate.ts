import { MAX_TEXT, type Outcome } from '../outcome.js';
import type { SideDescription } from '../sides/description.js';

// A recording is checked against its types once, here. Later code relies on the types.

type Check = (value: unknown) => boolean;

const SIDES = ['windows', 'portable', 'specification', 'other'];
/** More bindings than any message has. */
const MAX_RESULTS = 1000;
const VERDICTS = ['accepted', 'refused', 'invalid', 'observed', 'failed'];
const RESULT_STATUSES = ['verified', 'unevaluated'];
/** Nested levels of observations: more than any case has. */
const MAX_DEPTH = 8;
/** Characters in the name of a property. */
const MAX_NAME = 256;
/** Characters of a path on Windows. */
const MAX_PATH = 32_767;
/** Values of observations: more than any case has. An object takes many times the memory of its text. */
const MAX_VALUES = 1000;

/** Bytes in base64url. The limit of a line is theirs. */
const isBytes: Check = (value) => typeof value === 'string';
const isPath: Check = (value) => typeof value === 'string' && value.length <= MAX_PATH;
/** A number of RFC 8471, or its name. */
const isCode: Check = (value) => isText(value) || isCount(value, 0xffff_ffff);

/** Whether a value is a short text. A page shows it many times. */
export function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

/** Whether a value is an integer from 0 to `most`. */
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
      library: (library) => has(library, { path: isPath }, { version: isText, sha256: isText }),
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
      results: (results) =>
        Array.isArray(results) && results.length <= MAX_RESULTS && results.every(isResult),
      bytes: isBytes,
      keyType: isCode,
      identifier: isBytes,
      observations: (observations) => isObject(observations) && isSmall(observations),
      reason: isReason,
    },
  );
}

function isResult(value: unknown): boolean {
  return has(
    value,
    { bindingType: isCode, keyType: isCode, identifier: isBytes },
    { extensionData: isBytes, status: (status) => RESULT_STATUSES.includes(status as string) },
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

/** Whether an object has all required properties, and no others but the optional ones. */
export function has(
  value: unknown,
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>>,
): boolean {
  if (!isObject(value)) return false;
  const areValid = Object.entries(value).every(([name, item]) => {
    const checks = Object.hasOwn(required, name) ? required : optional;
    return Object.hasOwn(checks, name) && checks[name]?.(item);
  });
  return areValid && Object.keys(required).every((name) => Object.hasOwn(value, name));
}

/** Whether a value keeps the limits: later code recurses into it, and makes a path for each value in it. */
function isSmall(value: object): boolean {
  let values = 0;
  const fits = (item: unknown, levels: number): boolean => {
    if (++values > MAX_VALUES) return false;
    if (typeof item !== 'object' || item === null) return true;
    const hasShortNames = Object.keys(item).every((name) => name.length <= MAX_NAME);
    return hasShortNames && levels > 0 && Object.values(item).every((one) => fits(one, levels - 1));
  };
  return fits(value, MAX_DEPTH);
}
