import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import {
  decodeNegTokenInit,
  decodeNegTokenResp,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  NTLM,
} from '../../src/sspi/spnego/token.js';
import type { ContextFlag, NegotiateMechanism, SecurityContext } from '../../src/sspi.js';
import { issueTicket } from '../support/kerberos-ticket.js';
import {
  BOTH,
  changeOffer,
  KERBEROS,
  KERBEROS_ONLY,
  KEY,
  MS_KERBEROS,
  NTLM_ONLY,
  newClient,
  newServer,
  type Secrets,
} from '../support/negotiate.js';
import { ascii, contexts, handshake, sspi, sspiRejected, type Tamper } from '../support/sspi.js';

const MUTUAL = ['integrity', 'confidentiality', 'mutual-auth'] as const;
const PLAIN = ['integrity', 'confidentiality'] as const;

/** What each token of a handshake says. */
async function shapesOf(
  client: SecurityContext,
  server: SecurityContext,
  tamper: Tamper = (token) => token,
): Promise<string[]> {
  const shapes: string[] = [];
  await handshake({ client, server }, (token, index) => {
    shapes.push(shapeOf(token, index));
    return tamper(token, index);
  });
  return shapes;
}

function shapeOf(token: Uint8Array, index: number): string {
  if (index === 0) {
    const { mechTypes, mechToken } = decodeNegTokenInit(token);
    return [...mechTypes.map(nameOf), mechToken && 'token'].join();
  }
  const { negState, supportedMech, responseToken, mechListMIC } = decodeNegTokenResp(token);
  const parts = [negState, nameOf(supportedMech), responseToken && 'token', mechListMIC && 'MIC'];
  return parts.filter((part) => part !== undefined).join();
}

const NAMES = new Map([
  [KERBEROS, 'Kerberos'],
  [MS_KERBEROS, "Microsoft's"],
  [NTLM, 'NTLM'],
]);
const nameOf = (oid: string | undefined) => (oid === undefined ? undefined : NAMES.get(oid));

/** Asserts that both sides chose a mechanism, and that each protects messages of the other. */
function assertAgreed(
  client: SecurityContext,
  server: SecurityContext,
  name: NegotiateMechanism,
): void {
  const userName = name === 'NTLM' ? 'TESTDOM\\alice' : 'alice@EXAMPLE.TEST';
  for (const side of [client, server]) {
    assert.equal(side.queryContextAttributes('negotiationInfo').package.name, name);
    assert.equal(side.queryContextAttributes('packageInfo').name, 'Negotiate');
    assert.equal(side.queryContextAttributes('names').userName, userName);
  }
  const key = client.queryContextAttributes('sessionKey');
  assert.deepEqual(server.queryContextAttributes('sessionKey'), key);
  for (const [from, to] of [
    [client, server],
    [server, client],
    [client, server],
  ] as const) {
    to.verifySignature(ascii('signed'), from.makeSignature(ascii('signed')));
    assert.deepEqual(to.decryptMessage(from.encryptMessage(ascii('sealed'))), ascii('sealed'));
  }
}

/** A client whose Kerberos authenticates the server too, although it also offers NTLM. */
function mutualClient(mechanisms: readonly NegotiateMechanism[]): SecurityContext {
  const options = { flags: MUTUAL, allowWeak: [] };
  return newClient({ mechanisms, kerberos: new KerberosInitiator(issueTicket(KEY), options) });
}

describe('Negotiate with Kerberos and NTLM', () => {
  it('chooses Kerberos in two tokens, with and without mutual authentication', async () => {
    for (const secrets of [BOTH, KERBEROS_ONLY]) {
      for (const [flags, shapes] of [
        [PLAIN, ['Kerberos,NTLM,token', 'accept-completed,Kerberos']],
        [MUTUAL, ['Kerberos,token', 'accept-completed,Kerberos,token']],
      ] as const) {
        const client = newClient({ flags });
        const server = await newServer(secrets);
        assert.deepEqual(await shapesOf(client, server), shapes);
        assertAgreed(client, server, 'Kerberos');
        const isMutual = client.queryContextAttributes('flags').includes('mutual-auth');
        assert.equal(isMutual, flags === MUTUAL);
      }
    }
  });

  it('protects the choice of the second mechanism with MICs', async () => {
    const cases = [
      [
        newClient(),
        await newServer(NTLM_ONLY),
        'NTLM',
        [
          'Kerberos,NTLM,token',
          'request-mic,NTLM',
          'accept-incomplete,token',
          'accept-incomplete,token',
          'accept-incomplete,token,MIC',
          'accept-completed,MIC',
        ],
      ],
      [
        newClient({ mechanisms: ['NTLM', 'Kerberos'] }),
        await newServer(KERBEROS_ONLY),
        'Kerberos',
        [
          'NTLM,Kerberos,token',
          'request-mic,Kerberos',
          'accept-incomplete,token,MIC',
          'accept-completed,MIC',
        ],
      ],
      [
        mutualClient(['NTLM', 'Kerberos']),
        await newServer(KERBEROS_ONLY),
        'Kerberos',
        [
          'NTLM,Kerberos,token',
          'request-mic,Kerberos',
          'accept-incomplete,token',
          'accept-incomplete,token,MIC',
          'accept-incomplete,MIC',
        ],
      ],
    ] as const;
    for (const [client, server, name, shapes] of cases) {
      assert.deepEqual(await shapesOf(client, server), shapes);
      assertAgreed(client, server, name);
    }
  });

  it('protects the choice of a mechanism that the server does not prefer', async () => {
    const reversed = { ...BOTH, negotiate: ['NTLM', 'Kerberos'] } as const;
    const cases = [
      [
        newClient({ mechanisms: ['NTLM'] }),
        BOTH,
        'NTLM',
        [
          'NTLM,token',
          'request-mic,NTLM,token',
          'accept-incomplete,token,MIC',
          'accept-completed,MIC',
        ],
      ],
      [
        newClient(),
        reversed,
        'Kerberos',
        ['Kerberos,NTLM,token', 'request-mic,Kerberos,MIC', 'accept-incomplete,MIC'],
      ],
      [
        newClient({ flags: MUTUAL }),
        reversed,
        'Kerberos',
        ['Kerberos,token', 'request-mic,Kerberos,token,MIC', 'accept-incomplete,MIC'],
      ],
    ] as const;
    for (const [client, secrets, name, shapes] of cases) {
      const server = await newServer(secrets);
      assert.deepEqual(await shapesOf(client, server), shapes);
      assertAgreed(client, server, name);
    }
  });

  it("knows Microsoft's OID as Kerberos, and answers with it", async () => {
    for (const list of [[MS_KERBEROS], [MS_KERBEROS, KERBEROS, NTLM]]) {
      const client = newClient({ flags: MUTUAL });
      const server = await newServer();
      const shapes = await shapesOf(
        client,
        server,
        changeOffer(() => list),
      );
      assert.equal(shapes[1], "accept-completed,Microsoft's,token");
      assertAgreed(client, server, 'Kerberos');
    }
  });

  it('takes the tokens of each mechanism without SPNEGO', async () => {
    const client = new KerberosInitiator(issueTicket(KEY), { flags: PLAIN, allowWeak: [] });
    const server = await newServer();
    const first = client.step(new Uint8Array(0));
    assert.deepEqual(await server.step(first.token), { token: new Uint8Array(0), done: true });
    assert.equal(server.queryContextAttributes('names').userName, 'alice@EXAMPLE.TEST');
    const { client: ntlm } = await contexts();
    const other = await newServer();
    await handshake({ client: ntlm, server: other });
    assert.equal(other.queryContextAttributes('negotiationInfo').package.name, 'NTLM');
    await sspiRejected('SEC_E_SECPKG_NOT_FOUND', (await newServer(NTLM_ONLY)).step(first.token));
    const hello = (await (await contexts()).client.step()).token;
    await sspiRejected('SEC_E_SECPKG_NOT_FOUND', (await newServer(KERBEROS_ONLY)).step(hello));
  });

  it('offers one mechanism without integrity, which MICs need', async () => {
    const client = newClient({ flags: [] });
    const server = await newServer();
    assert.deepEqual(await shapesOf(client, server), [
      'Kerberos,token',
      'accept-completed,Kerberos',
    ]);
    const ntlm = newClient({ flags: [], mechanisms: ['NTLM', 'Kerberos'] });
    await handshake({ client: ntlm, server: await newServer() });
    assert.equal(ntlm.queryContextAttributes('negotiationInfo').package.name, 'NTLM');
  });

  it('refuses a second choice without integrity where a server has several mechanisms', async () => {
    const list = encodeMechTypeList(['2b06010401823702021e', NTLM]);
    const acceptWithoutMic = async (secrets: Secrets) => {
      const server = await newServer(secrets);
      const answer = await server.step(encodeNegTokenInit(list, ascii('NEGOEX')));
      assert.equal(decodeNegTokenResp(answer.token).negState, 'request-mic');
      const { client } = await contexts({ initialize: { flags: [] } });
      let token = await client.step();
      for (let leg = 0; leg < 2; leg++) {
        const wrapped = encodeNegTokenResp({ responseToken: token.token });
        const { token: reply, done } = await server.step(wrapped);
        if (done) return;
        token = await client.step(decodeNegTokenResp(reply).responseToken);
      }
    };
    // A server of NTLM alone had no choice that anybody could have changed.
    await acceptWithoutMic(NTLM_ONLY);
    await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', acceptWithoutMic(BOTH));
  });

  it('leaves NTLM out with mutual authentication, at both sides', async () => {
    const flags: ContextFlag[] = ['mutual-auth'];
    const server = await newServer(BOTH, { flags });
    const client = newClient({ mechanisms: ['NTLM'] });
    await sspiRejected('SEC_E_SECPKG_NOT_FOUND', handshake({ client, server }));
    const unsupported = { code: 'SEC_E_UNSUPPORTED_FUNCTION' };
    await assert.rejects(newServer(NTLM_ONLY, { flags }), unsupported);
    await handshake({
      client: newClient({ flags: MUTUAL }),
      server: await newServer(BOTH, { flags }),
    });
  });

  it('tells the mechanisms of credentials, which nobody can change', async () => {
    for (const [secrets, names] of [
      [KERBEROS_ONLY, ['Kerberos']],
      [NTLM_ONLY, ['NTLM']],
      [BOTH, ['Kerberos', 'NTLM']],
      [{ ...BOTH, negotiate: ['NTLM', 'Kerberos'] }, ['NTLM', 'Kerberos']],
      [{ ...NTLM_ONLY, package: 'NTLM' }, undefined],
    ] as const) {
      using server = await sspi.acquireCredentialsHandle({
        package: 'Negotiate',
        use: 'inbound',
        ...secrets,
      });
      assert.deepEqual(server.negotiate, names);
      assert.ok(Object.isFrozen(server.negotiate));
    }
    using client = await sspi.acquireCredentialsHandle({
      package: 'Negotiate',
      use: 'outbound',
      identity: { user: 'alice', password: 'correct horse' },
    });
    assert.deepEqual(client.negotiate, ['NTLM']);
  });

  it('has the mechanisms of the request, or those that it has secrets for', async () => {
    const attempt = async (secrets: Secrets, mechanism: NegotiateMechanism) =>
      (await newServer(secrets)).step((await newClient({ mechanisms: [mechanism] }).step()).token);
    await attempt({ ...BOTH, negotiate: ['Kerberos', 'NTLM'] }, 'NTLM');
    await sspiRejected('SEC_E_SECPKG_NOT_FOUND', attempt(KERBEROS_ONLY, 'NTLM'));
    await sspiRejected('SEC_E_SECPKG_NOT_FOUND', attempt(NTLM_ONLY, 'Kerberos'));
    const acquire = (more: object) =>
      sspi.acquireCredentialsHandle({ package: 'Negotiate', use: 'inbound', ...more });
    await sspiRejected('SEC_E_NO_CREDENTIALS', acquire({}));
    const { keytab } = KERBEROS_ONLY;
    await sspiRejected(
      'SEC_E_NO_CREDENTIALS',
      acquire({ keytab, negotiate: ['Kerberos', 'NTLM'] }),
    );
    await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', acquire({ ...BOTH, negotiate: ['Kerberos'] }));
    await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', acquire({ ...BOTH, negotiate: ['NTLM'] }));
    for (const negotiate of [[], ['NTLM', 'NTLM'], ['Digest']]) {
      await assert.rejects(acquire({ ...BOTH, negotiate }), RangeError);
    }
    await assert.rejects(acquire({ ...BOTH, negotiate: 'NTLM' }), TypeError);
    await assert.rejects(
      acquire({ ...KERBEROS_ONLY, package: 'Kerberos', negotiate: ['Kerberos'] }),
      RangeError,
    );
  });
});
