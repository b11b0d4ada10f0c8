import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authenticatedAgents, type ClientEvent } from '../../../src/http-auth.js';
import { openSspi } from '../../../src/sspi.js';
import { type Account, ALICE, JUERGEN } from '../../peers/accounts.js';
import { send } from '../../peers/http-auth/send.js';

const SIZE = 1_000_000;

const sspi = openSspi({ provider: 'windows' });
const {
  HTTP_AUTH_ORIGIN = '',
  HTTP_AUTH_TLS_ORIGIN = '',
  HTTP_AUTH_BOUND_ORIGIN = '',
} = process.env;
const { HTTP_AUTH_CERTIFICATE = '' } = process.env;

for (const name of ['NTLM', 'Negotiate'] as const) {
  describe(`authenticatedAgents over Windows' SSPI and negotiate() on Linux, over ${name}`, () => {
    const withAgents = async (
      origin: string,
      account: Account,
      use: (agents: ReturnType<typeof authenticatedAgents>, events: ClientEvent[]) => Promise<void>,
    ) => {
      const events: ClientEvent[] = [];
      const agents = authenticatedAgents({
        origins: [origin],
        sspi,
        identity: account,
        package: name,
        maxSockets: 4,
        tls: { ca: HTTP_AUTH_CERTIFICATE },
        // Wine's InitializeSecurityContext rejects SECBUFFER_CHANNEL_BINDINGS without a token.
        channelBindings: 'omit',
        onEvent: (event) => {
          events.push(event);
        },
      });
      try {
        await use(agents, events);
      } finally {
        agents.close();
      }
    };

    for (const [protocol, origin] of [
      ['http', HTTP_AUTH_ORIGIN],
      ['https', HTTP_AUTH_TLS_ORIGIN],
    ] as const) {
      for (const account of [ALICE, JUERGEN]) {
        it(`log on over ${protocol} as ${account.user}, and pass a stream`, async () => {
          await withAgents(origin, account, async (agents, events) => {
            const page = await send(agents, `${origin}/page`);
            assert.deepEqual([page.status, page.body], [200, `DOM\\${account.user} 0`]);
            const { body } = await send(agents, `${origin}/page`, SIZE);
            assert.equal(body, `DOM\\${account.user} ${SIZE}`);
            assert.deepEqual(
              events.map(({ type }) => type),
              ['authenticated'],
            );
          });
        });
      }

      it(`need 4 handshakes for 40 requests on 4 connections over ${protocol}`, async () => {
        await withAgents(origin, ALICE, async (agents, events) => {
          const sent = Array.from({ length: 40 }, () => send(agents, `${origin}/page`));
          for (const { body } of await Promise.all(sent)) assert.equal(body, 'DOM\\alice 0');
          assert.equal(events.length, 4);
        });
      });

      it(`end with an error for a wrong password over ${protocol}`, async () => {
        await withAgents(origin, { ...ALICE, password: 'SecREt02' }, async (agents) => {
          const refused = { code: 'ERR_HTTP_AUTH_REJECTED', status: 401 };
          await assert.rejects(send(agents, `${origin}/page`), refused);
        });
      });
    }

    it('end with an error without channel bindings if EPA is required', async () => {
      const origin = HTTP_AUTH_BOUND_ORIGIN;
      await withAgents(origin, ALICE, async (agents) => {
        const refused = { code: 'ERR_HTTP_AUTH_REJECTED', status: 401 };
        await assert.rejects(send(agents, `${origin}/page`), refused);
      });
    });
  });
}
