import { checkObject, invalidArgType, outOfRange } from '../../../bytes/check.js';
import { trimSpaces } from '../../../bytes/trim-spaces.js';

/** A response, with what a redirect says. A `Response` of `fetch` is one. */
export interface RedirectResponse {
  /** The absolute URL of the request. */
  readonly url: string;
  /** The status code, 100 to 599. */
  readonly status: number;
  /** `Headers`, or the headers of a response of `node:http`, axios, got or undici. */
  readonly headers: { get(name: string): unknown } | object;
}

/** Where a redirect comes from and leads to. */
export interface RedirectTarget {
  readonly from: URL;
  readonly to: URL;
  /** Whether the server asks for a referred binding (RFC 8473 5.3). */
  readonly isReferring: boolean;
}

/** The redirects of RFC 9110 15.4 that a client follows by itself. */
const STATUSES: readonly number[] = [301, 302, 303, 307, 308];
const INCLUDE = 'include-referred-token-binding-id';

/**
 * @returns undefined for a response that is no redirect, or leads nowhere
 * @throws TypeError, RangeError if it is no response
 */
export function parseRedirect(response: unknown): RedirectTarget | undefined {
  const { url, status, headers } = checkObject('response', response);
  if (typeof url !== 'string') throw invalidArgType('response.url', 'a string');
  if (!URL.canParse(url)) throw outOfRange('response.url', 'an absolute URL');
  if (typeof status !== 'number') throw invalidArgType('response.status', 'a number');
  const fields = checkObject('response.headers', headers);
  if (!STATUSES.includes(status)) return undefined;
  const from = new URL(url);
  const to = readLocation(fields, from);
  if (to === undefined) return undefined;
  return { from, to, isReferring: readField(fields, INCLUDE)?.toLowerCase() === 'true' };
}

function readLocation(fields: object, from: URL): URL | undefined {
  const location = readField(fields, 'location');
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return to.protocol === 'https:' || to.protocol === 'http:' ? to : undefined;
}

/** The value of a field that is there once. Clients join repeated ones with a comma, or make an array of them. */
function readField(fields: object, name: string): string | undefined {
  const { get } = fields as { get?: unknown };
  const values =
    typeof get === 'function'
      ? [get.call(fields, name) as unknown]
      : Object.entries(fields)
          .filter(([own]) => own.toLowerCase() === name)
          .map(([, value]) => value as unknown);
  const [value] = values;
  return values.length === 1 && typeof value === 'string' ? trimSpaces(value) : undefined;
}
