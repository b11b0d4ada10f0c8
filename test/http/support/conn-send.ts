import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface Sent {
  readonly request: ClientRequest;
  /** The answer. Rejects with the error of the request. */
  readonly answer: Promise<{ status: number; body: string }>;
}

/** Sends a request with node:http or node:https. */
export function send(url: string, options: RequestOptions, body?: Readable | string): Sent {
  const request = (url.startsWith('https:') ? https : http).request(url, options);
  const answer = new Promise<{ status: number; body: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) => {
      text(response).then(
        (content) => resolve({ status: response.statusCode ?? 0, body: content }),
        reject,
      );
    });
  });
  answer.catch(() => {});
  if (body instanceof Readable) body.pipe(request);
  else request.end(body);
  return { request, answer };
}

/** Ten megabytes that can be read once. */
export function tenMegabytes(): Readable {
  const chunk = Buffer.alloc(64 * 1024, 'tokenbinding');
  return Readable.from(
    (function* () {
      for (let sent = 0; sent < TEN_MEGABYTES; sent += chunk.length) yield chunk;
    })(),
    { objectMode: false },
  );
}

export const TEN_MEGABYTES: number = 160 * 64 * 1024;
