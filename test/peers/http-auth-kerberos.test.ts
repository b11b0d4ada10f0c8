import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { temporaryFolder } from '../support/folders.js';
import { Kdc } from '../support/kdc.js';
import { PATIENT } from '../support/patience.js';
import { ALICE } from './accounts.js';
import { Apache, type ApacheOptions, type LoggedRequest } from './http-auth/apache.js';
import { certificate } from './http-auth/certificate.js';
import { type AcceptedHandshake, GssAcceptor } from './http-auth/gss-acceptor.js';
import { OurServer, type ServerOptions } from './http-auth/our-server.js';
import { curlKerberos } from './http-auth/program-clients.js';
import { send } from './http-auth/send.js';
import { type Agents, type AgentsOptions, useClient } from './http-auth/use-client.js';

const folder = temporaryFolder();
const kdc = new Kdc(folder);
const identity = { user: 'alice', domain: 'EXAMPLE.TEST', password: 'SecREt01' };
const NAME = 'alice@EXAMPLE.TEST';

before(async () => {
  await kdc.start();
  kdc.addPrincipal('HTTP/127.0.0.1', 'secret', 'aes256-cts-hmac-sha1-96');
});
after(() => kdc.stop());

/** The options of a client for each package. */
const CLIENTS = {
  Kerberos: { package: 'Kerberos' },
  Negotiate: { package: 'Negotiate', negotiate: ['Kerberos'] },
} as const;

/** Uses a server with our client as alice, ends both, and returns what the server has logged. */
function useWith<Log>(
  name: keyof typeof CLIENTS,
  server: Parameters<typeof useClient<Log>>[0],
  origin: string,
  options: Partial<AgentsOptions>,
  use: (agents: Agents) => Promise<void>,
): Promise<Log> {
  const kerberos = { configFile: join(folder, 'krb5.conf'), timeout: PATIENT };
  const own = { origins: [origin], identity, kerberos, ...CLIENTS[name] };
  return useClient(server, { ...own, ...options }, ({ agents }) => use(agents));
}

async function useApache(
  name: keyof typeof CLIENTS,
  protocol: 'http' | 'https',
  { authenticate, ...settings }: Partial<ApacheOptions> & Partial<AgentsOptions>,
  use: (agents: Agents, origin: string) => Promise<void>,
): Promise<LoggedRequest[]> {
  const apache = await Apache.start({
    realm: kdc.environment,
    connectionBound: false,
    ...settings,
  });
  const origin = apache.origin(protocol);
  return useWith(name, apache, origin, { authenticate }, (agents) => use(agents, origin));
}

const withToken = (log: readonly LoggedRequest[]) =>
  log.filter(({ authorization }) => authorization !== '-');

for (const name of ['Kerberos', 'Negotiate'] as const) {
  for (const protocol of ['http', 'https'] as const) {
    describe(`our client of ${name} and Apache with mod_auth_gssapi over ${protocol}`, () => {
      it('log on once for each connection that Apache signals as persistent', async () => {
        const settings = { connectionBound: true, signalPersistentAuth: true };
        const log = await useApache(name, protocol, settings, async (agents, origin) => {
          const page = await send(agents, `${origin}/page`);
          assert.match(page.body, /^alice@EXAMPLE\.TEST GET 0 /);
          const { body } = await send(agents, `${origin}/page`, 1_000_000);
          assert.match(body, /^alice@EXAMPLE\.TEST POST 1000000 /);
        });
        assert.equal(withToken(log).length, 1);
      });

      for (const [mode, settings] of Object.entries({
        'by default': {},
        'by default if Apache keeps the user and does not say so': { connectionBound: true },
        "with authenticate: 'request'": { authenticate: 'request' },
      } as const)) {
        it(`log on for each request, and send streams ${mode}`, async () => {
          const log = await useApache(name, protocol, settings, async (agents, origin) => {
            for (const size of [undefined, 1_000_000]) {
              const { body } = await send(agents, `${origin}/page`, size);
              assert.match(body, /^alice@EXAMPLE\.TEST (GET 0|POST 1000000) /);
            }
          });
          const requests = log.filter(({ method }) => method !== 'HEAD');
          assert.equal(requests.length, 2);
          assert.deepEqual(withToken(requests), requests);
        });
      }
    });
  }

  describe(`our client of ${name} and MIT's acceptor that requires channel bindings`, () => {
    const useAcceptor = async (
      options: Partial<AgentsOptions>,
      use: (agents: Agents, origin: string) => Promise<void>,
    ): Promise<AcceptedHandshake[]> => {
      const acceptor = await GssAcceptor.start(kdc.environment);
      const { origin } = acceptor;
      return useWith(name, acceptor, origin, options, (agents) => use(agents, origin));
    };

    it('bind both tokens of each request', async () => {
      const handshakes = await useAcceptor({}, async (agents, origin) => {
        for (const size of [0, 1000]) {
          const { body } = await send(agents, `${origin}/page`, size);
          assert.match(body, /^alice@EXAMPLE\.TEST POST /);
        }
      });
      assert.deepEqual(handshakes, Array(4).fill({ user: NAME, bound: true }));
    });

    it('bind each of 4 connections', async () => {
      const options = { maxSockets: 4, authenticate: 'connection' } as const;
      const handshakes = await useAcceptor(options, async (agents, origin) => {
        const urls = Array.from({ length: 40 }, (_, index) => `${origin}/page${index}`);
        const answers = await Promise.all(urls.map((url) => send(agents, url)));
        for (const { body } of answers) assert.match(body, /^alice@EXAMPLE\.TEST GET 0 /);
      });
      assert.deepEqual(handshakes, Array(4).fill({ user: NAME, bound: true }));
    });

    it('are refused without channel bindings', async () => {
      const handshakes = await useAcceptor({ channelBindings: 'omit' }, async (agents, origin) => {
        await assert.rejects(send(agents, `${origin}/page`), { code: 'ERR_HTTP_AUTH_REJECTED' });
      });
      assert.deepEqual(handshakes, [{ user: NAME, bound: false }]);
    });
  });
}

describe('curl --negotiate with a Kerberos ticket and our server', () => {
  const keytab = join(folder, 'keytab');
  const curl = curlKerberos(kdc.environment);
  const serve = async (
    { negotiate, ...options }: Partial<ServerOptions>,
    use: (server: OurServer) => Promise<void>,
  ): Promise<void> => {
    const server = await OurServer.open({ negotiate: { keytab, ...negotiate }, ...options });
    try {
      await use(server);
    } finally {
      server.close();
    }
  };

  it('log on for each request, with pages and bodies', async () => {
    const targets = ['HTTP/127.0.0.1'];
    await serve({ negotiate: { targets } }, async (server) => {
      const body = 'x'.repeat(5000);
      const pages = await curl({ url: server.url, account: ALICE }, 2);
      const bodies = await curl({ url: server.url, account: ALICE, body });
      assert.deepEqual(pages, Array(2).fill({ status: 200, body: `${NAME} 0` }));
      assert.deepEqual(bodies, [{ status: 200, body: `${NAME} 5000` }]);
      assert.deepEqual(server.refusals, []);
      for (const authorization of server.authorizations) assert.match(authorization, /^Negotiate /);
    });
  });

  it('log on over TLS if EPA is accepted, and not if it is required', async () => {
    const own = await certificate();
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, own.cert);
    await serve({ certificate: own }, async (server) => {
      const [answer] = await curl({ url: server.url, account: ALICE, ca });
      assert.equal(answer?.status, 401);
      assert.deepEqual(server.refusals, ['SEC_E_BAD_BINDINGS']);
    });
    const negotiate = { channelBindingPolicy: 'accept' } as const;
    await serve({ certificate: own, negotiate }, async (server) => {
      const answers = await curl({ url: server.url, account: ALICE, ca });
      assert.deepEqual(answers, [{ status: 200, body: `${NAME} 0` }]);
    });
  });

  it('end with a refusal for another target', async () => {
    await serve({ negotiate: { targets: ['HTTP/srv'] } }, async (server) => {
      const [answer] = await curl({ url: server.url, account: ALICE });
      assert.equal(answer?.status, 401);
      assert.deepEqual(server.refusals, ['SEC_E_WRONG_PRINCIPAL']);
    });
  });
});

describe('our client and our server with Kerberos', () => {
  it('log on with mutual authentication and channel bindings', async () => {
    const own = await certificate();
    const keytab = join(folder, 'keytab');
    const server = await OurServer.open({ certificate: own, negotiate: { keytab } });
    const tested = { certificate: own, stop: async () => server.close() };
    const origin = server.url.slice(0, -1);
    await useWith('Negotiate', tested, origin, {}, async (agents) => {
      for (const size of [1000, 2000]) {
        const { body } = await send(agents, `${origin}/page`, size);
        assert.equal(body, `${NAME} ${size}`);
      }
    });
    assert.deepEqual(server.refusals, []);
  });
});
