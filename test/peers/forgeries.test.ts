import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ALICE } from './accounts.js';
import { ATTACKS, type Fault, type Link, WRONG_LENGTHS } from './forgeries.js';
import { PeerRefusal } from './lines.js';
import { ours } from './ours.js';
import { Peer } from './peer.js';
import { connect, type Pair } from './side.js';

const gss = new Peer('gss_ntlmssp.py');
const samba = new Peer('samba_gensec.py');
after(() => Promise.all([gss.stop(), samba.stop()]));

const NTLM = { package: 'NTLM' } as const;

const CODES: Readonly<Record<Fault, string>> = {
  altered: 'SEC_E_MESSAGE_ALTERED',
  'out of sequence': 'SEC_E_OUT_OF_SEQUENCE',
  malformed: 'SEC_E_INVALID_TOKEN',
};

const PEERS = [
  { name: 'gss-ntlmssp', peer: gss, attacks: ATTACKS },
  { name: 'Samba', peer: samba, attacks: [...ATTACKS, ...WRONG_LENGTHS] },
];

const toServer = ({ client, server }: Pair): Link => ({ sender: client, receiver: server });
const toClient = ({ client, server }: Pair): Link => ({ sender: server, receiver: client });

for (const { name, peer, attacks } of PEERS) {
  // A peer that rejected a message is out of step: each attack has a new context.
  const ourClient = () => connect(ours.client(ALICE, NTLM), peer.server(NTLM));
  const ourServer = () => connect(peer.client(ALICE, NTLM), ours.server(NTLM));

  describe(`forged messages between us and ${name}`, () => {
    it('are rejected by its server', async () => {
      for (const { name: attack, forge } of attacks) {
        const { attempt } = await forge(toServer(await ourClient()));
        await assert.rejects(attempt(), PeerRefusal, attack);
      }
    });

    it('are rejected by its client', async () => {
      for (const { name: attack, forge } of attacks) {
        const { attempt } = await forge(toClient(await ourServer()));
        await assert.rejects(attempt(), PeerRefusal, attack);
      }
    });

    it('are rejected by our server, which then accepts the genuine one', async () => {
      await assertRefused(async () => toServer(await ourServer()));
    });

    it('are rejected by our client, which then accepts the genuine one', async () => {
      await assertRefused(async () => toClient(await ourClient()));
    });
  });
}

async function assertRefused(link: () => Promise<Link>): Promise<void> {
  for (const { name, forge } of [...ATTACKS, ...WRONG_LENGTHS]) {
    const { fault, attempt, good } = await forge(await link());
    await assert.rejects(attempt(), { code: CODES[fault] }, name);
    await good();
  }
}

describe('a context of ours', () => {
  it('rejects every forgery, one after the other', async () => {
    const { client, server } = await connect(gss.client(ALICE, NTLM), ours.server(NTLM));
    for (const { name, forge } of [...ATTACKS, ...WRONG_LENGTHS]) {
      const { attempt, good } = await forge({ sender: client, receiver: server });
      await assert.rejects(attempt(), { name: 'SspiError' }, name);
      await good();
    }
  });
});
