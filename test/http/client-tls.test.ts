import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as undici from 'undici7';
import { request } from 'undici7';
import { agentsFor, call } from './support/client-calls.js';
import { certificate } from './support/client-certificates.js';
import { AuthServer } from './support/client-server.js';

describe('TLS follows the origin', () => {
  for (const client of ['node:https', 'undici'] as const) {
    it(`and not the field Host of a request, with ${client}`, async (t) => {
      const pair = await certificate('P-256', 'sha384');
      const server = await AuthServer.open({ tls: pair });
      const names: string[] = [];
      const checkServerIdentity = (name: string) => void names.push(name);
      const tls = { ca: pair.cert, checkServerIdentity };
      const agents = agentsFor(server.origin, { tls, undici });
      t.after(() => {
        agents.close();
        server.close();
      });
      const headers = { host: 'other.test' };
      const { dispatcher } = agents;
      if (client === 'node:https') await call(server.origin, agents, { headers });
      else
        await (
          await request(server.origin, { headers, dispatcher: dispatcher as never })
        ).body.dump();
      assert.ok(names.length > 0 && names.every((name) => name === 'localhost'), names.join());
      const hosts = (method: string) =>
        server.seen.filter((seen) => seen.method === method).map((seen) => seen.headers.host);
      assert.deepEqual(hosts('GET'), ['other.test']);
      // The requests of the handshake name the origin.
      assert.ok(hosts('HEAD').every((host) => host === new URL(server.origin).host));
    });
  }

  it('and a request cannot turn the verification off', async (t) => {
    const server = await AuthServer.open({ tls: await certificate('P-256', 'sha384') });
    const agents = agentsFor(server.origin);
    t.after(() => {
      agents.close();
      server.close();
    });
    const code = 'ERR_INVALID_ARG_TYPE';
    await assert.rejects(call(server.origin, agents, { rejectUnauthorized: false }), { code });
    assert.equal(server.connections, 0);
    const untrusted = { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
    await assert.rejects(call(server.origin, agents), untrusted);
    assert.deepEqual(server.tokens, []);
  });
});
