import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ALICE, ISIK, JUERGEN } from './accounts.js';
import { PeerRefusal } from './lines.js';
import { ours } from './ours.js';
import { Peer } from './peer.js';
import { connect, establish, type Side } from './side.js';

const gss = new Peer('gss_ntlmssp.py');
const samba = new Peer('samba_gensec.py');
after(() => Promise.all([gss.stop(), samba.stop()]));

const LOGON_DENIED = { code: 'SEC_E_LOGON_DENIED' };

const WRONG = [
  { what: 'a wrong password', account: { ...ALICE, password: 'SecREt02' } },
  { what: 'a password in another case', account: { ...ALICE, password: 'secret01' } },
  { what: "another user's password", account: { ...ALICE, password: JUERGEN.password } },
  { what: 'an unknown user', account: { ...ALICE, user: 'mallory' } },
];
const WRONG_DOMAIN = { what: 'a wrong domain', account: { ...ALICE, domain: 'ELSEWHERE' } };

for (const mechanism of ['NTLM', 'Negotiate'] as const) {
  const options = { package: mechanism };

  for (const [name, peer] of [['gss-ntlmssp', gss] as const, ['Samba', samba] as const]) {
    describe(`credentials over ${mechanism} between us and ${name}`, () => {
      for (const { what, account } of [...WRONG, WRONG_DOMAIN]) {
        it(`its client is rejected for ${what}`, async () => {
          const pair = connect(peer.client(account, options), ours.server(options));
          await assert.rejects(pair, LOGON_DENIED);
        });
      }

      // Samba treats an unknown domain as its own.
      for (const { what, account } of peer === gss ? [...WRONG, WRONG_DOMAIN] : WRONG) {
        it(`our client is rejected for ${what}`, async () => {
          const pair = connect(ours.client(account, options), peer.server(options));
          await assert.rejects(pair, PeerRefusal);
        });
      }

      it('a replayed handshake is rejected by our server', async () => {
        const client = await peer.client(ALICE, options);
        const sent = await establish({ client, server: await ours.server(options) });
        await assert.rejects(replay(sent, await ours.server(options)), LOGON_DENIED);
      });

      it('a replayed handshake is rejected by its server', async () => {
        const client = await ours.client(ALICE, options);
        const sent = await establish({ client, server: await peer.server(options) });
        await assert.rejects(replay(sent, await peer.server(options)), PeerRefusal);
      });
    });
  }
}

describe('a name whose upper case is not that of Unicode', () => {
  const options = { package: 'NTLM' } as const;

  it("is the same to our client and Samba's server", async () => {
    await connect(ours.client(ISIK, options), samba.server(options));
  });

  it("is the same to Samba's client and our server", async () => {
    await connect(samba.client(ISIK, options), ours.server(options));
  });
});

/** Replays the client's tokens of an earlier handshake to a server. */
async function replay(sent: readonly Uint8Array[], server: Side): Promise<void> {
  for (const token of sent.filter((_, number) => number % 2 === 0)) await server.step(token);
}
