import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Scheme } from '../../src/http-auth.js';
import { ACCOUNTS, ALICE, JUERGEN } from './accounts.js';
import { Apache } from './http-auth/apache.js';
import { type Certificate, certificate } from './http-auth/certificate.js';
import { OurServer, type ServerOptions } from './http-auth/our-server.js';
import { send } from './http-auth/send.js';
import { describeLogon } from './http-auth/sent.js';
import { Squid } from './http-auth/squid.js';
import { type AgentsOptions, type Use, useClient } from './http-auth/use-client.js';

const SIZE = 10_000_000;

let own: Certificate;
before(async () => {
  own = await certificate();
});

/** A connection to squid stands between our client, as JUERGEN, and a server. Squid asks for ALICE. */
async function useSquid(
  scheme: Scheme,
  options: Partial<AgentsOptions> & Pick<AgentsOptions, 'origins'>,
  use: (used: Use) => Promise<void>,
  password = ALICE.password,
): Promise<string[]> {
  const squid = await Squid.start([scheme]);
  const server = { certificate: own, stop: () => squid.stop() };
  const proxy = { url: squid.url, identity: { ...ALICE, password } };
  return await useClient(server, { identity: JUERGEN, proxy, ...options }, use);
}

const servers: OurServer[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function open(options: Partial<ServerOptions>) {
  const server = await OurServer.open({ accounts: ACCOUNTS, ...options });
  servers.push(server);
  return { server, origin: new URL(server.url).origin };
}

describe('our client and squid with ntlm_auth', () => {
  it('authenticate a tunnel, and the connection to our server within it, bound to its certificate', async () => {
    const { server, origin } = await open({ certificate: own });
    const log = await useSquid('NTLM', { origins: [origin] }, async ({ agents, events }) => {
      const page = await send(agents, `${origin}/page`);
      assert.equal(page.body, 'DOM\\jürgen 0');
      const { body } = await send(agents, `${origin}/page`, SIZE);
      assert.equal(body, `DOM\\jürgen ${SIZE}`);
      assert.deepEqual(
        events.map((event) => event.type === 'authenticated' && [event.peer, event.scheme]),
        [
          ['proxy', 'NTLM'],
          ['origin', 'Negotiate'],
        ],
      );
    });
    const { host } = new URL(origin);
    assert.deepEqual(log, [
      `CONNECT ${host} 407 -`,
      `CONNECT ${host} 407 -`,
      `CONNECT ${host} 200 DOM\\\\alice`,
    ]);
    assert.equal(describeLogon(server.authorizations).bindings, 'hash');
    for (const fields of server.requests) assert.equal(fields['proxy-authorization'], undefined);
    assert.deepEqual(server.refusals, []);
  });

  it('authenticate 4 tunnels for 40 requests at once', async () => {
    const { server, origin } = await open({ certificate: own });
    const options = { origins: [origin], maxSockets: 4 };
    const log = await useSquid('NTLM', options, async ({ agents }) => {
      const urls = Array.from({ length: 40 }, (_, index) => `${origin}/page${index}`);
      const answers = await Promise.all(urls.map((url) => send(agents, url)));
      for (const { body } of answers) assert.equal(body, 'DOM\\jürgen 0');
    });
    assert.equal(log.filter((line) => / 200 /.test(line)).length, 4);
    assert.equal(server.events.filter(({ type }) => type === 'authenticated').length, 4);
  });

  it('authenticate requests over http to our server, which trusts the proxy', async () => {
    const { server, origin } = await open({ negotiate: { trustedProxies: ['127.0.0.1'] } });
    const log = await useSquid('NTLM', { origins: [origin] }, async ({ agents }) => {
      const page = await send(agents, `${origin}/page`);
      assert.equal(page.body, 'DOM\\jürgen 0');
      const { body } = await send(agents, `${origin}/page`, SIZE);
      assert.equal(body, `DOM\\jürgen ${SIZE}`);
    });
    assert.match(log.join('\n'), /^HEAD http:\S+\/page 407 -\n(.*\n)*POST http:\S+\/page 200 /);
    for (const fields of server.requests) assert.equal(fields['proxy-authorization'], undefined);
    assert.deepEqual(server.refusals, []);
  });

  it('are not challenged over http by our server if it does not trust the proxy', async () => {
    const { server, origin } = await open({});
    await useSquid('NTLM', { origins: [origin] }, async ({ agents }) => {
      assert.equal((await send(agents, `${origin}/page`)).status, 403);
    });
    assert.deepEqual(new Set(server.refusals), new Set(['forwarded']));
  });

  it('authenticate connections to Apache through squid, over http and https', async () => {
    const apache = await Apache.start({ connectionBound: true });
    try {
      for (const protocol of ['http', 'https'] as const) {
        const origin = apache.origin(protocol);
        const options = { identity: ALICE, tls: { ca: apache.certificate.cert } };
        await useSquid('NTLM', { origins: [origin], ...options }, async ({ agents }) => {
          const { body } = await send(agents, `${origin}/page`, SIZE);
          assert.match(body, /^DOM\\alice POST 10000000 /);
        });
      }
    } finally {
      await apache.stop();
    }
  });
});

for (const scheme of ['Negotiate', 'NTLM'] as const) {
  describe(`our client and squid with ntlm_auth, ${scheme}`, () => {
    it('end with an error for a wrong password of the proxy, which is sent once', async () => {
      const { server, origin } = await open({ certificate: own });
      const log = await useSquid(
        scheme,
        { origins: [origin] },
        async ({ agents }) => {
          const refused = { code: 'ERR_HTTP_AUTH_REJECTED', status: 407, peer: 'proxy' };
          await assert.rejects(send(agents, `${origin}/page`), refused);
          await assert.rejects(send(agents, `${origin}/page`), refused);
        },
        'secret01',
      );
      assert.equal(log.length, 3);
      assert.equal(server.requests.length, 0);
    });
  });
}

describe('our client and squid with ntlm_auth, Negotiate', () => {
  it('authenticate a tunnel, although squid sends no last token', async () => {
    const { server, origin } = await open({ certificate: own });
    const log = await useSquid('Negotiate', { origins: [origin] }, async ({ agents }) => {
      const { body } = await send(agents, `${origin}/page`, SIZE);
      assert.equal(body, `DOM\\jürgen ${SIZE}`);
    });
    assert.equal(log.length, 3);
    for (const fields of server.requests) assert.equal(fields['proxy-authorization'], undefined);
  });
});
