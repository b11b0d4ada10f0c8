// Logs a client in with a session cookie that is bound to the client's Token Binding key.
import { randomUUID } from 'node:crypto';
import https from 'node:https';
import { exportKeyingMaterial, TokenBindingError, verifyMessage } from 'tokenbinding';
import { decodeBase64url, tokenBindingHash } from 'tokenbinding/wire';
import { onSetup, report, tell } from './messages.mjs';

/** The hash of the TokenBindingID (tbh) that each session belongs to, by session cookie. */
const sessions = new Map();

/**
 * Verifies the request's header for its connection.
 *
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<string>} the tbh of the key that the client has proven to hold
 */
async function verifyRequest(request) {
  const headers = request.headersDistinct['sec-token-binding'] ?? [];
  if (headers.length !== 1) throw new Error('expected one Sec-Token-Binding header');
  const message = decodeBase64url(headers[0] ?? '', 'Sec-Token-Binding');
  const ekm = exportKeyingMaterial(request.socket);
  const expected = { keyType: /** @type {const} */ ('ecdsap256'), ekm, maxTokenBindings: 2 };
  const bindings = await verifyMessage(message, expected);
  const [provided, ...others] = bindings.filter(({ bindingType }) => bindingType === 'provided');
  if (provided === undefined || others.length > 0) {
    throw new Error('expected exactly one provided binding');
  }
  return tokenBindingHash(provided.identifier);
}

async function answer(request, response) {
  try {
    const key = await verifyRequest(request);
    tell('server', `the message is valid for this connection; key ${key.slice(0, 12)}...`);
    if (request.url === '/login') login(key, response);
    else showAccount(key, request, response);
  } catch (error) {
    const reason = error instanceof TokenBindingError ? error.code : String(error);
    tell('server', `401: the message does not prove a key on this connection (${reason})`);
    response.writeHead(401).end();
  }
}

function login(key, response) {
  const session = randomUUID();
  sessions.set(session, key);
  tell('server', 'sets a session cookie and remembers its key');
  const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';
  response.writeHead(204, { 'set-cookie': `session=${session}; ${attributes}` }).end();
}

function showAccount(key, { headers }, response) {
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
  const server = https.createServer(
    { cert: certificate, key: privateKey, minVersion: 'TLSv1.3' },
    answer,
  );
  server.listen(0, '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    report({ kind: 'listening', port });
  });
  process.once('disconnect', () => process.exit());
});
