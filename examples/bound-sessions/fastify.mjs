// The server with Fastify.
import { fastifyTokenBinding } from 'tokenbinding/http';
import { findUser, makeSession } from './sessions.mjs';

/**
 * @param {import('node:https').ServerOptions} tls
 * @returns {Promise<import('node:https').Server>}
 */
export async function serveFastify(tls) {
  const { default: Fastify } = await import('fastify');
  const app = Fastify({ https: tls });
  app.register(fastifyTokenBinding({ required: true }));
  app.post('/login', async ({ raw: { tokenBinding: bindings } }, reply) => {
    if (bindings === undefined) throw new Error('the option required lets no such request pass');
    // A real server checks a password here.
    return reply.header('set-cookie', makeSession('alice', bindings)).code(204).send();
  });
  app.get('/account', async ({ headers, raw: { tokenBinding: bindings } }, reply) => {
    const user = bindings && findUser(headers, bindings);
    reply.header('cache-control', 'private');
    if (user === undefined) return reply.code(401).send();
    return `Hello ${user}`;
  });
  await app.listen({ port: 0, host: 'localhost' });
  return app.server;
}
