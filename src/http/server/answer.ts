import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer to a request that does not pass. */
export interface Answer {
  readonly status: number;
  /** Each is the value of a field WWW-Authenticate. */
  readonly challenges: readonly string[];
  /** Whether the connection is closed after it. */
  readonly close: boolean;
  /** The content, for a person. Upgrades get none. */
  readonly text?: string | undefined;
}

export function answerRequest(response: ServerResponse, answer: Answer): void {
  // A function of the application has begun another answer.
  if (response.headersSent) return void response.destroy();
  const { status, challenges, close, text = '' } = answer;
  response.statusCode = status;
  response.setHeader('Content-Length', Buffer.byteLength(text));
  if (text !== '') response.setHeader('Content-Type', 'text/plain');
  if (challenges.length > 0) response.setHeader('WWW-Authenticate', challenges);
  if (close) response.setHeader('Connection', 'close');
  // With rejectNonStandardBodyWrites Node throws for a content that answers HEAD.
  if (text === '' || response.req.method === 'HEAD') response.end();
  else response.end(text);
}

/** The server of node:http has handed over the socket: it answers no further request there. */
export function answerUpgrade(socket: Duplex, { status, challenges }: Answer): void {
  const fields = challenges.map((challenge) => `WWW-Authenticate: ${challenge}\r\n`).join('');
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  socket.end(`${line}${fields}Content-Length: 0\r\nConnection: close\r\n\r\n`, () =>
    socket.destroy(),
  );
}
