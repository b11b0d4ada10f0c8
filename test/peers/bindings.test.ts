import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { ALICE } from './accounts.js';
import { PeerRefusal } from './lines.js';
import { assertAgreement } from './messages.js';
import { ours } from './ours.js';
import { Peer } from './peer.js';
import { connect } from './side.js';

const gss = new Peer('gss_ntlmssp.py');
const samba = new Peer('samba_gensec.py');
after(() => Promise.all([gss.stop(), samba.stop()]));

const THIS = Buffer.concat([Buffer.from('tls-exporter:'), randomBytes(32)]);
const OTHER = Buffer.concat([Buffer.from('tls-exporter:'), randomBytes(32)]);
const BAD_BINDINGS = { code: 'SEC_E_BAD_BINDINGS' };

for (const mechanism of ['NTLM', 'Negotiate'] as const) {
  const options = { package: mechanism };

  describe(`channel bindings over ${mechanism}, our client and gss-ntlmssp's server`, () => {
    it('agree on one channel', async () => {
      const client = ours.client(ALICE, { ...options, channelBindings: THIS });
      await assertAgreement(await connect(client, gss.server({ ...options, bindings: THIS })));
    });

    it('fail on two', async () => {
      const client = ours.client(ALICE, { ...options, channelBindings: THIS });
      const pair = connect(client, gss.server({ ...options, bindings: OTHER }));
      await assert.rejects(pair, PeerRefusal);
    });

    it('agree if only one of them knows the channel', async () => {
      const client = ours.client(ALICE, { ...options, channelBindings: THIS });
      await assertAgreement(await connect(client, gss.server(options)));
      const server = gss.server({ ...options, bindings: THIS });
      await assertAgreement(await connect(ours.client(ALICE, options), server));
    });
  });

  describe(`channel bindings over ${mechanism}, gss-ntlmssp's client and our server`, () => {
    const clientOn = (bindings: Buffer) => gss.client(ALICE, { ...options, bindings });
    const bound = { ...options, channelBindings: THIS };

    for (const policy of ['require', 'accept', 'ignore'] as const) {
      it(`agree on one channel, with the policy ${policy}`, async () => {
        const server = ours.server({ ...bound, channelBindingPolicy: policy });
        await assertAgreement(await connect(clientOn(THIS), server));
      });
    }

    for (const policy of ['require', 'accept'] as const) {
      it(`fail on two, with the policy ${policy}`, async () => {
        const server = ours.server({ ...bound, channelBindingPolicy: policy });
        await assert.rejects(connect(clientOn(OTHER), server), BAD_BINDINGS);
      });
    }

    it('agree on two if the server ignores them or has none', async () => {
      const ignoring = ours.server({ ...bound, channelBindingPolicy: 'ignore' });
      await assertAgreement(await connect(clientOn(OTHER), ignoring));
      await assertAgreement(await connect(clientOn(OTHER), ours.server(options)));
    });
  });

  // Without channel bindings gss-ntlmssp sends no AV_PAIR, and Samba one of zeros.
  for (const [name, peer] of [['gss-ntlmssp', gss] as const, ['Samba', samba] as const]) {
    describe(`${name}'s client over ${mechanism}, without channel bindings`, () => {
      const bound = { ...options, channelBindings: THIS };

      it('is rejected if they are required, as by default', async () => {
        const client = peer.client(ALICE, options);
        await assert.rejects(connect(client, ours.server(bound)), BAD_BINDINGS);
      });

      for (const policy of ['accept', 'ignore'] as const) {
        it(`agrees with our server, with the policy ${policy}`, async () => {
          const server = ours.server({ ...bound, channelBindingPolicy: policy });
          await assertAgreement(await connect(peer.client(ALICE, options), server));
        });
      }
    });
  }
}
