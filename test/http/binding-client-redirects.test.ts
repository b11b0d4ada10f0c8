import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import axios from 'axios';
import { boundAgents } from '../../src/http.js';
import { open as openProvider } from '../../src/index.js';
import { tokenBindingHash } from '../../src/wire.js';
import {
  type BoundServer,
  hashesOf,
  signingProvider,
  startBound,
  startPlain,
} from './support/binding-client-server.js';
import { BOTH, CLIENTS, openFetch } from './support/binding-clients.js';
import { run } from './support/binding-servers.js';

const INCLUDE = 'Include-Referred-Token-Binding-ID';
const TLS = { rejectUnauthorized: false } as const;

/** Lets a server answer with a redirect. */
function redirectTo(server: BoundServer, location: string, headers: OutgoingHttpHeaders = {}) {
  server.respond = (_, response) => {
    response.writeHead(302, { location, ...headers }).end();
  };
}

/** The identifiers of the keys for the host names of the tests. */
async function keysOf(provider = openProvider({ provider: 'portable' })) {
  const hashOf = async (url: string) => {
    const { identifier } = await provider.generateIdForUri('ecdsap256', url);
    return tokenBindingHash(identifier);
  };
  const [consumer, other] = [
    await hashOf('https://localhost/'),
    await hashOf('https://127.0.0.1/'),
  ];
  return { provider, consumer, other };
}

for (const [name, open] of Object.entries(CLIENTS)) {
  describe(`a redirect with ${name}`, () => {
    it('proves the key of the token consumer once', async () => {
      await using consumer = await startBound();
      await using issuer = await startBound();
      const keys = await keysOf();
      redirectTo(consumer, issuer.url('/login', '127.0.0.1'), { [INCLUDE]: 'True' });
      using client = await open({ tokenBinding: keys.provider });
      const answer = await client.send(consumer.url());
      assert.equal(answer.status, 302);
      const redirect = client.agents.readRedirect(answer);
      assert.equal(redirect?.url, issuer.url('/login', '127.0.0.1'));
      assert.equal(redirect?.hasReferred, true);
      const bodies = [];
      for (let index = 0; index < 2; index++) {
        bodies.push(hashesOf((await client.sendWith(redirect, redirect.url)).body));
      }
      assert.deepEqual(bodies, [
        { provided: keys.other, referred: keys.consumer },
        { provided: keys.other, referred: '' },
      ]);
      // Nor has any later request of the agents one.
      const { body } = await client.send(issuer.url('/', '127.0.0.1'));
      assert.equal(hashesOf(body).referred, '');
    });

    it('proves no key to another server than the one that the redirect leads to', async () => {
      await using consumer = await startBound();
      await using issuer = await startBound();
      await using stranger = await startBound();
      redirectTo(consumer, issuer.url(), { [INCLUDE]: 'true' });
      using client = await open();
      const redirect = client.agents.readRedirect(await client.send(consumer.url()));
      assert.ok(redirect?.hasReferred);
      const bodies = [];
      for (const { url } of [stranger, issuer]) {
        bodies.push(hashesOf((await client.sendWith(redirect, url())).body).referred);
      }
      assert.deepEqual(bodies, ['', '']);
    });

    it('proves the key of the second server if that asks for it', async () => {
      await using consumer = await startBound();
      await using issuer = await startBound();
      await using last = await startBound();
      const keys = await keysOf();
      redirectTo(consumer, issuer.url('/', '127.0.0.1'), { [INCLUDE]: 'true' });
      using client = await open({ tokenBinding: keys.provider });
      const first = await client.send(consumer.url());
      for (const headers of [{}, { [INCLUDE]: 'TRUE' }]) {
        redirectTo(issuer, last.url(), headers);
        const second = await client.follow(first);
        assert.equal(second.status, 302);
        const { referred } = hashesOf((await client.follow(second)).body);
        assert.equal(referred, INCLUDE in headers ? keys.other : '');
      }
    });

    it('leads to another path and another scope without a referred binding', async () => {
      await using server = await startBound();
      const keys = await keysOf();
      using client = await open({ tokenBinding: keys.provider });
      for (const host of ['localhost', '127.0.0.1']) {
        redirectTo(server, server.url('/end', host));
        const answer = await client.send(server.url());
        assert.equal(client.agents.readRedirect(answer)?.hasReferred, false);
        server.respond = (request, response) => {
          const { provided, referred } = request.tokenBinding ?? {};
          response.end(
            `${referred === undefined} ${tokenBindingHash(provided?.identifier ?? new Uint8Array())}`,
          );
        };
        const expected = host === 'localhost' ? keys.consumer : keys.other;
        assert.equal((await client.follow(answer)).body, `true ${expected}`);
      }
    });
  });
}

for (const [name, open] of Object.entries(BOTH)) {
  describe(`Include-Referred-Token-Binding-ID with ${name} has no effect`, () => {
    const VALUES = ['false', '1', 'yes', '', 'true, true', 'true;', '"true"', '\u00a0true\u00a0'];
    for (const value of [...VALUES, ['true', 'true']]) {
      it(`with the value ${JSON.stringify(value)}`, async () => {
        await using server = await startBound();
        redirectTo(server, server.url('/end'), { [INCLUDE]: value });
        using client = await open();
        const answer = await client.send(server.url());
        assert.equal(client.agents.readRedirect(answer)?.hasReferred, false);
      });
    }

    for (const status of [200, 201, 300, 304, 401, 500]) {
      it(`in a response with the status ${status}`, async () => {
        await using server = await startBound();
        server.respond = (_, response) => {
          response.writeHead(status, { location: server.url('/end'), [INCLUDE]: 'true' }).end();
        };
        using client = await open();
        const answer = await client.send(server.url());
        assert.equal(answer.status, status);
        assert.equal(client.agents.readRedirect(answer), undefined);
      });
    }

    it('from a server without Token Binding', async () => {
      await using stranger = await startBound({});
      await using issuer = await startBound();
      redirectTo(stranger, issuer.url(), { [INCLUDE]: 'true' });
      using client = await open({ origins: [issuer.url().slice(0, -1)] });
      const answer = await client.send(stranger.url());
      assert.deepEqual(stranger.requests[0]?.fields, []);
      assert.equal(client.agents.readRedirect(answer)?.hasReferred, false);
      const { body } = await client.follow(answer);
      assert.equal(hashesOf(body).referred, '');
    });

    it('to a server without Token Binding', async () => {
      await using consumer = await startBound();
      await using stranger = await startBound({});
      redirectTo(consumer, stranger.url(), { [INCLUDE]: 'true' });
      using client = await open({ origins: [consumer.url().slice(0, -1)] });
      const answer = await client.send(consumer.url());
      assert.equal(client.agents.readRedirect(answer)?.hasReferred, false);
      assert.equal((await client.follow(answer)).body, 'none');
      assert.deepEqual(stranger.requests[0]?.fields, []);
    });

    it('from a server that these agents never asked', async () => {
      using client = await open();
      const headers = { location: 'https://issuer.example/', [INCLUDE]: 'true' };
      const answer = { url: 'https://stranger.example/', status: 302, headers };
      assert.equal(client.agents.readRedirect(answer)?.hasReferred, false);
    });

    it('to plain http', async () => {
      await using consumer = await startBound();
      await using plain = await startPlain();
      redirectTo(consumer, plain.url(), { [INCLUDE]: 'true' });
      using client = await open();
      const redirect = client.agents.readRedirect(await client.send(consumer.url()));
      assert.equal(redirect?.url, plain.url());
      assert.equal(redirect?.hasReferred, false);
    });

    for (const location of ['ftp://localhost/', 'javascript:alert(1)', 'https://', undefined]) {
      it(`with the location ${location}`, async () => {
        await using server = await startBound();
        server.respond = (_, response) => {
          response.writeHead(302, { ...(location && { location }), [INCLUDE]: 'true' }).end();
        };
        using client = await open();
        assert.equal(client.agents.readRedirect(await client.send(server.url())), undefined);
      });
    }
  });

  describe(`the agents of a redirect with ${name}`, () => {
    it('end with those that read it', async () => {
      await using consumer = await startBound();
      await using issuer = await startBound();
      redirectTo(consumer, issuer.url(), { [INCLUDE]: 'true' });
      using client = await open();
      const first = await client.send(consumer.url());
      issuer.respond = () => client.agents.close();
      await assert.rejects(client.follow(first));
      await assert.rejects(client.follow(first));
      assert.equal(issuer.requests.length, 1);
    });

    for (const way of ['close()', 'the signal']) {
      it(`end a connection in the making with ${way}`, async () => {
        await using consumer = await startBound();
        await using silent = await run(createServer(() => {}));
        redirectTo(consumer, `https://127.0.0.1:${silent.port}/`, { [INCLUDE]: 'true' });
        const controller = new AbortController();
        using client = await open({ signal: controller.signal });
        const first = await client.send(consumer.url());
        const connected = once(silent.server, 'connection');
        const failed = client.follow(first).then(
          () => assert.fail('it did not fail'),
          (error) => (error.message === 'fetch failed' ? error.cause : error).code,
        );
        await connected;
        if (way === 'close()') client.agents.close();
        else controller.abort();
        assert.equal(await failed, 'ECONNRESET');
      });
    }

    it('keep no connection', async () => {
      await using consumer = await startBound();
      await using issuer = await startBound();
      redirectTo(consumer, issuer.url(), { [INCLUDE]: 'true' });
      using client = await open();
      const first = await client.send(consumer.url());
      for (let index = 1; index <= 3; index++) {
        assert.notEqual(hashesOf((await client.follow(first)).body).referred, '');
        assert.equal(issuer.sockets.size, index);
      }
    });
  });
}

describe('a client that follows redirects by itself', () => {
  it('sends no referred binding: fetch', async () => {
    await using consumer = await startBound();
    await using issuer = await startBound();
    const keys = await keysOf();
    redirectTo(consumer, issuer.url('/', '127.0.0.1'), { [INCLUDE]: 'true' });
    using agents = boundAgents({ tokenBinding: keys.provider, tls: TLS });
    const response = await fetch(consumer.url(), { dispatcher: agents.dispatcher });
    assert.deepEqual(hashesOf(await response.text()), { provided: keys.other, referred: '' });
  });

  it('sends no referred binding: axios', async () => {
    await using consumer = await startBound();
    await using issuer = await startBound();
    const keys = await keysOf();
    redirectTo(consumer, issuer.url('/', '127.0.0.1'), { [INCLUDE]: 'true' });
    using agents = boundAgents({ tokenBinding: keys.provider, tls: TLS });
    const { httpsAgent } = agents;
    const { data } = await axios.get<string>(consumer.url(), { httpsAgent, proxy: false });
    assert.deepEqual(hashesOf(data), { provided: keys.other, referred: '' });
  });

  it('sends no Token Binding to plain http: fetch and axios', async () => {
    await using server = await startBound();
    await using plain = await startPlain();
    redirectTo(server, plain.url());
    using agents = boundAgents({ tls: TLS });
    const { dispatcher, httpsAgent } = agents;
    assert.equal(await (await fetch(server.url(), { dispatcher })).text(), 'none');
    const { data } = await axios.get<string>(server.url(), { httpsAgent, proxy: false });
    assert.equal(data, 'none');
    assert.deepEqual(
      plain.requests.map(({ fields }) => fields),
      [[], []],
    );
  });
});

describe('a referred binding that the application signals', () => {
  for (const [name, open] of Object.entries(CLIENTS)) {
    it(`proves the key for the resource server: ${name}`, async () => {
      await using issuer = await startBound();
      await using resource = await startBound();
      const keys = await keysOf();
      const origins = [issuer.url().slice(0, -1)];
      const referred = resource.url('/api', '127.0.0.1');
      using client = await open({ tokenBinding: keys.provider, origins, referred, maxSockets: 1 });
      const expected = { provided: keys.consumer, referred: keys.other };
      for (let index = 0; index < 2; index++) {
        assert.deepEqual(hashesOf((await client.send(issuer.url())).body), expected);
      }
      assert.equal(new Set(issuer.requests.flatMap(({ fields }) => fields)).size, 1);
      // The resource server sees the same key as a provided one.
      using other = await open({ tokenBinding: keys.provider });
      const { body } = await other.send(resource.url('/api', '127.0.0.1'));
      assert.deepEqual(hashesOf(body), { provided: keys.other, referred: '' });
    });
  }

  it('has the key type of the resource server', async () => {
    await using issuer = await startBound();
    const provider = openProvider({ provider: 'portable' });
    const targetUrl = 'https://api.example/';
    const { identifier } = await provider.generateIdForUri('rsa2048_pss', targetUrl);
    using client = await openFetch({
      tokenBinding: provider,
      origins: [issuer.url().slice(0, -1)],
      referred: { targetUrl, keyType: 'rsa2048_pss' },
    });
    const { referred } = hashesOf((await client.send(issuer.url())).body);
    assert.equal(referred, tokenBindingHash(identifier));
  });

  it('is signed once per connection', async () => {
    await using issuer = await startBound();
    const signing = signingProvider();
    using client = await openFetch({
      tokenBinding: signing.provider,
      origins: [issuer.url().slice(0, -1)],
      referred: 'https://api.example/',
      maxSockets: 1,
    });
    for (let index = 0; index < 5; index++) await client.send(issuer.url());
    assert.equal(signing.signatures, 2);
  });
});
