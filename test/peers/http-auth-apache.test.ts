import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ALICE } from './accounts.js';
import { Apache, type ApacheOptions, type LoggedRequest } from './http-auth/apache.js';
import { post, send } from './http-auth/send.js';
import { describeLogon } from './http-auth/sent.js';
import { type AgentsOptions, type Use, useClient } from './http-auth/use-client.js';

const SIZE = 10_000_000;

/** Apache and gss-ntlmssp take a MIC, and channel bindings, which mod_auth_gssapi 1.6 does not check. */
const SENT = {
  encoding: 'UTF-16',
  extendedSessionSecurity: true,
  mic: true,
  target: 'HTTP/127.0.0.1',
} as const;

const SCHEMES = [
  { package: 'Negotiate', scheme: 'Negotiate', spnego: true },
  { package: 'NTLM', scheme: 'NTLM', spnego: false },
] as const;

interface ApacheUse extends Use {
  readonly origin: string;
}

async function useApache(
  { protocol, ...options }: ApacheOptions & { readonly protocol: 'http' | 'https' },
  client: Partial<AgentsOptions>,
  use: (used: ApacheUse) => Promise<void>,
): Promise<LoggedRequest[]> {
  const apache = await Apache.start(options);
  const origin = apache.origin(protocol);
  return await useClient(apache, { origins: [origin], ...client }, (used) =>
    use({ ...used, origin }),
  );
}

const withToken = (log: readonly LoggedRequest[]) =>
  log.filter(({ authorization }) => authorization !== '-');
const denied = { code: 'ERR_HTTP_AUTH_REJECTED', status: 401 };

for (const protocol of ['http', 'https'] as const) {
  for (const { package: name, scheme, spnego } of SCHEMES) {
    describe(`our client and Apache with mod_auth_gssapi, ${scheme} over ${protocol}`, () => {
      const bound = { protocol, connectionBound: true } as const;

      it('authenticate one connection for a page and a stream of 10 MB', async () => {
        const log = await useApache(
          bound,
          { package: name },
          async ({ agents, origin, events }) => {
            const page = await send(agents, `${origin}/page`);
            assert.equal(page.status, 200);
            const [user, method, size, port] = page.body.split(' ');
            assert.deepEqual([user, method, size], ['DOM\\alice', 'GET', '0']);
            const { body } = await send(agents, `${origin}/page`, SIZE);
            assert.equal(body, `DOM\\alice POST ${SIZE} ${port}`);
            assert.deepEqual(
              events.map((event) => event.type === 'authenticated' && [event.scheme, event.legs]),
              [[scheme, 2]],
            );
          },
        );
        assert.deepEqual(
          log.map(({ method, status }) => [method, status]),
          [
            ['HEAD', 401],
            ['HEAD', 401],
            ['HEAD', 200],
            ['GET', 200],
            ['POST', 200],
          ],
        );
        assert.equal(withToken(log).length, 2);
        assert.deepEqual(describeLogon(log.map(({ authorization }) => authorization)), {
          ...{ ...SENT, scheme, spnego },
          bindings: protocol === 'https' ? 'hash' : 'absent',
        });
      });

      it('authenticate connections of fetch', async () => {
        await useApache(bound, { package: name }, async ({ agents, origin }) => {
          const page = await fetch(`${origin}/page`, { dispatcher: agents.dispatcher } as object);
          assert.match(await page.text(), /^DOM\\alice GET 0 /);
          assert.match(await post(agents.dispatcher, `${origin}/page`, SIZE), /^DOM\\alice POST 1/);
        });
      });

      it('authenticate 4 connections for 40 requests at once', async () => {
        const options = { package: name, maxSockets: 4 };
        const log = await useApache(bound, options, async ({ agents, origin, events }) => {
          const urls = Array.from({ length: 40 }, (_, index) => `${origin}/page${index}`);
          const answers = await Promise.all(urls.map((url) => send(agents, url)));
          for (const { body } of answers) assert.match(body, /^DOM\\alice GET 0 \d+$/);
          assert.equal(new Set(answers.map(({ body }) => body)).size, 4);
          assert.deepEqual(
            events.map(({ type }) => type),
            Array(4).fill('authenticated'),
          );
        });
        assert.equal(log.filter(({ method }) => method === 'GET').length, 40);
        assert.equal(withToken(log).length, 8);
      });

      it('end with an error for a wrong password, which is sent once', async () => {
        const options = { package: name, identity: { ...ALICE, password: 'secret01' } };
        const log = await useApache(bound, options, async ({ agents, origin, events }) => {
          await assert.rejects(send(agents, `${origin}/page`), denied);
          await assert.rejects(send(agents, `${origin}/page`, 1000), denied);
          assert.ok(events.length > 0);
          for (const { type } of events) assert.equal(type, 'rejected');
        });
        assert.deepEqual(
          log.map(({ method, status }) => [method, status]),
          Array(3).fill(['HEAD', 401]),
        );
        assert.equal(withToken(log).length, 2);
      });

      it('authenticate each request if asked to', async () => {
        const options = { package: name, authenticate: 'request' } as const;
        const log = await useApache(bound, options, async ({ agents, origin }) => {
          const page = await send(agents, `${origin}/page`);
          const { body } = await send(agents, `${origin}/page`, SIZE);
          assert.match(page.body, /^DOM\\alice GET 0 /);
          assert.match(body, /^DOM\\alice POST 10000000 /);
          assert.notEqual(page.body.split(' ').at(-1), body.split(' ').at(-1));
        });
        // The last token is in the request itself.
        const requests = log.filter(({ method }) => method !== 'HEAD');
        assert.deepEqual(
          requests.map(({ method, status }) => [method, status]),
          [
            ['GET', 200],
            ['POST', 200],
          ],
        );
        assert.deepEqual(withToken(requests), requests);
      });

      it('end with an error without GssapiConnectionBound, which NTLM needs', async () => {
        const unbound = { protocol, connectionBound: false } as const;
        for (const authenticate of ['connection', 'request'] as const) {
          const log = await useApache(unbound, { package: name, authenticate }, async (used) => {
            // Apache then offers only Negotiate, and answers the first token with no challenge.
            const code = name === 'NTLM' ? 'ERR_HTTP_AUTH_NO_SCHEME' : 'ERR_HTTP_AUTH_REJECTED';
            const sent = send(used.agents, `${used.origin}/page`);
            await assert.rejects(sent, { code, status: 401 });
          });
          assert.equal(withToken(log).length, name === 'NTLM' ? 0 : 1);
        }
      });

      it('use a connection that Apache signals as persistent', async () => {
        const signalled = { ...bound, signalPersistentAuth: true } as const;
        await useApache(signalled, { package: name }, async ({ agents, origin }) => {
          for (const _ of [1, 2]) {
            const { body, fields } = await send(agents, `${origin}/page`);
            assert.match(body, /^DOM\\alice GET /);
            assert.equal(fields['persistent-auth'], 'true');
          }
        });
      });
    });
  }
}
