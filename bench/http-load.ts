// Loads a server over raw sockets, in a process of its own.
import { once } from 'node:events';
import { connect } from 'node:net';
import { openSspi } from '../src/sspi.js';
import { IDENTITY } from './http-account.js';
import { LoadConnection, sendOn } from './load-connection.js';

/** What the bench asks for: connections to a port, or requests on the connections to it. */
export type LoadOrder =
  | { readonly connect: number; readonly isAuthenticated: boolean }
  | { readonly load: number; readonly times: number };

const CONNECTIONS = 8;

async function open(port: number, isAuthenticated: boolean): Promise<LoadConnection> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const connection = new LoadConnection(socket);
  if (isAuthenticated) await authenticate(connection);
  await connection.begin();
  return connection;
}

async function authenticate(connection: LoadConnection): Promise<void> {
  const sspi = openSspi({ provider: 'portable' });
  const request = { package: 'NTLM', use: 'outbound', identity: IDENTITY } as const;
  const credentials = await sspi.acquireCredentialsHandle(request);
  const context = sspi.initializeSecurityContext(credentials, { flags: ['integrity'] });
  const { token } = await context.step();
  const head = await connection.exchange(`Authorization: NTLM ${encode(token)}\r\n`);
  const [, challenge = ''] = /^www-authenticate: NTLM (\S+)\r$/im.exec(head) ?? [];
  const last = await context.step(Buffer.from(challenge, 'base64'));
  await connection.exchange(`Authorization: NTLM ${encode(last.token)}\r\n`);
  context.close();
  credentials.close();
}

const connections = new Map<number, LoadConnection[]>();

function encode(token: Uint8Array): string {
  return Buffer.from(token).toString('base64');
}

async function obey(order: LoadOrder): Promise<void> {
  if ('load' in order) return sendOn(connections.get(order.load) ?? [], order.times);
  const opened = Array.from({ length: CONNECTIONS }, () =>
    open(order.connect, order.isAuthenticated),
  );
  connections.set(order.connect, await Promise.all(opened));
}

process.on('message', (order: LoadOrder) => {
  obey(order).then(
    () => process.send?.('done'),
    (error) => {
      throw error;
    },
  );
});
process.send?.('ready');
process.once('disconnect', () => process.exit());
