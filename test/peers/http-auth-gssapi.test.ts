import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ALICE } from './accounts.js';
import { type AcceptedHandshake, GssAcceptor } from './http-auth/gss-acceptor.js';
import { send } from './http-auth/send.js';
import { type Agents, type AgentsOptions, useClient } from './http-auth/use-client.js';

async function useAcceptor(
  client: Partial<AgentsOptions>,
  use: (agents: Agents, origin: string) => Promise<void>,
): Promise<AcceptedHandshake[]> {
  const acceptor = await GssAcceptor.start();
  const { origin } = acceptor;
  return await useClient(acceptor, { origins: [origin], ...client }, ({ agents }) =>
    use(agents, origin),
  );
}

for (const name of ['Negotiate', 'NTLM'] as const) {
  describe(`our client and a server on MIT's GSS-API that requires channel bindings, ${name}`, () => {
    for (const channelBindings of ['auto', 'require'] as const) {
      it(`log on, with channelBindings: '${channelBindings}' and a certificate signed with SHA-384`, async () => {
        const options = { package: name, channelBindings };
        const handshakes = await useAcceptor(options, async (agents, origin) => {
          const page = await send(agents, `${origin}/page`);
          assert.match(page.body, /^DOM\\alice GET 0 /);
          const { body } = await send(agents, `${origin}/page`, 1_000_000);
          assert.match(body, /^DOM\\alice POST 1000000 /);
        });
        assert.deepEqual(handshakes, [{ user: 'DOM\\alice', bound: true }]);
      });
    }

    it('bind each of 4 connections for 40 requests', async () => {
      const handshakes = await useAcceptor(
        { package: name, maxSockets: 4 },
        async (agents, origin) => {
          const urls = Array.from({ length: 40 }, (_, index) => `${origin}/page${index}`);
          const answers = await Promise.all(urls.map((url) => send(agents, url)));
          for (const { body } of answers) assert.match(body, /^DOM\\alice GET 0 /);
        },
      );
      assert.deepEqual(handshakes, Array(4).fill({ user: 'DOM\\alice', bound: true }));
    });

    it('are refused without channel bindings', async () => {
      const options = { package: name, channelBindings: 'omit' } as const;
      const handshakes = await useAcceptor(options, async (agents, origin) => {
        const refused = { code: 'ERR_HTTP_AUTH_REJECTED', status: 401 };
        await assert.rejects(send(agents, `${origin}/page`), refused);
      });
      assert.deepEqual(handshakes, [{ user: 'DOM\\alice', bound: false }]);
    });

    it('are refused for a wrong password, which is sent once', async () => {
      const options = { package: name, identity: { ...ALICE, password: 'secret01' } };
      const handshakes = await useAcceptor(options, async (agents, origin) => {
        const refused = { code: 'ERR_HTTP_AUTH_REJECTED', status: 401 };
        await assert.rejects(send(agents, `${origin}/page`), refused);
        await assert.rejects(send(agents, `${origin}/page`), refused);
      });
      assert.equal(handshakes.length, 1);
      assert.ok(handshakes[0]?.rejected);
    });
  });
}
