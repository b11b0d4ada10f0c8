import type { ServerResponse } from 'node:http';

/**
 * Adds fields to an answer when its head is written. The last token proves the identity of the server, which a client
 * with mutual authentication also needs for a page that it does not find. Only 401 and 407 have none: there a token
 * would be the challenge of another leg (RFC 9110 11.6.1, 11.7.1; RFC 4559 5).
 *
 * @returns leaves them out of the answer after all
 */
export function addFinalFields(
  response: ServerResponse,
  fields: readonly (readonly [name: string, value: string])[],
): () => void {
  let isWithdrawn = fields.length === 0;
  const writeHead = response.writeHead as (...args: unknown[]) => ServerResponse;
  const wrapped = (status: number, ...rest: unknown[]): ServerResponse => {
    const add = isWithdrawn || status === 401 || status === 407 ? [] : fields;
    const last = rest.at(-1);
    if (Array.isArray(last)) {
      const isNested = last.some(Array.isArray);
      const added = isNested ? add : add.flat();
      return writeHead.call(response, status, ...rest.slice(0, -1), [...last, ...added]);
    }
    for (const [name, value] of add) response.setHeader(name, value);
    return writeHead.call(response, status, ...rest);
  };
  if (!isWithdrawn) response.writeHead = wrapped as typeof response.writeHead;
  return () => {
    isWithdrawn = true;
  };
}
