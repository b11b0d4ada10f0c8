import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { WeakSecurity } from '../../src/sspi.js';
import { ALICE } from './accounts.js';
import { assertAgreement } from './messages.js';
import { ours } from './ours.js';
import { Peer } from './peer.js';
import type { Offers } from './peer-calls.js';
import { connect } from './side.js';

const samba = new Peer('samba_gensec.py');
after(() => samba.stop());

const NTLM = { package: 'NTLM' } as const;
const TOO_WEAK = { code: 'SEC_E_UNSUPPORTED_FUNCTION' };

interface Variant {
  readonly offers: Offers;
  readonly allowWeak: readonly WeakSecurity[];
}

const VARIANTS: readonly Variant[] = [
  { offers: { keyexchange: 'no' }, allowWeak: ['no-key-exchange'] },
  { offers: { '128bit': 'no' }, allowWeak: ['56-bit'] },
  { offers: { '128bit': 'no', '56bit': 'no' }, allowWeak: ['40-bit'] },
  { offers: { '128bit': 'no', keyexchange: 'no' }, allowWeak: ['56-bit', 'no-key-exchange'] },
  {
    offers: { '128bit': 'no', '56bit': 'no', keyexchange: 'no' },
    allowWeak: ['40-bit', 'no-key-exchange'],
  },
];

const WITHOUT_SESSION_SECURITY: readonly Variant[] = [
  { offers: { ntlm2: 'no' }, allowWeak: ['no-extended-session-security'] },
  ...VARIANTS.map(({ offers, allowWeak }) => ({
    offers: { ...offers, ntlm2: 'no' } as const,
    allowWeak: [...allowWeak, 'no-extended-session-security'] as const,
  })),
];

/** Every list of what must be allowed, with one item left out. */
function tooFew(allowWeak: readonly WeakSecurity[]): WeakSecurity[][] {
  return allowWeak.map((left) => allowWeak.filter((name) => name !== left));
}

describe("Samba's server that offers less, and our client", () => {
  for (const { offers, allowWeak } of [...VARIANTS, ...WITHOUT_SESSION_SECURITY]) {
    it(`agree on ${allowWeak.join(' and ')}, allowed by name`, async () => {
      const client = ours.client(ALICE, { ...NTLM, allowWeak });
      await assertAgreement(await connect(client, samba.server({ ...NTLM, offers })));
    });

    it(`do not agree on ${allowWeak.join(' and ')} if less is allowed`, async () => {
      for (const fewer of tooFew(allowWeak)) {
        const client = ours.client(ALICE, { ...NTLM, allowWeak: fewer });
        const pair = connect(client, samba.server({ ...NTLM, offers }));
        await assert.rejects(pair, TOO_WEAK, `allowed: ${fewer.join()}`);
      }
    });
  }
});

describe("Samba's client that offers less, and our server", () => {
  for (const { offers, allowWeak } of VARIANTS) {
    it(`agree on ${allowWeak.join(' and ')}, allowed by name`, async () => {
      const client = samba.client(ALICE, { ...NTLM, offers });
      await assertAgreement(await connect(client, ours.server({ ...NTLM, allowWeak })));
    });

    it(`do not agree on ${allowWeak.join(' and ')} if less is allowed`, async () => {
      for (const fewer of tooFew(allowWeak)) {
        const client = samba.client(ALICE, { ...NTLM, offers });
        const pair = connect(client, ours.server({ ...NTLM, allowWeak: fewer }));
        await assert.rejects(pair, TOO_WEAK, `allowed: ${fewer.join()}`);
      }
    });
  }

  it('do not agree on the NTLMv1 response that it makes without extended session security', async () => {
    const client = samba.client(ALICE, { ...NTLM, offers: { ntlm2: 'no' } });
    const server = ours.server({ ...NTLM, allowWeak: ['no-extended-session-security'] });
    await assert.rejects(connect(client, server), { code: 'SEC_E_LOGON_DENIED' });
  });
});
