// Loads a server over TLS 1.3 with requests that have Token Bindings, in a process of its own.
import { once } from 'node:events';
import { connect } from 'node:tls';
import { exportKeyingMaterial, generateBinding, generateMessage } from '../src/index.js';
import { encodeBase64url } from '../src/wire.js';
import { LoadConnection, sendOn } from './load-connection.js';

/**
 * What the bench asks for: connections to a port, requests on the connections to it, a flood of messages of new keys, or
 * its end. Without `keys` the requests of a connection have no message, with one key all have the same.
 */
export type BoundLoadOrder =
  | { readonly connect: number; readonly keys: number }
  | { readonly load: number; readonly times: number }
  | { readonly flood: number }
  | { readonly calm: number };

const CONNECTIONS = 50;

/** The connections to a port. */
class Load {
  readonly #connections: LoadConnection[] = [];
  /** The messages of each connection, as fields. */
  readonly #fields: string[][] = [];
  #isFlooding = false;
  #flood: Promise<unknown> = Promise.resolve();

  async open(port: number, keys: number): Promise<void> {
    for (let index = 0; index < CONNECTIONS; index++) {
      const options = { host: '127.0.0.1', port, rejectUnauthorized: false } as const;
      const socket = connect({ ...options, minVersion: 'TLSv1.3' });
      await once(socket, 'secureConnect');
      const ekm = exportKeyingMaterial(socket);
      const fields: string[] = [];
      for (let key = 0; key < keys; key++) fields.push(await makeField(ekm, `${index}-${key}`));
      const connection = new LoadConnection(socket);
      await connection.begin(fields[0]);
      this.#connections.push(connection);
      this.#fields.push(fields);
    }
  }

  send(times: number): Promise<void> {
    return sendOn(this.#connections, times);
  }

  /** Sends always other messages: each connection has more of them than the server keeps. */
  startFlood(): void {
    this.#isFlooding = true;
    const flood = async (connection: LoadConnection, fields: readonly string[]) => {
      for (let turn = 0; this.#isFlooding; turn++) {
        await connection.exchange(fields[turn % fields.length] ?? '');
      }
    };
    this.#flood = Promise.all(
      this.#connections.map((one, index) => flood(one, this.#fields[index] ?? [])),
    );
  }

  async endFlood(): Promise<void> {
    this.#isFlooding = false;
    await this.#flood;
  }
}

/** @param name of the host, which has a key of its own */
async function makeField(ekm: Uint8Array, name: string): Promise<string> {
  const { tokenBinding } = await generateBinding({
    keyType: 'ecdsap256',
    targetUrl: `https://host-${name}.example/`,
    bindingType: 'provided',
    ekm,
  });
  return `Sec-Token-Binding: ${encodeBase64url(await generateMessage([tokenBinding]))}\r\n`;
}

const loads = new Map<number, Load>();

async function obey(order: BoundLoadOrder): Promise<void> {
  if ('connect' in order) {
    const load = new Load();
    await load.open(order.connect, order.keys);
    loads.set(order.connect, load);
  } else if ('load' in order) await loads.get(order.load)?.send(order.times);
  else if ('flood' in order) loads.get(order.flood)?.startFlood();
  else await loads.get(order.calm)?.endFlood();
}

process.on('message', (order: BoundLoadOrder) => {
  obey(order).then(
    () => process.send?.('done'),
    (error) => {
      throw error;
    },
  );
});
process.send?.('ready');
process.once('disconnect', () => process.exit());
