import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openSspi } from '../../src/sspi.js';
import { ascii, pair } from '../support/sspi.js';

const clients = openSspi();
const message = ascii('message');

describe("the system's SSPI", () => {
  for (const name of ['NTLM', 'Negotiate']) {
    it(`logs on to a portable server by ${name}, and exchanges messages with it`, async () => {
      assert.equal(clients.provider.name, 'windows');
      const { client, server } = await pair({ package: name, clients });
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        to.verifySignature(message, from.makeSignature(message));
        const { trailer, data } = from.encryptMessage(message);
        assert.deepEqual(Buffer.from(to.decryptMessage({ trailer, data })), Buffer.from(message));
      }
    });
  }
});
