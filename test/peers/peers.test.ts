import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ALICE, JUERGEN } from './accounts.js';
import { ATTACKS, WRONG_LENGTHS } from './forgeries.js';
import { DOWNGRADES, UNDER_THE_MIC, WITHOUT_KEY_EXCHANGE } from './interference.js';
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

    // gss-ntlmssp's client makes no MIC over NTLM.
    const interferences = servers === gss ? DOWNGRADES : [...DOWNGRADES, ...WITHOUT_KEY_EXCHANGE];
    for (const { name, onTheWay } of clients === gss ? [] : [...UNDER_THE_MIC, ...interferences]) {
      it(`refuse ${name}`, async () => {
        const pair = {
          client: await clients.client(ALICE, { package: 'NTLM' }),
          server: await servers.server({ package: 'NTLM' }),
        };
        await assert.rejects(establish(pair, onTheWay), PeerRefusal);
      });
    }

    it('refuse what was forged', async () => {
      const attacks = servers === gss ? ATTACKS : [...ATTACKS, ...WRONG_LENGTHS];
      for (const { name, forge } of attacks) {
        const pair = {
          client: await clients.client(ALICE, { package: 'NTLM' }),
          server: await servers.server({ package: 'NTLM' }),
        };
        await establish(pair);
        const { attempt } = await forge({ sender: pair.client, receiver: pair.server });
        await assert.rejects(attempt(), PeerRefusal, name);
      }
    });
  });
}

describe("Samba's variants", () => {
  for (const offers of VARIANTS) {
    const name = Object.keys(offers).join(' and ');
    it(`agree without ${name}, for a client and for a server that has none`, async () => {
      const plain = { package: 'NTLM' } as const;
      const limited = { ...plain, offers };
      const [first, second] = [
        { client: await samba.client(ALICE, limited), server: await gss.server(plain) },
        { client: await gss.client(ALICE, plain), server: await samba.server(limited) },
      ];
      for (const pair of [first, second]) {
        await establish(pair);
        await assertSameKey(pair);
        await exchangeMessages(pair);
      }
    });
  }
});

describe('a peer', () => {
  it('that fails ends with its own account of it, and answers nothing more', async () => {
    const peer = new Peer('gss_ntlmssp.py');
    try {
      const unknown = { package: 'NTLM', offers: {} } as const;
      await assert.rejects(peer.server(unknown), /ended with 1: .*TypeError/s);
      await assert.rejects(peer.server({ package: 'NTLM' }), /ended with 1/);
    } finally {
      await peer.stop();
    }
  });
});
