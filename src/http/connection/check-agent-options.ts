import { invalidArgType, outOfRange } from '../../bytes/check.js';
import { destinationOf } from './destination.js';
import type { Destination } from './hooks.js';

// Checks of the options that agents of every protocol have.

const TIMEOUT = 30_000;
/** The longest time of a timer, in milliseconds. */
const MAX_TIMEOUT = 0x7fffffff;

/** @throws TypeError, RangeError unless it is a list of at least one origin */
export function checkOrigins(value: unknown, protocols: readonly string[]): Destination[] {
  if (!Array.isArray(value)) throw invalidArgType('options.origins', 'an array of strings');
  if (value.length === 0) throw outOfRange('options.origins', 'at least one origin');
  return Array.from(value, (item, index) =>
    checkOrigin(`options.origins[${index}]`, item, protocols),
  );
}

/** @throws RangeError that leaves the value out: a URL may contain a password */
export function checkOrigin(
  name: string,
  value: unknown,
  protocols: readonly string[],
): Destination {
  if (typeof value !== 'string') throw invalidArgType(name, 'a string');
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isOrigin = url !== undefined && url.href === `${url.origin}/`;
  if (!isOrigin || /[?#]$|\*/.test(value) || !protocols.includes(url.protocol)) {
    const example = `${protocols.at(-1)}//www.example.com`;
    const wanted = `an origin such as ${example}, without a path or wildcard`;
    throw outOfRange(name, `${wanted}, with ${protocols.join(' or ')}`);
  }
  return destinationOf(url);
}

export function checkSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw invalidArgType('options.signal', 'an AbortSignal');
}

export function checkMaxSockets(value: unknown = Number.POSITIVE_INFINITY): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  return checkInteger('options.maxSockets', value, Number.MAX_SAFE_INTEGER);
}

/** Milliseconds for a connection with its preparation. */
export function checkTimeout(value: unknown = TIMEOUT): number {
  return checkInteger('options.timeout', value, MAX_TIMEOUT);
}

function checkInteger(name: string, value: unknown, most: number): number {
  if (typeof value !== 'number') throw invalidArgType(name, 'a number');
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw outOfRange(name, `an integer from 1 to ${most}`);
  }
  return value;
}

/** @returns the class Agent of the option `undici`; undefined if it is absent */
export function checkUndici(value: unknown): unknown {
  if (value === undefined) return undefined;
  const isModule = typeof value === 'object' && value !== null;
  // A module of undici has many names besides.
  const { Agent } = isModule ? (value as { Agent?: unknown }) : {};
  if (typeof Agent !== 'function') throw invalidArgType('options.undici.Agent', 'a class');
  return Agent;
}
