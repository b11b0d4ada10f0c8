import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { boundAgents } from '../../src/http.js';
import {
  deleteBinding,
  exportKeyingMaterial,
  generateIdForUri,
  open as openProvider,
} from '../../src/index.js';
import { decodeBase64url, tokenBindingHash } from '../../src/wire.js';
import { NO_EXTENDED_MASTER_SECRET } from '../support/tls.js';
import {
  endConnection,
  fieldsOf,
  hashesOf,
  signingProvider,
  startBound,
  startPlain,
} from './support/binding-client-server.js';
import { BOTH } from './support/binding-clients.js';
import { run } from './support/binding-servers.js';
import { until } from './support/conn-checks.js';

const TLS12 = { maxVersion: 'TLSv1.2' } as const;
const BOTH_VERSIONS = { tls: { minVersion: 'TLSv1.2' } } as const;

/** The error of a request, or its cause where the client has one. */
async function errorOf(sent: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  const error = await sent.then(
    () => assert.fail('it did not fail'),
    (reason) => reason,
  );
  return error.message === 'fetch failed' ? error.cause : error;
}

for (const [name, open] of Object.entries(BOTH)) {
  describe(`connections of bound agents with ${name}`, () => {
    it('have the key of the default provider, until it is deleted', async () => {
      await using server = await startBound();
      const url = server.url();
      const ask = async () => {
        using client = await open();
        return hashesOf((await client.send(url)).body).provided;
      };
      const first = await ask();
      assert.equal(await ask(), first);
      const { identifier } = await generateIdForUri('ecdsap256', url);
      assert.equal(tokenBindingHash(identifier), first);
      await deleteBinding(url);
      assert.notEqual(await ask(), first);
    });

    it('keep their key after its deletion, and new ones have another', async () => {
      await using server = await startBound();
      const provider = openProvider({ provider: 'portable' });
      using client = await open({ tokenBinding: provider, maxSockets: 1 });
      const ask = async () => hashesOf((await client.send(server.url())).body).provided;
      const first = await ask();
      await provider.deleteBinding(server.url());
      assert.equal(await ask(), first);
      await endConnection(server);
      assert.notEqual(await ask(), first);
    });

    for (const keyType of ['rsa2048_pss', 'rsa2048_pkcs1.5'] as const) {
      it(`have the key type ${keyType}`, async () => {
        await using server = await startBound({ required: true, keyType });
        using client = await open({ keyType });
        assert.equal((await client.send(server.url())).status, 200);
      });
    }

    it('have the same key for all ports of a host, and others for another host', async () => {
      await using one = await startBound();
      await using two = await startBound();
      using client = await open();
      const urls = [one.url(), two.url(), one.url('/', '127.0.0.1'), two.url('/', '127.0.0.1')];
      const hashes = [];
      for (const url of urls) hashes.push(hashesOf((await client.send(url)).body).provided);
      assert.equal(hashes[0], hashes[1]);
      assert.equal(hashes[2], hashes[3]);
      assert.notEqual(hashes[0], hashes[2]);
    });

    it('have a Token Binding only with the origins of the options', async () => {
      await using server = await startBound({});
      await using other = await startBound({});
      using client = await open({ origins: [server.url().slice(0, -1)] });
      assert.notEqual((await client.send(server.url())).body, 'none');
      assert.equal((await client.send(other.url())).body, 'none');
      assert.equal((await client.send(server.url('/', '127.0.0.1'))).body, 'none');
    });

    it('use TLS 1.3 only', async () => {
      await using server = await startBound({ required: true, tls12: 'accept' }, TLS12);
      using client = await open();
      assert.match(String((await errorOf(client.send(server.url()))).code), /^ERR_SSL_|EPROTO/);
      assert.equal(server.requests.length, 0);
    });

    it('use TLS 1.2 with Extended Master Secret if the options name it', async () => {
      await using server = await startBound({ required: true, tls12: 'require-ems' }, TLS12);
      using client = await open(BOTH_VERSIONS);
      assert.equal((await client.send(server.url())).status, 200);
    });

    it('do not use TLS 1.2 without Extended Master Secret', async () => {
      const setup = { ...TLS12, secureOptions: NO_EXTENDED_MASTER_SECRET };
      await using server = await startBound({ tls12: 'accept' }, setup);
      using client = await open(BOTH_VERSIONS);
      assert.equal((await errorOf(client.send(server.url()))).code, 'ERR_TB_NOT_SUPPORTED');
      assert.equal(server.requests.length, 0);
    });

    it('refuse a renegotiation that the server asks for', async () => {
      await using server = await startBound({}, TLS12);
      server.server.removeAllListeners('request');
      const provider = openProvider({ provider: 'portable' });
      let asked = 0;
      server.server.on('request', async (request, response) => {
        const socket = request.socket as TLSSocket;
        socket.on('error', () => {});
        const ekm = exportKeyingMaterial(socket);
        const [field = ''] = fieldsOf(request);
        await provider.verifyMessage(decodeBase64url(field), { keyType: 'ecdsap256', ekm });
        asked += 1;
        socket.renegotiate({}, () => {});
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (!socket.destroyed) assert.deepEqual(exportKeyingMaterial(socket), ekm);
        response.end('ok');
      });
      using client = await open({ ...BOTH_VERSIONS, maxSockets: 1 });
      for (let count = 1; count <= 2; count++) {
        await client.send(server.url()).catch(() => {});
        assert.equal(asked, count);
      }
    });

    it('end at the time limit while they are signed for', async () => {
      await using server = await startBound();
      const signing = signingProvider();
      signing.before = () => new Promise(() => {});
      using client = await open({ tokenBinding: signing.provider, timeout: 50 });
      const { code, message } = await errorOf(client.send(server.url()));
      assert.equal(code, 'ETIMEDOUT');
      assert.match(message, /^the connection to https:\/\/localhost:\d+ took longer than 50 ms$/);
      await until(() => Array.from(server.sockets).every(({ destroyed }) => destroyed));
    });

    it('end with the signal of the options', async () => {
      await using server = await startBound();
      const controller = new AbortController();
      using client = await open({ signal: controller.signal });
      server.respond = () => controller.abort(new Error('enough'));
      const error = await errorOf(client.send(server.url()));
      assert.equal(error.code, 'ECONNRESET');
      const next = await errorOf(client.send(server.url()));
      assert.equal(next.message, 'the agents are closed');
      assert.equal((next.cause as Error).message, 'enough');
    });

    it('verify the certificate before they sign', async () => {
      await using server = await startBound();
      const signing = signingProvider();
      const tls = { rejectUnauthorized: true };
      using client = await open({ tokenBinding: signing.provider, tls });
      assert.equal((await errorOf(client.send(server.url()))).code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
      assert.equal(signing.signatures, 0);
    });

    for (const reason of [undefined, null, 0, '', false]) {
      it(`fail if the provider rejects with ${JSON.stringify(reason)}`, async () => {
        await using server = await startBound();
        const signing = signingProvider();
        signing.before = () => Promise.reject(reason);
        using client = await open({ tokenBinding: signing.provider, maxSockets: 1 });
        for (let index = 0; index < 2; index++) {
          const error = await errorOf(client.send(server.url()));
          assert.equal(error.message, 'the connection failed without a reason');
          assert.equal(error.cause, reason);
        }
        assert.equal(server.requests.length, 0);
      });
    }

    it('fail with a server that speaks no TLS, or closes them', async () => {
      await using plain = await startPlain();
      await using closing = await run(createServer((socket) => socket.destroy()));
      const signing = signingProvider();
      using client = await open({ tokenBinding: signing.provider });
      await errorOf(client.send(plain.url().replace('http:', 'https:')));
      await errorOf(client.send(`https://127.0.0.1:${closing.port}/`));
      assert.equal(signing.signatures, 0);
    });
  });
}

describe('requests of node:https over bound agents', () => {
  it('are rejected with the field in a list of headers', async () => {
    await using server = await startBound();
    using agents = boundAgents({ tls: { rejectUnauthorized: false } });
    const options = { agent: agents.httpsAgent, headers: ['Sec-Token-Binding', 'x'] as never };
    const [error] = await once(httpsRequest(server.url(), options), 'error').catch((e) => [e]);
    assert.equal(error.code, 'ERR_INVALID_ARG_TYPE');
  });

  it('are rejected if they set the field before they get a connection', async () => {
    await using server = await startBound();
    using agents = boundAgents({ tls: { rejectUnauthorized: false } });
    const request = httpsRequest(server.url(), { agent: agents.httpsAgent });
    const failed = once(request, 'response').catch((error) => error);
    request.setHeader('sec-token-binding', 'x');
    request.end();
    assert.equal((await failed).code, 'ERR_INVALID_ARG_TYPE');
    assert.equal(server.requests.length, 0);
  });

  it('have the field although their head was made before they got a connection', async () => {
    await using server = await startBound();
    using agents = boundAgents({ tls: { rejectUnauthorized: false } });
    for (let round = 0; round < 2; round++) {
      const options = {
        agent: agents.httpsAgent,
        method: 'POST',
        headers: ['Host', 'x', 'X-Y', 'z'],
      };
      const request = httpsRequest(server.url(), options as never);
      request.write('one');
      request.end('two');
      const [response] = await once(request, 'response');
      assert.equal(response.statusCode, 200);
      response.resume();
      await once(response, 'end');
      assert.equal(await server.requests[round]?.body, 'onetwo');
    }
  });
});
