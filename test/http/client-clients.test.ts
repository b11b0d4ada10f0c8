import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import got from 'got';
import nodeFetch from 'node-fetch';
import * as undici6 from 'undici6';
import * as undici7 from 'undici7';
import { authenticatedAgents } from '../../src/http-auth.js';
import { IDENTITY } from '../support/sspi.js';
import { agentsFor } from './support/client-calls.js';
import { certificate } from './support/client-certificates.js';
import { AuthServer, sspi } from './support/client-server.js';
import { runsUndici8 } from './support/conn-undici.js';

const pair = await certificate('P-256', 'sha384');
const server = await AuthServer.open({ tls: pair });
after(() => server.close());
const ANSWER = 'TESTDOM\\alice 3';
const tls = { ca: pair.cert };

describe('agents serve', () => {
  it('got and node-fetch', async () => {
    const agents = agentsFor(server.origin, { tls, package: 'Negotiate' });
    const agent = { http: agents.httpAgent, https: agents.httpsAgent };
    assert.equal(await got.post(server.origin, { body: 'abc', agent }).text(), ANSWER);
    const init = { method: 'POST', body: 'abc', agent: agents.httpsAgent };
    assert.equal(await (await nodeFetch(server.origin, init)).text(), ANSWER);
    assert.equal(server.handshakes, 1);
    agents.close();
  });

  it('undici 6 and 7 of npm', async () => {
    const options = { origins: [server.origin], sspi, identity: IDENTITY, tls };
    const six = authenticatedAgents({ ...options, undici: undici6 });
    const asked = { method: 'POST', body: 'abc' } as const;
    const answer6 = await undici6.request(server.origin, { ...asked, dispatcher: six.dispatcher });
    assert.equal(await answer6.body.text(), ANSWER);
    six.close();
    const seven = authenticatedAgents({ ...options, undici: undici7 });
    const { dispatcher } = seven;
    const answer7 = await undici7.fetch(server.origin, { ...asked, dispatcher });
    assert.equal(await answer7.text(), ANSWER);
    seven.close();
  });

  if (runsUndici8()) {
    it('undici 8 of npm', async () => {
      const undici8 = await import('undici8');
      const options = { origins: [server.origin], sspi, identity: IDENTITY, tls };
      const agents = authenticatedAgents({ ...options, undici: undici8 });
      const { dispatcher } = agents;
      const asked = { method: 'POST', body: 'abc', dispatcher } as const;
      const answer = await undici8.request(server.origin, asked);
      assert.equal(await answer.body.text(), ANSWER);
      agents.close();
    });
  }
});
