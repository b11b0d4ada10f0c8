// The servers of the rows about clients, in a process of their own: one asks for authentication, one does not.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { negotiate } from '../src/http-auth.js';
import { ACCOUNTS } from './http-account.js';

const BODY = 'x'.repeat(100);

/** Starts a server that never closes an idle connection; returns its origin. */
async function listen(listener: RequestListener): Promise<string> {
  const server = createServer({ keepAliveTimeout: 0 }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const middleware = negotiate({ accounts: ACCOUNTS });
const guarded = await listen((request, response) => {
  middleware(request, response, () => response.end(BODY));
});
const open = await listen((_request, response) => response.end(BODY));
process.send?.({ guarded, open });
process.once('disconnect', () => process.exit());
