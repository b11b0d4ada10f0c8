import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PATIENT } from '../support/patience.js';
import { IDENTITY } from '../support/sspi.js';
import { agentsFor, call } from './support/client-calls.js';
import { certificate } from './support/client-certificates.js';
import { AuthProxy, type AuthProxyOptions } from './support/client-proxy.js';
import { acceptor, answer, type RawRequest, RawServer } from './support/client-raw-server.js';
import { AuthServer } from './support/client-server.js';

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

const ALICE = 'TESTDOM\\alice';
const WRONG = { ...IDENTITY, password: 'wrong' };

async function start(options: AuthProxyOptions & { readonly isTls: boolean }) {
  const tls = options.isTls ? await certificate('P-256', 'sha384') : undefined;
  const server = await AuthServer.open({ ...(tls && { tls }) });
  const proxy = await AuthProxy.open(options);
  closing.push(
    () => server.close(),
    () => proxy.close(),
  );
  const agents = (own: Parameters<typeof agentsFor>[1]) => {
    const made = agentsFor(server.origin, { ...(tls && { tls: { ca: tls.cert } }), ...own });
    closing.push(() => made.close());
    return made;
  };
  return { server, proxy, agents };
}

describe('a proxy', () => {
  for (const isTls of [true, false]) {
    const kind = isTls ? 'for https:' : 'for http:';
    for (const client of ['node:http', 'fetch'] as const) {
      it(`${kind} authenticates the connection before the origin does, with ${client}`, async () => {
        const { server, proxy, agents: open } = await start({ isTls });
        const credentials = { package: 'NTLM', identity: IDENTITY };
        const agents = open({ proxy: { url: proxy.url, ...credentials }, maxSockets: 1 });
        for (let count = 0; count < 3; count++) {
          const url = `${server.origin}/a`;
          const { dispatcher } = agents;
          const body =
            client === 'node:http'
              ? (await call(url, agents, { method: 'POST', body: 'abc' })).body
              : await (
                  await fetch(url, { method: 'POST', body: 'abc', dispatcher } as RequestInit)
                ).text();
          assert.equal(body, `${ALICE} 3`);
        }
        assert.equal(proxy.handshakes, 1);
        assert.equal(server.handshakes, 1);
        const fields = server.seen.flatMap(({ headers }) => Object.keys(headers));
        assert.equal(fields.includes('proxy-authorization'), false);
        const peers = agents.events.map((event) => event.type === 'authenticated' && event.peer);
        assert.deepEqual(peers, ['proxy', 'origin']);
      });
    }

    it(`${kind} that asks for no authentication gets none`, async () => {
      const { server, proxy, agents: open } = await start({ isTls, isOpen: true });
      const agents = open({ proxy: proxy.url });
      assert.equal((await call(server.origin, agents)).body, `${ALICE} 0`);
      assert.equal(proxy.handshakes, 0);
    });

    it(`${kind} that asks for authentication gets nothing without credentials for it`, async () => {
      const { server, proxy, agents: open } = await start({ isTls });
      const agents = open({ proxy: proxy.url });
      const expected = { code: 'ERR_HTTP_AUTH_NO_SCHEME', status: 407, peer: 'proxy' };
      await assert.rejects(call(server.origin, agents), expected);
      assert.equal(server.connections, 0);
    });

    it(`${kind} that rejects a password sees it proved once`, async () => {
      const { server, proxy, agents: open } = await start({ isTls });
      const agents = open({ proxy: { url: proxy.url, package: 'NTLM', identity: WRONG } });
      const calls = Array.from({ length: 5 }, () => call(server.origin, agents));
      for (const result of await Promise.allSettled(calls)) {
        assert.equal(result.status, 'rejected');
        const { code, status, peer } = result.reason;
        assert.deepEqual([code, status, peer], ['ERR_HTTP_AUTH_REJECTED', 407, 'proxy']);
      }
      const expected = { code: 'ERR_HTTP_AUTH_REJECTED' };
      await assert.rejects(call(server.origin, agents), expected);
      assert.deepEqual(proxy.rejections, ['SEC_E_LOGON_DENIED']);
      assert.equal(server.connections, 0);
    });

    it(`${kind} and an origin that authenticates each request`, async () => {
      const { server, proxy, agents: open } = await start({ isTls });
      const agents = open({
        proxy: { url: proxy.url, package: 'NTLM', identity: IDENTITY },
        authenticate: 'request',
      });
      for (let count = 0; count < 2; count++) {
        assert.equal((await call(server.origin, agents)).body, `${ALICE} 0`);
      }
    });
  }

  it('that closes its first 407 gets a new connection', async () => {
    const { server, proxy, agents: open } = await start({ isTls: true, closesFirst: true });
    const agents = open({ proxy: { url: proxy.url, package: 'NTLM', identity: IDENTITY } });
    assert.equal((await call(server.origin, agents)).body, `${ALICE} 0`);
    assert.equal(proxy.connections, 2);
  });

  it('without Session-Based-Authentication gets no token for an http: origin', async () => {
    const { server, proxy, agents: open } = await start({ isTls: false, supportsSessions: false });
    const agents = open({ proxy: { url: proxy.url, package: 'NTLM', identity: IDENTITY } });
    const expected = { code: 'ERR_HTTP_AUTH_PROXY_SUPPORT', status: 401, peer: 'proxy' };
    await assert.rejects(call(server.origin, agents), expected);
    assert.deepEqual(server.tokens, []);
  });
});

describe('Proxy-Support of a forward proxy', () => {
  for (const [value, isSupported] of [
    ['Session-Based-Authentication', true],
    ['Other , session-based-authentication', true],
    ['No-Session-Based-Authentication', false],
    ['Session-Based-Authentication-2', false],
  ] as const) {
    it(`${value} ${isSupported ? 'is support' : 'is no support'}`, async () => {
      const fields = ['WWW-Authenticate: NTLM', `Proxy-Support: ${value}`];
      const proxy = await RawServer.open(() => answer(401, ...fields));
      const agents = agentsFor('http://origin.test', { proxy: proxy.origin });
      closing.push(
        () => proxy.close(),
        () => agents.close(),
      );
      const code = isSupported ? 'ERR_HTTP_AUTH_REJECTED' : 'ERR_HTTP_AUTH_PROXY_SUPPORT';
      await assert.rejects(call('http://origin.test', agents), { code });
      assert.equal(proxy.tokens.length, isSupported ? 1 : 0);
    });
  }
});

describe('a tunnel that waits for the first handshake', () => {
  /** The first connection stays in its handshake. `onWaiting` gets the socket of each other one. */
  async function start(onWaiting: (socket: Socket) => void) {
    const proxy = await RawServer.open(({ connection, index, socket }) => {
      if (index > 0) return null;
      if (connection > 0) setTimeout(onWaiting, 50, socket);
      return answer(407, 'Proxy-Authenticate: NTLM');
    });
    const agents = agentsFor('https://origin.test', {
      proxy: { url: proxy.origin, package: 'NTLM', identity: IDENTITY },
      timeout: PATIENT,
    });
    closing.push(
      () => proxy.close(),
      () => agents.close(),
    );
    const first = call('https://origin.test', agents);
    first.catch(() => {});
    while (proxy.requests.length < 2) await delay(20);
    return { proxy, agents, first };
  }

  it('fails alone if the proxy resets it', async () => {
    const { agents, first } = await start((socket) => socket.resetAndDestroy());
    await assert.rejects(call('https://origin.test', agents), { code: 'ECONNRESET' });
    assert.equal(await Promise.race([first, 'still waiting']), 'still waiting');
  });

  it('is closed at once if the request is aborted', async () => {
    const controller = new AbortController();
    const closed: Promise<unknown>[] = [];
    const { agents } = await start((socket) => {
      closed.push(new Promise((resolve) => socket.on('close', resolve)));
      controller.abort();
    });
    const startedAt = performance.now();
    const { signal } = controller;
    const waiting = call('https://origin.test', agents, { signal });
    await assert.rejects(waiting, { name: 'AbortError' });
    await Promise.all(closed);
    assert.ok(performance.now() - startedAt < PATIENT, 'not by the time limit');
  });
});

describe('a hostile proxy gets an error', () => {
  const refuse = (value: string) => answer(407, `Proxy-Authenticate: ${value}`);

  /** A proxy of NTLM for one https: origin that nobody reaches. */
  async function rejects(
    handler: (request: RawRequest, token: string, done: boolean) => unknown,
    expected: object,
    timeout: number = PATIENT,
  ): Promise<RawServer> {
    const accept = await acceptor();
    const proxy = await RawServer.open(async (request) => {
      const isFirst = request.token === undefined;
      const { token, done } = isFirst ? { token: '', done: false } : await accept(request);
      const own = handler(request, token, done);
      if (own !== undefined) return own;
      return refuse(token === '' ? 'NTLM' : `NTLM ${token}`);
    });
    closing.push(() => proxy.close());
    const agents = agentsFor('https://origin.test', {
      proxy: { url: proxy.origin, package: 'NTLM', identity: IDENTITY },
      timeout,
    });
    closing.push(() => agents.close());
    await assert.rejects(call('https://origin.test/secret', agents), expected);
    for (const { method, target, fields } of proxy.requests) {
      assert.deepEqual([method, target], ['CONNECT', 'origin.test:443']);
      assert.equal(fields.get('host'), 'origin.test:443');
      assert.equal(fields.has('authorization'), false);
    }
    return proxy;
  }

  it('for endless 407', async () => {
    const proxy = await rejects((_, __, done) => (done ? refuse('NTLM') : undefined), {
      code: 'ERR_HTTP_AUTH_REJECTED',
      status: 407,
      peer: 'proxy',
      leg: 2,
      target: 'HTTP/localhost',
    });
    assert.equal(proxy.requests.length, 3);
  });

  it('for a 401 in place of a 407', async () => {
    const expected = { code: 'ERR_HTTP_AUTH_PROTOCOL', status: 401, peer: 'proxy' };
    await rejects(() => answer(401, 'WWW-Authenticate: NTLM'), expected);
  });

  for (const status of [200, 502]) {
    it(`for ${status} in place of a challenge`, async () => {
      const expected = { code: 'ERR_HTTP_AUTH_PROTOCOL', status, peer: 'proxy' };
      await rejects((_, token) => (token === '' ? undefined : answer(status)), expected);
    });
  }

  it('for 502 to CONNECT, before and after the handshake', async () => {
    const expected = { code: 'ERR_HTTP_AUTH_PROTOCOL', status: 502, peer: 'proxy' };
    await rejects(() => answer(502), expected);
    await rejects((_, __, done) => (done ? answer(502) : undefined), expected);
  });

  it('for a 407 within the tunnel', async () => {
    await rejects(
      ({ socket }, _, done) => {
        if (!done) return undefined;
        socket.removeAllListeners('data');
        socket.once('data', () => socket.write(refuse('NTLM')));
        return 'HTTP/1.1 200 OK\r\n\r\n';
      },
      { code: 'ERR_SSL_WRONG_VERSION_NUMBER' },
    );
  });

  it('for bytes after 200', async () => {
    const expected = { code: 'ERR_HTTP_AUTH_PROTOCOL', status: 200, peer: 'proxy' };
    await rejects((_, __, done) => (done ? 'HTTP/1.1 200 OK\r\n\r\nx' : undefined), expected);
  });

  it('for a challenge without extended session security', async () => {
    const proxy = await rejects(
      (_, token) => {
        if (token === '') return undefined;
        const bytes = Buffer.from(token, 'base64');
        bytes.writeUInt32LE((bytes.readUInt32LE(20) & ~0x80000) >>> 0, 20);
        return refuse(`NTLM ${bytes.toString('base64')}`);
      },
      { code: 'ERR_HTTP_AUTH_SSPI', status: 407, peer: 'proxy' },
    );
    assert.equal(proxy.tokens.length, 1);
  });

  for (const leg of [0, 1, 2]) {
    it(`for a reset of the connection in leg ${leg}`, async () => {
      await rejects(
        ({ index, token, socket }) => {
          if (index !== leg && !(leg === 1 && token !== undefined)) return undefined;
          socket.resetAndDestroy();
          return null;
        },
        { code: 'ECONNRESET' },
      );
    });

    it(`for garbage in leg ${leg}`, async () => {
      const expected = { code: 'ERR_HTTP_AUTH_PROTOCOL', peer: 'proxy' };
      await rejects(({ index }) => (index === leg ? 'garbage\r\n\r\n' : undefined), expected);
    });

    it(`for silence in leg ${leg}`, async () => {
      const expected = { code: 'ERR_HTTP_AUTH_TIMEOUT' };
      await rejects(({ index }) => (index === leg ? null : undefined), expected, 500);
    });

    it(`for the end of the connection in leg ${leg}`, async () => {
      const expected = { code: 'ERR_HTTP_AUTH_CLOSED', peer: 'proxy' };
      await rejects(({ index, token, socket }) => {
        if (index !== leg && !(leg === 1 && token !== undefined)) return undefined;
        socket.end();
        return null;
      }, expected);
    });
  }
});
