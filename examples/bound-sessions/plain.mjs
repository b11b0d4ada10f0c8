// The server with node:https alone.
import { once } from 'node:events';
import https from 'node:https';
import { tokenBinding } from 'tokenbinding/http';
import { findUser, makeSession } from './sessions.mjs';

/**
 * @param {https.ServerOptions} tls
 * @returns {Promise<https.Server>}
 */
export async function servePlain(tls) {
  const bind = tokenBinding({ required: true });
  const server = https.createServer(tls, (request, response) => {
    bind(request, response, () => respond(request, response));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return server;
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function respond(request, response) {
  const { method, url, headers, tokenBinding: bindings } = request;
  if (bindings === undefined) throw new Error('the option required lets no such request pass');
  if (method === 'POST' && url === '/login') {
    // A real server checks a password here.
    response.writeHead(204, { 'set-cookie': makeSession('alice', bindings) }).end();
    return;
  }
  const user = url === '/account' ? findUser(headers, bindings) : undefined;
  response.writeHead(user === undefined ? 401 : 200, { 'cache-control': 'private' });
  response.end(user && `Hello ${user}`);
}
