import type { ServerResponse } from 'node:http';

/**
 * Adds fields to an answer when its head is written, and only if its status is below 400: an error tells nothing
 * about the authentication (RFC 4559 5).
 */
export function addFinalFields(
  response: ServerResponse,
  fields: readonly (readonly [name: string, value: string])[],
): void {
  if (fields.length === 0) return;
  const writeHead = response.writeHead as (...args: unknown[]) => ServerResponse;
  const wrapped = (status: number, ...rest: unknown[]): ServerResponse => {
    const add = status < 400 ? fields : [];
    const last = rest.at(-1);
    if (Array.isArray(last)) {
      const isNested = last.some(Array.isArray);
      const added = isNested ? add : add.flat();
      return writeHead.call(response, status, ...rest.slice(0, -1), [...last, ...added]);
    }
    for (const [name, value] of add) response.setHeader(name, value);
    return writeHead.call(response, status, ...rest);
  };
  response.writeHead = wrapped as typeof response.writeHead;
}
