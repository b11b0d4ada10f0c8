import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { temporaryFolder } from '../support/folders.js';
import { ACCOUNTS, ALICE, JUERGEN } from './accounts.js';
import { type Certificate, certificate } from './http-auth/certificate.js';
import type { HttpClient } from './http-auth/http-client.js';
import { axiosNtlm, ewsjsNtlm, httpNtlm } from './http-auth/npm-clients.js';
import { OurServer, type ServerOptions } from './http-auth/our-server.js';
import {
  curlAnyauth,
  curlNegotiate,
  curlNtlm,
  curlProxyNtlm,
  requestsNtlm,
} from './http-auth/program-clients.js';
import { describeLogon, type SentLogon } from './http-auth/sent.js';
import { USERS } from './http-auth/users.js';

interface TestedClient {
  readonly name: string;
  readonly client: HttpClient;
  /** What it sends, in words and in full. */
  readonly facts: string;
  readonly sent: SentLogon;
  /** What it sends over TLS if that differs. */
  readonly sentOverTls?: Partial<SentLogon>;
  /** The requests of two pages: an asterisk is one with a token. */
  readonly requests: string;
  /** Whether each message of the handshake comes with the whole body: `limits.bodyBytes` must allow it. */
  readonly repeatsBody: boolean;
  readonly isProxy?: boolean;
}

const OEM: SentLogon = {
  scheme: 'NTLM',
  spnego: false,
  encoding: 'OEM',
  extendedSessionSecurity: true,
  mic: false,
  bindings: 'absent',
  target: undefined,
};
const GSS_NTLMSSP: SentLogon = {
  scheme: 'Negotiate',
  spnego: true,
  encoding: 'UTF-16',
  extendedSessionSecurity: true,
  mic: true,
  bindings: 'absent',
  target: 'HTTP/127.0.0.1',
};

const CLIENTS: readonly TestedClient[] = [
  {
    name: 'curl --ntlm',
    client: curlNtlm,
    facts: 'NTLMv2 in OEM, no MIC, no channel bindings, no target; the first request has a token',
    sent: OEM,
    requests: '**-',
    repeatsBody: false,
  },
  {
    name: 'curl --proxy-ntlm',
    client: curlProxyNtlm,
    facts: 'NTLMv2 in OEM, no MIC, no channel bindings, no target; the first request has a token',
    sent: OEM,
    requests: '**-',
    repeatsBody: false,
    isProxy: true,
  },
  {
    name: 'curl --negotiate over gss-ntlmssp',
    client: curlNegotiate,
    facts:
      'SPNEGO with NTLMv2 in UTF-16, a MIC and the target, but no channel bindings (curl 7.88)',
    sent: GSS_NTLMSSP,
    requests: '**-',
    repeatsBody: true,
  },
  {
    name: 'curl --anyauth over gss-ntlmssp',
    client: curlAnyauth,
    facts: 'Negotiate if it is offered, as with --negotiate, after a request without a token',
    sent: GSS_NTLMSSP,
    requests: '-**-',
    repeatsBody: true,
  },
  {
    name: 'axios-ntlm',
    client: axiosNtlm,
    facts: 'NTLMv2 in OEM, no MIC, no channel bindings, no target, after a request without a token',
    sent: OEM,
    requests: '-**-',
    repeatsBody: true,
  },
  {
    name: '@ewsjs/ntlm-client',
    client: ewsjsNtlm,
    facts: 'NTLMv2 in OEM, no MIC, no channel bindings, no target',
    sent: OEM,
    requests: '**-',
    repeatsBody: false,
  },
  {
    name: 'httpntlm',
    client: httpNtlm,
    facts: 'NTLMv2 in UTF-16, no MIC, no channel bindings, no target; a handshake for each request',
    sent: { ...OEM, encoding: 'UTF-16' },
    requests: '****',
    repeatsBody: false,
  },
  {
    name: "Python's requests_ntlm",
    client: requestsNtlm,
    facts: 'NTLMv2 in OEM with a MIC, no target; channel bindings over TLS',
    sent: { ...OEM, mic: true },
    sentOverTls: { bindings: 'hash' },
    requests: '-**-',
    repeatsBody: true,
  },
];

const servers: OurServer[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function open(options: Partial<ServerOptions> = {}): Promise<OurServer> {
  const server = await OurServer.open({ accounts: [...ACCOUNTS, ...USERS], ...options });
  servers.push(server);
  return server;
}

/** The tokens that a server has received. */
const tokensOf = ({ authorizations }: OurServer) => authorizations.filter((field) => field !== '');

for (const { name, client, facts, sent, requests, repeatsBody, isProxy = false } of CLIENTS) {
  describe(`${name} and our server`, () => {
    const denied = isProxy ? 407 : 401;

    it('log on for pages and for bodies', async () => {
      const server = await open({ isProxy });
      const pages = await client({ url: server.url, account: ALICE }, 2);
      assert.deepEqual(pages, Array(2).fill({ status: 200, body: 'DOM\\alice 0' }));
      const shape = server.authorizations.map((field) => (field === '' ? '-' : '*'));
      assert.equal(shape.join(''), requests);
      const body = 'x'.repeat(5000);
      const bodies = await client({ url: server.url, account: ALICE, body }, 2);
      assert.deepEqual(bodies, Array(2).fill({ status: 200, body: 'DOM\\alice 5000' }));
      assert.deepEqual(server.refusals, []);
    });

    it(`use ${facts}`, async () => {
      const server = await open({ isProxy });
      await client({ url: server.url, account: ALICE });
      assert.deepEqual(describeLogon(server.authorizations), sent);
    });

    // axios-ntlm sends its next message on another connection if it gets an answer before it has sent a body.
    const size = client === axiosNtlm ? 50_000 : 10_000_000;

    it(`pass a body of ${size} bytes, ${repeatsBody ? 'with each message' : 'once'}`, async () => {
      const negotiate = { limits: { bodyBytes: size } };
      const server = await open({ isProxy, ...(repeatsBody && { negotiate }) });
      const body = 'x'.repeat(size);
      const answers = await client({ url: server.url, account: ALICE, body });
      assert.deepEqual(answers, [{ status: 200, body: `DOM\\alice ${size}` }]);
      const sizes = server.requests.map((fields) => Number(fields['content-length']));
      const legs = Array(sizes.length - 1).fill(repeatsBody ? size : 0);
      assert.deepEqual(sizes, [...legs, size]);
      assert.deepEqual(server.refusals, []);
    });

    it('end with one refusal for a wrong password, user or domain', async () => {
      for (const wrong of [{ password: 'secret01' }, { user: 'nobody' }, { domain: 'OTHER' }]) {
        const server = await open({ isProxy });
        const answers = await client({ url: server.url, account: { ...ALICE, ...wrong } });
        assert.deepEqual(answers, [{ status: denied, body: '' }]);
        assert.deepEqual(server.refusals, ['SEC_E_LOGON_DENIED']);
        assert.equal(tokensOf(server).length, 2);
      }
    });

    it('end with a refusal if the client is bound to no channel, or to no target of the server', async () => {
      const channelBindings = () => Buffer.from('tls-server-end-point:x');
      for (const [negotiate, code] of [
        [{ channelBindings }, 'SEC_E_BAD_BINDINGS'],
        [{ targets: ['HTTP/bench'] }, 'SEC_E_WRONG_PRINCIPAL'],
      ] as const) {
        const server = await open({ isProxy, negotiate });
        const [answer] = await client({ url: server.url, account: ALICE });
        assert.equal(answer?.status, denied);
        assert.deepEqual(server.refusals, [code]);
      }
    });

    it('never mix up 20 users at once, each with its own connection', async () => {
      const server = await open({ isProxy });
      const answers = await Promise.all(
        USERS.map((account) => client({ url: server.url, account }, 3)),
      );
      assert.deepEqual(
        answers,
        USERS.map(({ user }) => Array(3).fill({ status: 200, body: `DOM\\${user} 0` })),
      );
      assert.deepEqual(server.refusals, []);
      const guesses = USERS.map((account) => ({ ...account, password: 'guess' }));
      const refused = await Promise.all(
        guesses.map((account) => client({ url: server.url, account })),
      );
      for (const [answer] of refused) assert.equal(answer?.status, denied);
      assert.deepEqual(server.refusals, Array(USERS.length).fill('SEC_E_LOGON_DENIED'));
    });
  });
}

describe('a name that is not ASCII', () => {
  for (const { name, client, sent, isProxy = false } of CLIENTS) {
    if (client === curlNtlm || client === curlProxyNtlm) {
      it(`is rejected with a clear error if it comes from ${name}, in OEM`, async () => {
        const server = await open({ isProxy });
        const [answer] = await client({ url: server.url, account: JUERGEN });
        assert.notEqual(answer?.status, 200);
        assert.deepEqual(server.refusals, ['SEC_E_UNSUPPORTED_FUNCTION']);
        // The first token is accepted.
        assert.equal(tokensOf(server).length, 2);
      });
    }
    if (sent.encoding === 'UTF-16') {
      it(`logs on with ${name}, in UTF-16`, async () => {
        const server = await open();
        const answers = await client({ url: server.url, account: JUERGEN });
        assert.deepEqual(answers, [{ status: 200, body: 'DOM\\jürgen 0' }]);
      });
    }
  }
});

describe('over TLS', () => {
  let own: Certificate;
  const folder = temporaryFolder();
  const ca = join(folder, 'ca.pem');
  const openTls = async (negotiate: ServerOptions['negotiate'] = {}) => {
    own ??= await certificate();
    writeFileSync(ca, own.cert);
    return await open({ certificate: own, negotiate });
  };
  const clients = CLIENTS.filter(({ isProxy }) => !isProxy);

  for (const { name, client, sent, sentOverTls } of clients) {
    const expected = { ...sent, ...sentOverTls };
    const isBound = expected.bindings === 'hash';

    it(`${name} ${isBound ? 'logs on' : 'is refused, with advice,'} if EPA is required, as by default`, async () => {
      const server = await openTls();
      const [answer] = await client({ url: server.url, account: ALICE, ca });
      assert.deepEqual(describeLogon(server.authorizations), expected);
      if (isBound) {
        assert.deepEqual(answer, { status: 200, body: 'DOM\\alice 0' });
        return;
      }
      assert.equal(answer?.status, 401);
      assert.deepEqual(server.refusals, ['SEC_E_BAD_BINDINGS']);
      assert.match(server.events[0]?.advice ?? '', /channelBindingPolicy: 'accept'/);
      assert.equal(tokensOf(server).length, 2);
    });

    it(`${name} logs on if EPA is accepted, and sends a body`, async () => {
      const server = await openTls({ channelBindingPolicy: 'accept' });
      const body = 'x'.repeat(5000);
      const answers = await client({ url: server.url, account: ALICE, ca, body });
      assert.deepEqual(answers, [{ status: 200, body: 'DOM\\alice 5000' }]);
    });
  }
});
