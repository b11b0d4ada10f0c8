import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PATIENT } from '../../support/patience.js';

export interface Running extends AsyncDisposable {
  readonly port: number;
}

/** Listens on 127.0.0.1 until it is disposed. */
export async function listen(server: Server, close: () => void = () => {}): Promise<Running> {
  server.keepAliveTimeout = PATIENT;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
