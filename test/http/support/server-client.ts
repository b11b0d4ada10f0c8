import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { NegotiateEvent } from '../../../src/http-auth.js';
import {
  type InitializeOptions,
  openSspi,
  type SecurityContext,
  SspiError,
} from '../../../src/sspi.js';
import { passwordOf } from './server-bench.js';

const sspi = openSspi({ provider: 'portable' });

export interface Answer {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export function fieldsOf(answer: Answer, name: string): string[] {
  return answer.fields.filter(([own]) => own === name).map(([, value]) => value);
}

/** A connection of a client, which writes what it is told and reads answers. */
export class RawClient implements Disposable {
  readonly socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #isClosed = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake?.();
    });
  }

  static async open(port: number, tls?: ConnectionOptions, localPort?: number): Promise<RawClient> {
    const from = localPort === undefined ? {} : { localPort };
    const socket =
      tls === undefined
        ? connect({ port, host: '127.0.0.1', ...from })
        : connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...tls });
    const client = new RawClient(socket);
    await once(socket, tls === undefined ? 'connect' : 'secureConnect');
    return client;
  }

  write(...lines: string[]): void {
    this.socket.write(lines.join(''));
  }

  /** Sends a request without a body, or with this body. */
  async request(fields: readonly string[] = [], body?: string, line = 'GET /'): Promise<Answer> {
    this.write(requestOf(fields, body, line));
    return this.answer();
  }

  /** Reads the next answer, which has a Content-Length or chunks. */
  async answer(): Promise<Answer> {
    for (;;) {
      const answer = this.#parse();
      if (answer !== undefined) return answer;
      if (this.#isClosed)
        throw new Error(`closed after ${JSON.stringify(this.#received.toString())}`);
      await this.#more();
    }
  }

  /** Waits until the server has closed the connection. @returns the rest that it sent */
  async closed(): Promise<string> {
    while (!this.#isClosed) await this.#more();
    return this.#received.toString('latin1');
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #parse(): Answer | undefined {
    const text = this.#received.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const [line = '', ...lines] = text.slice(0, end).split('\r\n');
    const status = Number(line.split(' ')[1]);
    const fields = lines.map((field): [string, string] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    });
    const value = (name: string) => fields.find(([own]) => own === name)?.[1];
    const rest = text.slice(end + 4);
    if (status < 200) {
      this.#received = this.#received.subarray(end + 4);
      return { status, fields, body: '' };
    }
    const isChunked = value('transfer-encoding') === 'chunked';
    const length = Number(value('content-length') ?? 0);
    const chunked = /^([0-9a-f]+\r\n[\s\S]*?\r\n)?0\r\n\r\n/.exec(rest)?.[0];
    if (isChunked ? chunked === undefined : rest.length < length) return undefined;
    const body = isChunked ? unchunk(chunked ?? '') : rest.slice(0, length);
    const taken = isChunked ? (chunked?.length ?? 0) : length;
    this.#received = this.#received.subarray(end + 4 + taken);
    return { status, fields, body };
  }
}

function unchunk(text: string): string {
  return Array.from(text.matchAll(/[0-9a-f]+\r\n([^\r]*)\r\n/g), ([, data = '']) => data).join('');
}

export function requestOf(fields: readonly string[] = [], body?: string, line = 'GET /'): string {
  const all = ['Host: localhost', ...fields];
  if (body !== undefined) all.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${line} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

export type Scheme = 'Negotiate' | 'NTLM';

export interface LogonOptions extends InitializeOptions {
  readonly scheme?: Scheme;
  readonly package?: string;
  readonly password?: string;
  readonly domain?: string;
  /** Fields of each request besides Authorization. */
  readonly fields?: readonly string[];
  readonly body?: string;
}

/** The tokens of a client's handshake, as values of Authorization. */
export class Logon {
  readonly scheme: Scheme;
  readonly #context: SecurityContext;

  private constructor(scheme: Scheme, context: SecurityContext) {
    this.scheme = scheme;
    this.#context = context;
  }

  static async of(user: string, options: LogonOptions = {}): Promise<Logon> {
    const { scheme = 'NTLM', password = passwordOf(user), domain = 'EXAMPLE' } = options;
    const { package: name = scheme, target, channelBindings } = options;
    const credentials = await sspi.acquireCredentialsHandle({
      package: name,
      use: 'outbound',
      identity: { user, domain, password },
    });
    const init = { target, channelBindings, flags: ['integrity'] as const };
    return new Logon(scheme, sspi.initializeSecurityContext(credentials, init));
  }

  async first(): Promise<string> {
    return this.#next(new Uint8Array(0));
  }

  /** The answer to the challenge of an answer. */
  async next(answer: Answer): Promise<string> {
    const challenges = fieldsOf(answer, 'www-authenticate');
    const token = challenges.length === 1 ? challenges[0]?.split(' ')[1] : undefined;
    if (token === undefined) throw new Error(`${answer.status} without a token: ${challenges}`);
    return this.#next(Buffer.from(token, 'base64'));
  }

  async #next(token: Uint8Array): Promise<string> {
    const step = await this.#context.step(token);
    return `Authorization: ${this.scheme} ${Buffer.from(step.token).toString('base64')}`;
  }
}

/** Authenticates a connection. @returns the answer to the last leg */
export async function logOn(
  client: RawClient,
  user: string,
  options: LogonOptions = {},
): Promise<Answer> {
  const { fields = [], body, ...rest } = options;
  const logon = await Logon.of(user, rest);
  const challenge = await client.request([await logon.first(), ...fields]);
  return client.request(
    [await logon.next(challenge), ...fields],
    body,
    body === undefined ? 'GET /' : 'POST /',
  );
}

/** The code of the SspiError of an event. */
export function codeOf(event: NegotiateEvent | undefined): string | undefined {
  return event?.error instanceof SspiError ? event.error.code : undefined;
}
