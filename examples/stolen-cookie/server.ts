// Logs a client in with a session cookie that is bound to its Token Binding key.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportKeyingMaterial, TokenBindingError, verifyMessage } from 'tokenbinding';
import { decodeBase64url, tokenBindingHash } from 'tokenbinding/wire';
import { onSetup, report, tell } from './messages.js';

const ECDSA = 'ecdsap256';

/** The tbh of the key that each session belongs to, by session cookie. */
const sessions = new Map<string, string>();

/** The key that the client has proven to hold on this very connection. */
async function provenKey(request: IncomingMessage): Promise<string> {
  const header = request.headers['sec-token-binding'];
  if (typeof header !== 'string') throw new Error('no Sec-Token-Binding header');
  const message = decodeBase64url(header, 'Sec-Token-Binding');
  const ekm = exportKeyingMaterial(request.socket);
  const bindings = await verifyMessage(message, { keyType: ECDSA, ekm, maxTokenBindings: 2 });
  const provided = bindings.filter(({ bindingType }) => bindingType === 'provided');
  if (provided.length !== 1) throw new Error('not exactly one provided binding');
  return tokenBindingHash(provided[0]?.identifier ?? new Uint8Array());
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const key = await provenKey(request);
    tell('server', `the message is valid for this connection; key ${key.slice(0, 12)}...`);
    if (request.url === '/login') login(key, response);
    else account(key, request, response);
  } catch (error) {
    const reason = error instanceof TokenBindingError ? error.code : String(error);
    tell('server', `401: the message does not prove a key on this connection (${reason})`);
    response.writeHead(401).end();
  }
}

function login(key: string, response: ServerResponse): void {
  const session = randomUUID();
  sessions.set(session, key);
  tell('server', 'sets a session cookie, and notes which key it belongs to');
  const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';
  response.writeHead(204, { 'set-cookie': `session=${session}; ${attributes}` }).end();
}

function account(key: string, { headers }: IncomingMessage, response: ServerResponse): void {
  const session = /(?:^|; )session=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
  if (sessions.get(session) === key) {
    tell('server', '200: the cookie belongs to that key');
    response.writeHead(200).end("the owner's account");
  } else {
    tell('server', '401: the cookie belongs to another key');
    response.writeHead(401).end();
  }
}

onSetup(({ certificate, privateKey }) => {
  const options = { cert: certificate, key: privateKey, minVersion: 'TLSv1.3' } as const;
  const server = https.createServer(options, answer);
  server.listen(0, '127.0.0.1', () => {
    report({ kind: 'listening', port: (server.address() as AddressInfo).port });
  });
  process.once('disconnect', () => process.exit());
});
