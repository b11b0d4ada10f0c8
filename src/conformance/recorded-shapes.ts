import type { Outcome } from './outcome.js';
import type { SideDescription } from './report.js';

// What comes from a recording is held to its types here, once: what looks into it later trusts them.

type Check = (value: unknown) => boolean;

const SIDES = ['windows', 'portable', 'specification'];
const VERDICTS = ['accepted', 'refused', 'misshapen', 'observed', 'failed'];
/** More levels than any outcome has. */
const MAX_DEPTH = 8;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isNumberOrText: Check = (value) => isText(value) || isNumber(value);

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSide(value: unknown): value is SideDescription {
  return has(
    value,
    { name: (name) => SIDES.includes(name as string) },
    {
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
      keyType: isNumberOrText,
      identifier: isText,
      observations: (observations) => isObject(observations) && isShallow(observations, MAX_DEPTH),
      reason: isReason,
    },
  );
}

function isResult(value: unknown): boolean {
  return has(
    value,
    { bindingType: isNumberOrText, keyType: isNumberOrText, identifier: isText },
    { extensionData: isText, status: isText },
  );
}

function isReason(value: unknown): boolean {
  return has(
    value,
    { code: isText },
    {
      path: isText,
      fault: isText,
      os: (os) => has(os, { function: isText, status: isNumber, hex: isText }, { name: isText }),
    },
  );
}

/** Whether an object has these properties, may have those, and has no others. */
function has(
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

/** What looks into it goes down level by level. */
function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}
