// Logs a client in with a session cookie that is bound to the client's Token Binding key.
import { randomBytes } from 'node:crypto';
import https from 'node:https';
import { HttpTokenBindingError, openCookie, sealCookie, verifyRequest } from 'tokenbinding/http';
import { tokenBindingHash } from 'tokenbinding/wire';
import { onSetup, report, tell } from './messages.mjs';

/** The server keeps its secret, and no sessions: a cookie opens only with the key that it was sealed for. */
const session = { name: '__Host-session', secrets: [randomBytes(32)] };

async function answer(request, response) {
  try {
    const identifier = await verifyKey(request);
    if (request.url === '/login') login(identifier, response);
    else showAccount(identifier, request, response);
  } catch (error) {
    if (!(error instanceof HttpTokenBindingError)) throw error;
    tell('server', `401: ${error.message}`);
    response.writeHead(401).end();
  }
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Uint8Array>} the key that the client has proven to hold on this connection
 */
async function verifyKey(request) {
  const bindings = await verifyRequest(request, { required: true });
  const identifier = /** @type {Uint8Array} */ (bindings?.provided.identifier);
  const key = tokenBindingHash(identifier).slice(0, 12);
  tell('server', `the message is valid for this connection; key ${key}...`);
  return identifier;
}

function login(identifier, response) {
  tell('server', 'sets a session cookie that is sealed for this key');
  const expires = new Date(Date.now() + 3_600_000);
  response.setHeader('set-cookie', sealCookie('the owner', { ...session, identifier, expires }));
  response.writeHead(204).end();
}

function showAccount(identifier, { headers }, response) {
  const user = openCookie(headers.cookie, { ...session, identifier });
  tell('server', user === undefined ? '401: no cookie' : `200: the cookie is that of ${user}`);
  response.writeHead(user === undefined ? 401 : 200).end(user);
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
