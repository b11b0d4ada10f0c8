import type { ClientRequest } from 'node:http';
import { invalidArgType } from '../../bytes/check.js';
import { headOf } from './request-head.js';
import type { UndiciRequest } from './undici.js';

/** @throws TypeError if the request has a field with one of these names, which are in lower case */
export function rejectOwnFields(request: ClientRequest, names: readonly string[]): void {
  const head = headOf(request).toLowerCase();
  const found = names.find((name) => request.hasHeader(name) || head.includes(`\r\n${name}:`));
  if (found !== undefined) throw ownFieldError(found);
}

/** {@link rejectOwnFields} for undici. The result is the same request, whose headers can be read again. */
export function withoutOwnFields(request: UndiciRequest, names: readonly string[]): UndiciRequest {
  const own = withRepeatableHeaders(request);
  if (names.length > 0) rejectNames(namesOf(own.headers ?? {}), names);
  return own;
}

/** The same request, whose headers can be read more than once. */
export function withRepeatableHeaders(request: UndiciRequest): UndiciRequest {
  const { headers } = request;
  const isOnce = headers && !Array.isArray(headers) && isIterable(headers);
  return isOnce ? { ...request, headers: new Set(headers) } : request;
}

function namesOf(headers: object): readonly unknown[] {
  // In an array, undici has names and values in turn.
  if (Array.isArray(headers)) return headers.filter((_, index) => index % 2 === 0);
  if (!isIterable(headers)) return Object.keys(headers);
  return Array.from(headers, (pair) => (Array.isArray(pair) ? pair[0] : undefined));
}

function rejectNames(given: readonly unknown[], names: readonly string[]): void {
  const lower = given.map((name) => String(name).toLowerCase());
  const found = names.find((name) => lower.includes(name));
  if (found !== undefined) throw ownFieldError(found);
}

function isIterable(value: object): value is Iterable<unknown> {
  return typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
}

function ownFieldError(name: string): TypeError {
  return invalidArgType(`the header ${name}`, 'absent: the agents set it');
}
