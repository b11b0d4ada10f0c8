import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ALICE, JUERGEN } from './accounts.js';
import { ATTACKS, WRONG_LENGTHS } from './forgeries.js';
import { DOWNGRADES, UNDER_THE_MIC, WITHOUT_KEY_EXCHANGE } from './interference.js';
import { PeerRefusal } from './lines.js';
import { assertAgreement } from './messages.js';
import { Peer } from './peer.js';
import { connect, establish } from './side.js';

// The peers among themselves: this shows that the peers and the harness work.
const gss = new Peer('gss_ntlmssp.py');
const samba = new Peer('samba_gensec.py');
after(() => Promise.all([gss.stop(), samba.stop()]));

const NTLM = { package: 'NTLM' } as const;

const PAIRS = [
  { name: 'gss-ntlmssp and itself', clients: gss, servers: gss },
  { name: "gss-ntlmssp's client and Samba's server", clients: gss, servers: samba },
  { name: "Samba's client and gss-ntlmssp's server", clients: samba, servers: gss },
  { name: 'Samba and itself', clients: samba, servers: samba },
];

const VARIANTS = [
  { keyexchange: 'no' },
  { '128bit': 'no' },
  { '128bit': 'no', '56bit': 'no' },
  { keyexchange: 'no', '128bit': 'no' },
] as const;

for (const { name, clients, servers } of PAIRS) {
  describe(name, () => {
    for (const mechanism of ['NTLM', 'Negotiate'] as const) {
      for (const account of [ALICE, JUERGEN]) {
        it(`agree over ${mechanism} as ${account.user}`, async () => {
          const options = { package: mechanism };
          await assertAgreement(
            await connect(clients.client(account, options), servers.server(options)),
          );
        });
      }
    }

    it('reject a wrong password', async () => {
      const wrong = { ...ALICE, password: 'secret01' };
      const pair = connect(clients.client(wrong, NTLM), servers.server(NTLM));
      await assert.rejects(pair, PeerRefusal);
    });

    // gss-ntlmssp's client makes no MIC over NTLM.
    const interferences = servers === gss ? DOWNGRADES : [...DOWNGRADES, ...WITHOUT_KEY_EXCHANGE];
    for (const { name, tamper } of clients === gss ? [] : [...UNDER_THE_MIC, ...interferences]) {
      it(`reject ${name}`, async () => {
        const pair = {
          client: await clients.client(ALICE, NTLM),
          server: await servers.server(NTLM),
        };
        await assert.rejects(establish(pair, tamper), PeerRefusal);
      });
    }

    it('reject forged messages', async () => {
      const attacks = servers === gss ? ATTACKS : [...ATTACKS, ...WRONG_LENGTHS];
      for (const { name, forge } of attacks) {
        const pair = await connect(clients.client(ALICE, NTLM), servers.server(NTLM));
        const { attempt } = await forge({ sender: pair.client, receiver: pair.server });
        await assert.rejects(attempt(), PeerRefusal, name);
      }
    });
  });
}

describe("Samba's variants", () => {
  for (const offers of VARIANTS) {
    const name = Object.keys(offers).join(' and ');
    it(`agree without ${name}, on either side`, async () => {
      const limited = { ...NTLM, offers };
      await assertAgreement(await connect(samba.client(ALICE, limited), gss.server(NTLM)));
      await assertAgreement(await connect(gss.client(ALICE, NTLM), samba.server(limited)));
    });
  }
});

describe('a peer', () => {
  it('ends with its error message if it fails, and answers no more', async () => {
    const peer = new Peer('gss_ntlmssp.py');
    try {
      const unknown = { ...NTLM, offers: {} };
      await assert.rejects(peer.server(unknown), /ended with 1: .*TypeError/s);
      await assert.rejects(peer.server(NTLM), /ended with 1/);
    } finally {
      await peer.stop();
    }
  });
});
