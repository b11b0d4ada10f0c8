import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { destinationOf } from '../../src/http/connection/destination.js';
import {
  ConnectAgain,
  type ConnectionHooks,
  type NewConnection,
} from '../../src/http/connection/hooks.js';
import { openConnection } from '../../src/http/connection/open-connection.js';
import { PATIENT } from '../support/patience.js';
import { RawServer } from './support/client-raw-server.js';

describe('a preparation that needs another connection', () => {
  const servers: RawServer[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  /** Opens a connection that is made again `times` times, and returns the sockets. */
  async function open(times: number) {
    const server = await RawServer.open(() => undefined);
    servers.push(server);
    const made: NewConnection['socket'][] = [];
    const prepare: ConnectionHooks['prepare'] = async ({ socket }) => {
      made.push(socket);
      return made.length > times ? { Count: String(made.length) } : new ConnectAgain(prepare);
    };
    const hooks: ConnectionHooks = {
      checkDestination: () => {},
      prepare,
      isForwardProxy: false,
      isForOneRequest: true,
      timeout: PATIENT,
      timeoutError: () => new Error('timeout'),
      signal: new AbortController().signal,
      connect: undefined,
      onAnswer: undefined,
      ownFields: undefined,
      connectSignal: undefined,
    };
    const request = { destination: destinationOf(server.origin), path: '/' };
    return { made, opening: openConnection(hooks, request) };
  }

  it('gets it, and the first one is closed', async () => {
    const { made, opening } = await open(1);
    const { socket, fields } = await opening;
    assert.equal(made[1], socket);
    assert.equal(made[0]?.destroyed, true);
    assert.deepEqual(fields, { Count: '2' });
    socket.destroy();
  });

  it('gets no more than three, and all are closed', async () => {
    const { made, opening } = await open(10);
    await assert.rejects(opening, { code: 'ECONNRESET' });
    assert.equal(made.length, 4);
    assert.ok(made.every(({ destroyed }) => destroyed));
  });
});
