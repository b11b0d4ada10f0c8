// The servers of the rows about clients, in a process of their own: one asks for authentication, one does not.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { negotiate } from '../src/http-auth.js';
import { ACCOUNTS } from './http-account.js';

const BODY = 'x'.repeat(100);

/** Starts a server that never closes an idle connection. */
async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 0 }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const counts = { connections: 0, handshakes: 0 };
const middleware = negotiate({
  accounts: ACCOUNTS,
  onEvent: ({ type }) => {
    if (type === 'authenticated') counts.handshakes++;
  },
});
const guarded = await listen((request, response) => {
  middleware(request, response, () => response.end(BODY));
});
guarded.on('connection', () => counts.connections++);
const open = await listen((_request, response) => response.end(BODY));
process.send?.({ guarded: originOf(guarded), open: originOf(open) });
process.on('message', () => process.send?.(counts));
process.once('disconnect', () => process.exit());
