import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { it, describe as suite } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { tokenBinding } from '../../src/http.js';
import { NO_EXTENDED_MASTER_SECRET } from '../support/tls.js';
import { fieldFor, hashOf, KEY, OTHER } from './support/binding-message.js';
import { countingProvider } from './support/binding-provider.js';
import { describe, run, startHttps } from './support/binding-servers.js';
import { type Answer, RawClient, requestOf } from './support/server-client.js';

const TLS12 = { maxVersion: 'TLSv1.2' } as const;

function requireRefused({ status, body }: Answer, text: RegExp): void {
  assert.equal(status, 400);
  assert.match(body, text);
}

suite('Token Binding belongs to one connection', () => {
  it('and a message of another connection is refused, as often as it comes', async () => {
    await using running = await startHttps();
    using owner = await RawClient.open(running.port, {});
    using thief = await RawClient.open(running.port, {});
    const field = fieldFor(owner, KEY);
    assert.equal((await owner.request([field])).status, 200);
    const text = /signature: is not valid for this keying material/;
    requireRefused(await thief.request([field]), text);
    assert.equal((await owner.request([field])).status, 200);
    requireRefused(await thief.request([field]), text);
    assert.equal((await thief.request([fieldFor(thief, OTHER)])).body, `${hashOf(OTHER)}  0 0`);
    requireRefused(await thief.request([field]), text);
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`and a resumed session has other keying material: ${version}`, async () => {
      await using running = await startHttps({ tls12: 'require-ems' }, { maxVersion: version });
      using first = await RawClient.open(running.port, {});
      const arrived = once(first.socket, 'session') as Promise<[Buffer]>;
      const field = fieldFor(first, KEY);
      assert.equal((await first.request([field])).status, 200);
      const session =
        version === 'TLSv1.3' ? (await arrived)[0] : (first.socket as TLSSocket).getSession();
      assert.ok(session !== undefined);
      using resumed = await RawClient.open(running.port, { session });
      assert.ok((resumed.socket as TLSSocket).isSessionReused());
      requireRefused(await resumed.request([field]), /keying material/);
      assert.equal((await resumed.request([fieldFor(resumed, KEY)])).status, 200);
    });
  }

  it('and a client may change its key there (RFC 8471 3)', async () => {
    await using running = await startHttps();
    using client = await RawClient.open(running.port, {});
    for (const key of [KEY, OTHER, KEY]) {
      const { body } = await client.request([fieldFor(client, key)]);
      assert.equal(body, `${hashOf(key)}  0 0`);
    }
  });

  it('and a verdict is kept for at most four messages of it', async () => {
    const { provider, count } = countingProvider();
    await using running = await startHttps({ tokenBinding: provider });
    using client = await RawClient.open(running.port, {});
    // Each has another signature.
    const fields = Array.from({ length: 5 }, () => fieldFor(client, KEY));
    const send = async (...indexes: number[]) => {
      const before = count();
      for (const index of indexes) {
        assert.equal((await client.request([fields[index] as string])).status, 200);
      }
      return count() - before;
    };
    assert.equal(await send(0, 0, 0, 0), 1);
    assert.equal(await send(1, 2, 3), 3);
    assert.equal(await send(0, 1, 2, 3), 0);
    // The one that was used least recently makes room.
    assert.equal(await send(4), 1);
    assert.equal(await send(1, 2, 3, 4), 0);
    assert.equal(await send(0), 1);
    using other = await RawClient.open(running.port, {});
    assert.equal((await other.request([fields[4] as string])).status, 400);
  });

  it('and requests that come at once wait for one verification', async () => {
    const { provider, count } = countingProvider();
    await using running = await startHttps({ tokenBinding: provider });
    using client = await RawClient.open(running.port, {});
    const field = fieldFor(client, KEY);
    client.write(...Array.from({ length: 20 }, () => requestOf([field])));
    for (let index = 0; index < 20; index++) {
      assert.equal((await client.answer()).body, `${hashOf(KEY)}  0 0`);
    }
    assert.equal(count(), 1);
  });

  it('and a verdict counts only with the same key type, limit and provider', async () => {
    const strict = countingProvider();
    const [wide, narrow] = [
      tokenBinding({ maxTokenBindings: 5 }),
      tokenBinding({ maxTokenBindings: 1, tokenBinding: strict.provider }),
    ];
    const rsa = tokenBinding({ keyType: 'rsa2048_pss', maxTokenBindings: 5 });
    await using running = await startHttps();
    running.server.removeAllListeners('request');
    running.server.on('request', (request, response) => {
      wide(request, response, () => {
        const next = request.url === '/narrow' ? narrow : rsa;
        next(request, response, () => response.end(describe(request)));
      });
    });
    using client = await RawClient.open(running.port, {});
    const field = fieldFor(client, KEY, [OTHER, 9]);
    for (let round = 0; round < 2; round++) {
      requireRefused(
        await client.request([field], undefined, 'GET /narrow'),
        /exceeds the limit of 1/,
      );
      requireRefused(await client.request([field]), /negotiated was rsa2048_pss/);
    }
    const alone = fieldFor(client, KEY);
    assert.equal((await client.request([alone], undefined, 'GET /narrow')).status, 200);
    assert.equal(strict.count(), 3);
  });
});

suite('Token Binding on other connections', () => {
  it('is refused without TLS', async () => {
    const bind = tokenBinding();
    await using running = await run(
      createServer((request, response) => {
        bind(request, response, () => void response.end(describe(request)));
      }),
    );
    await using other = await startHttps();
    using secure = await RawClient.open(other.port, {});
    const field = fieldFor(secure, KEY);
    using client = await RawClient.open(running.port);
    requireRefused(await client.request([field]), /^Token Binding needs an open TLS connection/);
    assert.equal((await client.request()).body, 'none');
  });

  it('is refused on TLS 1.2, unless the options accept it', async () => {
    await using running = await startHttps({}, TLS12);
    using client = await RawClient.open(running.port, {});
    const text = /^the connection uses TLSv1.2, and only TLS 1.3 is accepted$/;
    for (let round = 0; round < 2; round++) {
      requireRefused(await client.request([fieldFor(client, KEY)]), text);
    }
    assert.equal((await client.request()).body, 'none');
    await using required = await startHttps({ required: true }, TLS12);
    using bare = await RawClient.open(required.port, {});
    requireRefused(await bare.request(), text);
    await using with12 = await startHttps({ tls12: 'require-ems' }, TLS12);
    using safe = await RawClient.open(with12.port, {});
    assert.equal((await safe.request([fieldFor(safe, KEY)])).body, `${hashOf(KEY)}  0 0`);
  });

  it('is refused on TLS 1.2 without Extended Master Secret', async () => {
    const setup = { ...TLS12, secureOptions: NO_EXTENDED_MASTER_SECRET };
    await using running = await startHttps({ tls12: 'require-ems' }, setup);
    using client = await RawClient.open(running.port, {});
    const text = /^the connection uses TLS 1.2 without Extended Master Secret$/;
    const field = fieldFor(client, KEY);
    for (let round = 0; round < 2; round++) requireRefused(await client.request([field]), text);
    await using careless = await startHttps({ tls12: 'accept' }, setup);
    using unsafe = await RawClient.open(careless.port, {});
    assert.equal((await unsafe.request([fieldFor(unsafe, KEY)])).status, 200);
  });

  it('is refused by a strict middleware after one that accepts TLS 1.2', async () => {
    const [careless, strict] = [tokenBinding({ tls12: 'accept' }), tokenBinding()];
    await using running = await startHttps({}, TLS12);
    running.server.removeAllListeners('request');
    running.server.on('request', (request, response) => {
      careless(request, response, () => strict(request, response, () => response.end()));
    });
    using client = await RawClient.open(running.port, {});
    requireRefused(await client.request([fieldFor(client, KEY)]), /only TLS 1.3/);
  });

  for (const tls12 of ['require-ems', 'accept'] as const) {
    it(`ends a connection that is renegotiated, before data flows under new keys: ${tls12}`, async () => {
      await using running = await startHttps({ tls12 }, TLS12);
      const codes: unknown[] = [];
      // A listener that leaves the socket open, as some servers have one.
      running.server.on('clientError', ({ code }: NodeJS.ErrnoException) => codes.push(code));
      let count = 0;
      running.server.on('request', () => {
        count += 1;
      });
      using client = await RawClient.open(running.port, {});
      const field = fieldFor(client, KEY);
      assert.equal((await client.request([field])).status, 200);
      const socket = client.socket as TLSSocket;
      socket.renegotiate({ rejectUnauthorized: false }, () => client.write(requestOf([field])));
      await client.closed();
      assert.equal(count, 1);
      assert.deepEqual(codes, ['ERR_TLS_RENEGOTIATION_DISABLED']);
    });
  }

  it('is refused after a renegotiation before the first message, with the old message', async () => {
    await using running = await startHttps({ tls12: 'require-ems' }, TLS12);
    using client = await RawClient.open(running.port, {});
    const field = fieldFor(client, KEY);
    assert.equal((await client.request()).body, 'none');
    const socket = client.socket as TLSSocket;
    await new Promise((resolve) => socket.renegotiate({ rejectUnauthorized: false }, resolve));
    requireRefused(await client.request([field]), /keying material/);
    assert.equal((await client.request([fieldFor(client, KEY)])).status, 200);
  });
});

suite('verifyUpgrade()', () => {
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];

  async function answerTo(
    port: number,
    fields: (client: RawClient) => string[],
    client?: RawClient,
  ): Promise<string> {
    using own = client ?? (await RawClient.open(port, {}));
    own.write(requestOf([...fields(own), ...upgrade]));
    return await own.closed();
  }

  it('lets an upgrade with a valid message pass', async () => {
    await using running = await startHttps({ required: true });
    const first = await answerTo(running.port, (client) => [fieldFor(client, KEY)]);
    assert.equal(first.split('\r\n\r\n')[1], `${hashOf(KEY)}  0 0`);
    const client = await RawClient.open(running.port, {});
    const field = fieldFor(client, KEY);
    assert.equal((await client.request([field])).status, 200);
    const later = await answerTo(running.port, () => [field], client);
    assert.match(later, /^HTTP\/1.1 101 /);
  });

  it('answers every other one and closes its socket', async () => {
    await using running = await startHttps({ required: true });
    using owner = await RawClient.open(running.port, {});
    const stolen = fieldFor(owner, KEY);
    const wrong: ((client: RawClient) => string[])[] = [
      () => [],
      () => [stolen],
      () => ['Sec-Token-Binding: !'],
      (client) => [fieldFor(client, KEY), fieldFor(client, KEY)],
      (client) => [fieldFor(client, [KEY, 1])],
    ];
    for (const fields of wrong) {
      const text = await answerTo(running.port, fields);
      assert.match(text, /^HTTP\/1.1 400 Bad Request\r\n[\s\S]*Connection: close\r\n\r\n$/);
    }
    const long = await answerTo(running.port, () => [`Sec-Token-Binding: ${'A'.repeat(9000)}`]);
    assert.match(long, /^HTTP\/1.1 431 /);
  });

  it('answers with a status that has no standard phrase', async () => {
    await using running = await startHttps({ required: true, onRejected: () => 499 });
    assert.match(await answerTo(running.port, () => []), /^HTTP\/1.1 499 \r\n/);
  });

  it('lets an upgrade without a message pass if none is required', async () => {
    await using running = await startHttps();
    assert.equal((await answerTo(running.port, () => [])).split('\r\n\r\n')[1], 'none');
  });

  it('survives a client that disconnects', async () => {
    await using running = await startHttps();
    const client = await RawClient.open(running.port, {});
    client.write(requestOf([fieldFor(client, KEY), ...upgrade]));
    client.socket.destroy();
    using other = await RawClient.open(running.port, {});
    assert.equal((await other.request()).status, 200);
  });
});
