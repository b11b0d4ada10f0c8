import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { IDENTITY } from '../support/sspi.js';
import { agentsFor, call } from './support/client-calls.js';
import { acceptor, answer, challenge, RawServer } from './support/client-raw-server.js';

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

/** A server of NTLM that answers the last token with one status, and each GET with another. */
async function start(last: number, status = 200) {
  const accept = await acceptor();
  const server = await RawServer.open(async (request) => {
    if (request.method === 'GET') {
      return status === 401 ? challenge('NTLM') : answer(status);
    }
    if (request.token === undefined) return challenge('NTLM');
    const { token, done } = await accept(request);
    return done ? answer(last) : challenge(`NTLM ${token}`);
  });
  const agents = agentsFor(server.origin);
  closing.push(
    () => server.close(),
    () => agents.close(),
  );
  const events = () => agents.events.map(({ type }) => type);
  return { server, agents, events };
}

describe('the status of the answer to the last token', () => {
  for (const status of [200, 204, 302, 403, 404, 405]) {
    it(`${status} shows that the connection is authenticated`, async () => {
      const { server, agents, events } = await start(status);
      assert.equal((await call(server.origin, agents)).status, 200);
      assert.deepEqual(events(), ['authenticated']);
    });
  }

  for (const status of [400, 429, 500, 501, 503]) {
    it(`${status} shows nothing: the request gets the connection`, async () => {
      const { server, agents, events } = await start(status);
      for (let count = 0; count < 3; count++) {
        assert.equal((await call(server.origin, agents)).status, 200);
      }
      assert.equal(server.connections, 1);
      assert.deepEqual(events(), []);
    });

    it(`${status} and then 401 to the request is a rejection, which is remembered`, async () => {
      const { server, agents, events } = await start(status, 401);
      assert.equal((await call(server.origin, agents)).status, 401);
      assert.deepEqual(events(), ['rejected']);
      const expected = { code: 'ERR_HTTP_AUTH_REJECTED', status: 401 };
      await assert.rejects(call(server.origin, agents), expected);
      assert.equal(server.tokens.length, 2);
    });
  }

  it('407 of an origin is an error', async () => {
    const { server, agents, events } = await start(407);
    const expected = { code: 'ERR_HTTP_AUTH_PROTOCOL', status: 407, peer: 'origin' };
    await assert.rejects(call(server.origin, agents), expected);
    assert.deepEqual(events(), []);
  });

  for (const status of [302, 403, 502]) {
    it(`${status} to CONNECT is an error, and no authentication`, async () => {
      const accept = await acceptor();
      const proxy = await RawServer.open(async (request) => {
        if (request.token === undefined) return answer(407, 'Proxy-Authenticate: NTLM');
        const { token, done } = await accept(request);
        return done ? answer(status) : answer(407, `Proxy-Authenticate: NTLM ${token}`);
      });
      const agents = agentsFor('https://origin.test', {
        proxy: { url: proxy.origin, package: 'NTLM', identity: IDENTITY },
      });
      closing.push(
        () => proxy.close(),
        () => agents.close(),
      );
      const expected = { code: 'ERR_HTTP_AUTH_PROTOCOL', status, peer: 'proxy' };
      await assert.rejects(call('https://origin.test', agents), expected);
      assert.deepEqual(agents.events, []);
    });
  }
});
