import type { ServerResponse } from 'node:http';

/**
 * Keeps the fields of a response.
 *
 * @returns a function that restores them, and removes those that were set since
 */
export function keepFields(response: ServerResponse): () => void {
  const kept = response.getHeaderNames().map((name) => {
    const value = response.getHeader(name) as number | string | string[];
    // appendHeader() of Node changes the array.
    return [name, Array.isArray(value) ? [...value] : value] as const;
  });
  return () => {
    if (response.headersSent) return;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    for (const [name, value] of kept) response.setHeader(name, value);
  };
}
