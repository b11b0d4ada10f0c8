import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decodeNegTokenInit, decodeNegTokenResp } from '../../src/sspi/spnego/token.js';
import { type ContextFlag, type NegotiateMechanism, openSspi } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { Kdc } from '../support/kdc.js';
import { PATIENT } from '../support/patience.js';
import { ALICE } from './accounts.js';
import { Lines } from './lines.js';
import { assertAgreement } from './messages.js';
import { OurSide } from './ours.js';
import { PeerContext } from './peer-context.js';
import { startProgram } from './program.js';
import { establish, type Pair, type Side } from './side.js';

const REALM = 'EXAMPLE.TEST';
const BOTH = ['Kerberos', 'NTLM'] as const;
const NTLM_FIRST = ['NTLM', 'Kerberos'] as const;
const LENGTHS = {
  Kerberos: { key: 32, signature: 28, trailer: 60 },
  NTLM: { key: 16, signature: 16, trailer: 16 },
};
const PROTECTED = ['integrity', 'confidentiality'] as const;
const MUTUAL = [...PROTECTED, 'mutual-auth'] as const;

const folder = temporaryFolder();
const kdc = new Kdc(folder);
const sspi = openSspi({ provider: 'portable' });
let program: ReturnType<typeof startProgram>;
let lines: Lines;
let contexts = 0;

before(async () => {
  await kdc.start();
  program = startProgram('mit_spnego.py', folder);
  // Our client has one identity for Kerberos and NTLM.
  appendFileSync(join(folder, 'accounts'), `${REALM}:alice:${ALICE.password}\n`);
  lines = new Lines(program.stdout, program.stdin);
  program.once('close', () => lines.end(new Error('mit_spnego.py ended')));
});
after(async () => {
  program.stdin.end();
  await kdc.stop();
});

type Mechanisms = readonly NegotiateMechanism[];

async function open(role: string, fields: Readonly<Record<string, unknown>>): Promise<PeerContext> {
  const context = contexts++;
  await lines.call({ call: role, context, package: 'Negotiate', ...fields });
  return new PeerContext((call, more) => lines.call({ call, context, ...more }));
}

function mitClient(mechanisms: Mechanisms, mutual = false): Promise<PeerContext> {
  return open('initiator', { ...ALICE, target: 'HTTP@srv', mechanisms, mutual });
}

const mitServer = (mechanisms: Mechanisms) => open('acceptor', { mechanisms });

async function ourClient(negotiate: Mechanisms, flags: readonly ContextFlag[]): Promise<OurSide> {
  const credentials = await sspi.acquireCredentialsHandle({
    package: 'Negotiate',
    use: 'outbound',
    negotiate,
    identity: { user: 'alice', domain: REALM, password: ALICE.password },
    kerberos: { configFile: join(folder, 'krb5.conf'), timeout: PATIENT },
  });
  return new OurSide(sspi.initializeSecurityContext(credentials, { target: 'HTTP/srv', flags }));
}

async function ourServer(negotiate: Mechanisms): Promise<OurSide> {
  const credentials = await sspi.acquireCredentialsHandle({
    package: 'Negotiate',
    use: 'inbound',
    negotiate,
    ...(negotiate.includes('Kerberos') ? { keytab: join(folder, 'keytab') } : {}),
    ...(negotiate.includes('NTLM') ? { accounts: () => ({ password: ALICE.password }) } : {}),
  });
  return new OurSide(sspi.acceptSecurityContext(credentials));
}

/** The state, and whether there is a MIC, of each token after the first. */
function statesOf([first = new Uint8Array(), ...rest]: readonly Uint8Array[]): string[] {
  decodeNegTokenInit(first);
  return rest.map((token) => {
    const { negState, mechListMIC } = decodeNegTokenResp(token);
    return mechListMIC === undefined ? String(negState) : `${negState} MIC`;
  });
}

async function assertChosen(pair: Pair, name: NegotiateMechanism): Promise<void> {
  for (const side of [pair.client, pair.server]) {
    if (!(side instanceof OurSide)) continue;
    const { package: chosen } = side.context.queryContextAttributes('negotiationInfo');
    assert.equal(chosen.name, name);
  }
  await assertAgreement(pair, LENGTHS[name]);
}

async function negotiate(client: Promise<Side>, server: Promise<Side>) {
  const pair = { client: await client, server: await server };
  return { pair, states: statesOf(await establish(pair)) };
}

describe("Negotiate of MIT's client and our server", () => {
  for (const mutual of [true, false]) {
    const suffix = mutual ? 'with mutual authentication' : 'without mutual authentication';
    it(`choose Kerberos ${suffix}`, async () => {
      for (const mechanisms of [BOTH, ['Kerberos']] as const) {
        const { pair, states } = await negotiate(
          mitClient(['Kerberos'], mutual),
          ourServer(mechanisms),
        );
        assert.deepEqual(states, ['accept-completed']);
        await assertChosen(pair, 'Kerberos');
      }
    });

    it(`protect Kerberos as the second choice ${suffix}`, async () => {
      const { pair, states } = await negotiate(
        mitClient(NTLM_FIRST, mutual),
        ourServer(['Kerberos']),
      );
      const last = mutual
        ? ['accept-incomplete', 'accept-incomplete MIC', 'accept-completed MIC']
        : ['accept-incomplete MIC', 'accept-completed MIC'];
      assert.deepEqual(states, ['request-mic', ...last]);
      await assertChosen(pair, 'Kerberos');
    });

    it(`exchange MICs if our server prefers NTLM, ${suffix}`, async () => {
      const { pair, states } = await negotiate(
        mitClient(['Kerberos'], mutual),
        ourServer(NTLM_FIRST),
      );
      assert.deepEqual(states, ['request-mic MIC', 'accept-completed MIC']);
      await assertChosen(pair, 'Kerberos');
    });
  }

  it('choose NTLM, which MICs protect', async () => {
    for (const mechanisms of [['NTLM'], BOTH] as const) {
      const server = ourServer(mechanisms.length === 1 ? ['NTLM'] : BOTH);
      const { pair } = await negotiate(mitClient(['NTLM']), server);
      await assertChosen(pair, 'NTLM');
    }
    const { pair, states } = await negotiate(mitClient(BOTH), ourServer(['NTLM']));
    assert.equal(states[0], 'request-mic');
    assert.equal(states.at(-1), 'accept-completed MIC');
    await assertChosen(pair, 'NTLM');
  });
});

describe("Negotiate of our client and MIT's server", () => {
  for (const flags of [MUTUAL, PROTECTED]) {
    const mutual = flags === MUTUAL;
    const suffix = mutual ? 'with mutual authentication' : 'without mutual authentication';
    it(`choose Kerberos ${suffix}`, async () => {
      for (const mechanisms of [BOTH, ['Kerberos']] as const) {
        const { pair, states } = await negotiate(ourClient(BOTH, flags), mitServer(mechanisms));
        assert.deepEqual(states, ['accept-completed']);
        await assertChosen(pair, 'Kerberos');
      }
    });
  }

  it('protect Kerberos as the second choice', async () => {
    const { pair, states } = await negotiate(
      ourClient(NTLM_FIRST, PROTECTED),
      mitServer(['Kerberos']),
    );
    assert.deepEqual(states, ['request-mic', 'accept-incomplete MIC', 'accept-completed MIC']);
    await assertChosen(pair, 'Kerberos');
  });

  it('protect NTLM as the second choice', async () => {
    const { pair, states } = await negotiate(ourClient(BOTH, PROTECTED), mitServer(['NTLM']));
    assert.equal(states[0], 'request-mic');
    assert.equal(states.at(-1), 'accept-completed MIC');
    await assertChosen(pair, 'NTLM');
  });
});
