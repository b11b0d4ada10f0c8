import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import axios from 'axios';
import { WebSocket, WebSocketServer } from 'ws';
import { type NegotiateEvent, negotiate } from '../../src/http-auth.js';
import { PATIENT } from '../support/patience.js';
import { ACCOUNTS, IDENTITY } from '../support/sspi.js';
import { agentsFor, call } from './support/client-calls.js';
import { certificate } from './support/client-certificates.js';
import { sspi } from './support/client-server.js';

const ALICE = 'TESTDOM\\alice';
const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

/** Our server, which requires channel bindings on TLS and a target on http. */
async function start(isTls: boolean, persist = true) {
  const pair = isTls ? await certificate('P-384', 'sha384') : undefined;
  const events: NegotiateEvent[] = [];
  const authenticate = negotiate({
    sspi,
    accounts: ACCOUNTS,
    names: { computer: 'SRV1', domain: 'TESTDOM' },
    targets: ['HTTP/localhost'],
    persist: { NTLM: persist },
    persistentAuthField: true,
    limits: { handshakeTimeout: PATIENT },
    onEvent: (event) => events.push(event),
  });
  const listener = (request: http.IncomingMessage, response: http.ServerResponse) =>
    authenticate(request, response, async () => {
      let size = 0;
      for await (const chunk of request as AsyncIterable<Buffer>) size += chunk.length;
      response.end(`${request.auth?.name} ${size}`);
    });
  const server = pair ? https.createServer(pair, listener) : http.createServer(listener);
  server.keepAliveTimeout = PATIENT;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
    authenticate.close();
  });
  const origin = `${isTls ? 'https' : 'http'}://localhost:${(server.address() as AddressInfo).port}`;
  const agents = (options: Parameters<typeof agentsFor>[1] = {}) => {
    const made = agentsFor(origin, { ...(pair && { tls: { ca: pair.cert } }), ...options });
    closing.push(() => made.close());
    return made;
  };
  return { server, origin, agents, events, authenticate };
}

for (const isTls of [true, false]) {
  describe(`our client and our server over ${isTls ? 'TLS' : 'http'}`, () => {
    for (const name of ['NTLM', 'Negotiate']) {
      it(`authenticate connections with ${name}`, async () => {
        const { origin, agents: open, events } = await start(isTls);
        const agents = open({ package: name, maxSockets: 4 });
        const calls = Array.from({ length: 40 }, () =>
          call(origin, agents, { method: 'POST', body: 'abc' }),
        );
        for (const { body } of await Promise.all(calls)) assert.equal(body, `${ALICE} 3`);
        assert.equal(events.filter(({ type }) => type === 'authenticated').length, 4);
        const { data } = await axios.post(origin, 'abc', agents);
        assert.equal(data, `${ALICE} 3`);
        const { dispatcher } = agents;
        const response = await fetch(origin, { dispatcher } as RequestInit);
        assert.equal(await response.text(), `${ALICE} 0`);
      });

      it(`authenticate requests with ${name}`, async () => {
        const { origin, agents: open } = await start(isTls, false);
        const persistent = open({ package: name, authenticate: 'connection' });
        await assert.rejects(call(origin, persistent), { code: 'ERR_HTTP_AUTH_NOT_PERSISTENT' });
        for (const authenticate of ['auto', 'request'] as const) {
          const agents = open({ package: name, authenticate });
          for (let count = 0; count < 3; count++) {
            const { body } = await call(origin, agents, { method: 'POST', body: 'abc' });
            assert.equal(body, `${ALICE} 3`);
          }
        }
      });
    }

    it('refuse a wrong password once', async () => {
      const { origin, agents: open, events } = await start(isTls);
      const agents = open({ identity: { ...IDENTITY, password: 'wrong' } });
      for (let count = 0; count < 3; count++) {
        await assert.rejects(call(origin, agents), { code: 'ERR_HTTP_AUTH_REJECTED', status: 401 });
      }
      const denied = events.filter(
        ({ error }) => (error as { code?: string } | undefined)?.code === 'SEC_E_LOGON_DENIED',
      );
      assert.equal(denied.length, 1);
    });

    it('authenticate a WebSocket', async () => {
      const { server, origin, agents: open, authenticate } = await start(isTls);
      const sockets = new WebSocketServer({ noServer: true });
      server.on('upgrade', async (request, socket, head) => {
        const auth = await authenticate.upgrade(request, socket);
        if (auth === undefined) return;
        sockets.handleUpgrade(request, socket, head, (client) => client.send(auth.name));
      });
      const agents = open();
      const agent = isTls ? agents.httpsAgent : agents.httpAgent;
      const client = new WebSocket(origin.replace('http', 'ws'), { agent });
      const [message] = await once(client, 'message');
      assert.equal(String(message), ALICE);
      client.terminate();
    });
  });
}
