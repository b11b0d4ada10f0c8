import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ALICE, JUERGEN } from './accounts.js';
import { assertAgreement } from './messages.js';
import { OurSide, ours } from './ours.js';
import { Peer } from './peer.js';
import { connect, establish } from './side.js';

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
          const options = { package: mechanism };
          const pair = await connect(clients.client(account, options), servers.server(options));
          await assertAgreement(pair);
          if (pair.server instanceof OurSide) {
            const { userName } = pair.server.context.queryContextAttributes('names');
            assert.equal(userName, `${account.domain}\\${account.user}`);
          }
        });
      }
    }
  });
}

describe('our Negotiate server', () => {
  for (const [name, peer] of [['gss-ntlmssp', gss] as const, ['Samba', samba] as const]) {
    it(`takes NTLM without SPNEGO around it from ${name}'s client`, async () => {
      const client = peer.client(ALICE, { package: 'NTLM' });
      await assertAgreement(await connect(client, ours.server({ package: 'Negotiate' })));
    });

    it(`knows whether it is the target of ${name}'s client`, async () => {
      const options = { package: 'Negotiate' } as const;
      const asOne = ours.server({ ...options, targets: ['host/srv', 'HTTP/srv'] });
      await connect(peer.client(ALICE, options), asOne);
      const asOther = ours.server({ ...options, targets: ['host/srv', 'HTTP/other'] });
      const pair = connect(peer.client(ALICE, options), asOther);
      await assert.rejects(pair, { code: 'SEC_E_WRONG_PRINCIPAL' });
    });
  }
});

describe("our client that asks for integrity alone, and gss-ntlmssp's server", () => {
  it('agree on that: messages are signed either way, and none is sealed', async () => {
    const options = { package: 'NTLM' } as const;
    const client = await ours.client(ALICE, { ...options, flags: ['integrity'] });
    const server = await gss.server(options);
    await establish({ client, server });
    const message = Buffer.from('signed');
    await server.verify(message, await client.sign(message));
    await client.verify(message, await server.sign(message));
    await assert.rejects(client.seal(message), { code: 'SEC_E_UNSUPPORTED_FUNCTION' });
    const { maxSignature, securityTrailer } = client.context.queryContextAttributes('sizes');
    assert.deepEqual([maxSignature, securityTrailer], [16, 0]);
  });
});
