import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { openSspi } from '../../../src/sspi.js';
import { ALICE, JUERGEN } from '../../peers/accounts.js';
import { ATTACKS, type Link } from '../../peers/forgeries.js';
import { PeerRefusal } from '../../peers/lines.js';
import { exchangeMessages } from '../../peers/messages.js';
import { clientOf } from '../../peers/ours.js';
import { connect } from '../../peers/side.js';
import { RemotePeer } from './remote-peer.js';

const gss = await RemotePeer.connect('GSS_NTLMSSP_PORT');
const portable = await RemotePeer.connect('PORTABLE_PORT');
after(() => {
  gss.stop();
  portable.stop();
});

const windowsSspi = openSspi({ provider: 'windows' });
const portableSspi = openSspi({ provider: 'portable' });

const PAIRS = [
  { name: "Windows' client and gss-ntlmssp's server", clients: windowsSspi, servers: gss },
  { name: "Windows' client and the portable server", clients: windowsSspi, servers: portable },
  { name: 'the portable client and server', clients: portableSspi, servers: portable },
];
/** Wine's "Negotiate" is NTLM without SPNEGO, which gss-ntlmssp's Negotiate rejects. */
const negotiates = (servers: RemotePeer) => servers === portable;

for (const { name, clients, servers } of PAIRS) {
  for (const mechanism of ['NTLM', 'Negotiate'] as const) {
    if (mechanism === 'Negotiate' && !negotiates(servers)) continue;
    const options = { package: mechanism };

    describe(`${name}, on Linux, over ${mechanism}`, () => {
      for (const account of [ALICE, JUERGEN]) {
        it(`agree as ${account.user}`, async () => {
          const client = clientOf(clients, account, options);
          await exchangeMessages(await connect(client, servers.server(options)));
        });
      }

      it('reject a wrong password', async () => {
        const client = clientOf(clients, { ...ALICE, password: 'SecREt02' }, options);
        await assert.rejects(connect(client, servers.server(options)), PeerRefusal);
      });
    });
  }
}

describe("forged messages between Windows' client and gss-ntlmssp's server", () => {
  const options = { package: 'NTLM' } as const;
  // A side that rejected a message is out of step: each attack has a new context.
  const newPair = () => connect(clientOf(windowsSspi, ALICE, options), gss.server(options));

  it('are rejected by gss-ntlmssp', async () => {
    for (const { name, forge } of ATTACKS.filter(isOneOfFive)) {
      const { client, server } = await newPair();
      const link: Link = { sender: client, receiver: server };
      const { attempt } = await forge(link);
      await assert.rejects(attempt(), PeerRefusal, name);
    }
  });

  it('are rejected by Windows, except for what Wine does not check', async () => {
    for (const { name, forge } of ATTACKS.filter(isOneOfFive).filter(isSeenByWine)) {
      const { client, server } = await newPair();
      const { attempt } = await forge({ sender: server, receiver: client });
      await assert.rejects(attempt(), { name: 'SspiError' }, name);
    }
  });
});

/** Every fifth bit of signatures and trailers: each needs a new handshake. */
function isOneOfFive(attack: { readonly name: string }): boolean {
  const bit = bitOf(attack);
  return bit === undefined || bit % 5 === 0;
}

/** Wine's VerifySignature and DecryptMessage compare only bytes 8 to 15 of a signature. */
function isSeenByWine(attack: { readonly name: string }): boolean {
  const bit = bitOf(attack);
  return bit === undefined || bit >= 64;
}

function bitOf({ name }: { readonly name: string }): number | undefined {
  const bit = /^bit (\d+) of/.exec(name)?.[1];
  return bit === undefined ? undefined : Number(bit);
}
