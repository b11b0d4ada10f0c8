import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

// The fields of a request as the client sent them: names and values in turn. `headers` of Node joins repeated ones or
// keeps the first, and making it takes longer than everything else here. Neither has trailers.

/** What is used of a server of node:http. */
interface Limited {
  readonly maxHeadersCount?: unknown;
}

/** Node's own limit of the fields of a request of HTTP/1.1. */
const NODE_LIMIT = 1000;

/** The values of all fields with this name. */
export function valuesOf(rawHeaders: readonly string[], field: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (isNamed(rawHeaders[index] as string, field)) values.push(rawHeaders[index + 1] as string);
  }
  return values;
}

export function isNamed(name: string, field: string): boolean {
  if (name.length !== field.length) return false;
  return name === field || name.toLowerCase() === field.toLowerCase();
}

/** Whether a request of HTTP/1.1 has so many fields that Node may hide others. */
export function mayHideFields({ rawHeaders, socket }: IncomingMessage): boolean {
  // This is how Node computes its limit, inherited properties included. Zero or less: there is none.
  const { server } = (socket ?? {}) as Partial<Socket & { readonly server: Limited }>;
  const count = server?.maxHeadersCount;
  const limit = typeof count === 'number' ? count << 1 : 2 * NODE_LIMIT;
  return limit > 0 && rawHeaders.length >= limit;
}
