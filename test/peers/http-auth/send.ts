import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { AuthenticatedAgents } from '../../../src/http-auth.js';

export interface SentAnswer {
  readonly status: number;
  readonly body: string;
  readonly fields: IncomingHttpHeaders;
}

/** Sends a request through authenticated agents, with a body that can be read only once. */
export function send(
  { httpAgent, httpsAgent }: Pick<AuthenticatedAgents<unknown>, 'httpAgent' | 'httpsAgent'>,
  url: string,
  size?: number,
): Promise<SentAnswer> {
  const isTls = url.startsWith('https:');
  const open = isTls ? httpsRequest : httpRequest;
  const method = size === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const request = open(url, { method, agent: isTls ? httpsAgent : httpAgent }, (response) => {
      const chunks = response.toArray();
      chunks.catch(reject);
      // Only then can the next request have the connection.
      request.on('close', async () => {
        const body = Buffer.concat(await chunks).toString();
        resolve({ status: response.statusCode ?? 0, body, fields: response.headers });
      });
    });
    request.on('error', reject);
    if (size === undefined) request.end();
    else Readable.from(pieces(size)).pipe(request);
  });
}

function* pieces(size: number): Generator<Buffer> {
  const piece = Buffer.alloc(65_536, 'x');
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, left);
}

/** Sends a stream with fetch, and returns the text of the answer. */
export async function post(dispatcher: unknown, url: string, size: number): Promise<string> {
  const body = Readable.toWeb(Readable.from(pieces(size)));
  // @types/node knows neither `duplex` nor `dispatcher`.
  const options = { method: 'POST', body, duplex: 'half', dispatcher };
  return (await fetch(url, options as object)).text();
}
