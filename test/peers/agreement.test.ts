import { after, describe, it } from 'node:test';
import { ALICE, JUERGEN } from './accounts.js';
import { assertSameKey, exchangeMessages } from './messages.js';
import { ours } from './ours.js';
import { Peer } from './peer.js';
import { establish } from './side.js';

const gss = new Peer('gss_ntlmssp.py');
const samba = new Peer('samba_gensec.py');
after(() => Promise.all([gss.stop(), samba.stop()]));

const PAIRS = [
  { name: "our client and gss-ntlmssp's server", clients: ours, servers: gss },
  { name: "gss-ntlmssp's client and our server", clients: gss, servers: ours },
  { name: "our client and Samba's server", clients: ours, servers: samba },
  { name: "Samba's client and our server", clients: samba, servers: ours },
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
  });
}
