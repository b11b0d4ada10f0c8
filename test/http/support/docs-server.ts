import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { negotiate } from '../../../src/http-auth.js';
import type { AccountLookup } from '../../../src/sspi.js';
import { PATIENT } from '../../support/patience.js';

/** The account of the documentation, in each form of its name. */
const accounts: AccountLookup = ({ domain, user }) =>
  ['EXAMPLE\\alice', '\\alice@EXAMPLE.COM'].includes(`${domain}\\${user}`)
    ? { password: 'correct horse' }
    : undefined;

const WSDL = `<definitions name="Report" targetNamespace="urn:report" xmlns="http://schemas.xmlsoap.org/wsdl/">
  <service name="ReportService"/>
</definitions>`;

const SESSION = `session=${randomUUID()}`;

/** The server that the blocks about clients call `intranet.example.com`. It has the certificate of the folder. */
export class DocsServer {
  readonly #server: https.Server;
  readonly #middleware = negotiate({
    accounts,
    limits: { handshakeTimeout: PATIENT },
    skip: ({ headers }) => headers.cookie === SESSION,
    onAuthenticated: (_request, response) => {
      response.setHeader('set-cookie', `${SESSION}; Path=/; Secure`);
    },
  });
  readonly #sockets = new WebSocketServer({ noServer: true });

  private constructor(folder: string) {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder, name)));
    this.#server = https.createServer({ key, cert }, (request, response) => {
      this.#middleware(request, response, () => answer(request, response));
    });
    this.#server.on('upgrade', async (request, socket, head) => {
      const auth = await this.#middleware.upgrade(request, socket);
      if (auth === undefined) return;
      this.#sockets.handleUpgrade(request, socket, head, (connected: WebSocket) => {
        connected.send(`Hello ${auth.name}`);
      });
    });
  }

  static async open(folder: string): Promise<DocsServer> {
    const server = new DocsServer(folder);
    server.#server.keepAliveTimeout = PATIENT;
    server.#server.listen(0, 'localhost');
    await once(server.#server, 'listening');
    return server;
  }

  /** Its name and port. */
  get host(): string {
    return `localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#middleware.close();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.url === '/service?wsdl') response.end(WSDL);
  else response.end(`${request.method} by ${request.auth?.name}${body && ` of ${body}`}`);
}
