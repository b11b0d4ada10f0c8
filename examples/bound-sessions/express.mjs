// The server with Express.
import { once } from 'node:events';
import https from 'node:https';
import { tokenBinding } from 'tokenbinding/http';
import { findUser, makeSession } from './sessions.mjs';

/**
 * @param {https.ServerOptions} tls
 * @returns {Promise<https.Server>}
 */
export async function serveExpress(tls) {
  const { default: express } = await import('express');
  const app = express();
  app.use(tokenBinding({ required: true }));
  app.post('/login', ({ tokenBinding: bindings }, response) => {
    if (bindings === undefined) throw new Error('the option required lets no such request pass');
    // A real server checks a password here.
    response.set('set-cookie', makeSession('alice', bindings)).sendStatus(204);
  });
  app.get('/account', ({ headers, tokenBinding: bindings }, response) => {
    const user = bindings && findUser(headers, bindings);
    response.set('cache-control', 'private');
    if (user === undefined) response.sendStatus(401);
    else response.send(`Hello ${user}`);
  });
  const server = https.createServer(tls, app).listen(0, 'localhost');
  await once(server, 'listening');
  return server;
}
