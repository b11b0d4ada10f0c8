import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ALICE, JUERGEN } from './accounts.js';
import { assertSameKey, exchangeMessages } from './messages.js';
import { Peer, PeerRefusal } from './peer.js';
import { establish } from './side.js';

// What the peers say of one another: a difference with us is then no fault of theirs or of the harness.
const gss = new Peer('gss_ntlmssp.py');
const samba = new Peer('samba_gensec.py');
after(() => Promise.all([gss.stop(), samba.stop()]));

const PAIRS = [
  { name: 'gss-ntlmssp and itself', clients: gss, servers: gss },
  { name: "gss-ntlmssp's client and Samba's server", clients: gss, servers: samba },
  { name: "Samba's client and gss-ntlmssp's server", clients: samba, servers: gss },
];

for (const { name, clients, servers } of PAIRS) {
  describe(name, () => {
    for (const mechanism of ['NTLM', 'Negotiate'] as const) {
      for (const account of [ALICE, JUERGEN]) {
        it(`agree over ${mechanism} as ${account.user}`, async () => {
          const pair = {
            client: await clients.client(account, { package: mechanism }),
            server: await servers.server({ package: mechanism }),
          };
          await establish(pair);
          await assertSameKey(pair);
          await exchangeMessages(pair);
        });
      }
    }

    it('refuse a wrong password', async () => {
      const wrong = { ...ALICE, password: 'secret01' };
      const pair = {
        client: await clients.client(wrong, { package: 'NTLM' }),
        server: await servers.server({ package: 'NTLM' }),
      };
      await assert.rejects(establish(pair), PeerRefusal);
    });

    it('refuse an altered message', async () => {
      const pair = {
        client: await clients.client(ALICE, { package: 'NTLM' }),
        server: await servers.server({ package: 'NTLM' }),
      };
      await establish(pair);
      const signature = await pair.client.sign(Buffer.from('yes'));
      await assert.rejects(pair.server.verify(Buffer.from('no'), signature), PeerRefusal);
    });
  });
}

describe('a peer', () => {
  it('that fails ends with its own account of it, and answers nothing more', async () => {
    const peer = new Peer('gss_ntlmssp.py');
    try {
      const unknown = { package: 'NTLM', settings: {} } as const;
      await assert.rejects(peer.server(unknown), /ended with 1: .*TypeError/s);
      await assert.rejects(peer.server({ package: 'NTLM' }), /ended with 1/);
    } finally {
      await peer.stop();
    }
  });
});
