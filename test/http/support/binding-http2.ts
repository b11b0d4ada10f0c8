import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { exportKeyingMaterial } from '../../../src/index.js';
import { type Signed, valueFor } from './binding-message.js';

export interface Http2Answer {
  readonly status: number;
  readonly body: string;
}

/** A session of HTTP/2, which is one connection. */
export class Http2Client implements Disposable {
  readonly session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.session = session;
    session.on('error', () => {});
  }

  static async open(
    port: number,
    tls: SecureClientSessionOptions | undefined = {},
  ): Promise<Http2Client> {
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, ...tls });
    const client = new Http2Client(session);
    await once(session, 'connect');
    return client;
  }

  /** The value of the field Sec-Token-Binding for this connection. */
  valueFor(...bindings: Signed[]): string {
    const ekm = exportKeyingMaterial(this.session.socket as TLSSocket, { allowTls12: true });
    return valueFor(ekm, ...bindings);
  }

  /** Sends a request with these values of the field Sec-Token-Binding. */
  async request(
    values: readonly string[] = [],
    headers: OutgoingHttpHeaders = {},
  ): Promise<Http2Answer> {
    const field = values.length === 0 ? {} : { 'sec-token-binding': [...values] };
    const stream = this.session.request({ ':path': '/', ...field, ...headers });
    const [[head], body] = await Promise.all([
      once(stream, 'response') as Promise<[{ ':status'?: number }]>,
      stream.toArray(),
    ]);
    return { status: head[':status'] ?? 0, body: Buffer.concat(body).toString() };
  }

  [Symbol.dispose](): void {
    this.session.destroy();
  }
}
