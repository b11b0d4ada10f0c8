import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SspiError, type SspiErrorCode } from '../../src/sspi.js';
import { ALICE } from './accounts.js';
import {
  DOWNGRADES,
  type Interference,
  MIC_TAKEN_OUT,
  NAME_ALTERED,
  UNDER_THE_MIC,
  WITHOUT_KEY_EXCHANGE,
} from './interference.js';
import { PeerRefusal } from './lines.js';
import { assertAgreement } from './messages.js';
import { ours } from './ours.js';
import { Peer } from './peer.js';
import { connect } from './side.js';
import { UNDER_THE_MECH_LIST_MIC } from './spnego-interference.js';

const gss = new Peer('gss_ntlmssp.py');
const samba = new Peer('samba_gensec.py');
after(() => Promise.all([gss.stop(), samba.stop()]));

const NTLM = { package: 'NTLM' } as const;
const NEGOTIATE = { package: 'Negotiate' } as const;
const ALTERED = { code: 'SEC_E_MESSAGE_ALTERED' };
const LOGON_DENIED = { code: 'SEC_E_LOGON_DENIED' };

/** Either side may notice first: an altered message, or one that offers too little. */
const REFUSALS: readonly SspiErrorCode[] = ['SEC_E_MESSAGE_ALTERED', 'SEC_E_UNSUPPORTED_FUNCTION'];

function isRefusal(error: unknown): boolean {
  return (
    error instanceof PeerRefusal || (error instanceof SspiError && REFUSALS.includes(error.code))
  );
}

const SERVERS = [
  { name: 'gss-ntlmssp', peer: gss, downgrades: DOWNGRADES },
  { name: 'Samba', peer: samba, downgrades: [...DOWNGRADES, ...WITHOUT_KEY_EXCHANGE] },
];

for (const { name, peer, downgrades } of SERVERS) {
  for (const options of [NTLM, NEGOTIATE]) {
    describe(`our client and ${name}'s server over ${options.package} reject`, () => {
      const attempt = ({ tamper }: Interference) =>
        connect(ours.client(ALICE, options), peer.server(options), tamper);

      for (const interference of [...UNDER_THE_MIC, MIC_TAKEN_OUT]) {
        it(interference.name, () => assert.rejects(attempt(interference), PeerRefusal));
      }
      for (const interference of downgrades) {
        it(interference.name, () => assert.rejects(attempt(interference), isRefusal));
      }
    });
  }
}

const CLIENTS_WITH_MIC = [
  { name: "gss-ntlmssp's client", peer: gss, options: NEGOTIATE },
  { name: "Samba's client", peer: samba, options: NTLM },
  { name: "Samba's client", peer: samba, options: NEGOTIATE },
];

for (const { name, peer, options } of CLIENTS_WITH_MIC) {
  describe(`${name} and our server over ${options.package} reject`, () => {
    const attempt = ({ tamper }: Interference) =>
      connect(peer.client(ALICE, options), ours.server(options), tamper);

    for (const interference of UNDER_THE_MIC) {
      it(interference.name, () => assert.rejects(attempt(interference), ALTERED));
    }
    it(MIC_TAKEN_OUT.name, () => assert.rejects(attempt(MIC_TAKEN_OUT), LOGON_DENIED));
    for (const interference of [...DOWNGRADES, ...WITHOUT_KEY_EXCHANGE]) {
      it(interference.name, () => assert.rejects(attempt(interference), isRefusal));
    }
  });
}

// Over NTLM gss-ntlmssp's client makes no MIC: only the flags that our server requires protect the handshake.
describe("gss-ntlmssp's client over NTLM and our server that requires confidentiality", () => {
  const attempt = ({ tamper }: Interference) => {
    const server = ours.server({ ...NTLM, flags: ['confidentiality'] });
    return connect(gss.client(ALICE, NTLM), server, tamper);
  };
  /** Sealing implies signing, so that the removed flag alone changes nothing, and the client checks its own flags. */
  const isHarmless = ({ name }: Interference) =>
    /^sign removed from (?:NEGOTIATE|AUTHENTICATE)$/.test(name);

  it(`reject ${NAME_ALTERED.name}`, () => assert.rejects(attempt(NAME_ALTERED), ALTERED));

  for (const interference of [...DOWNGRADES, ...WITHOUT_KEY_EXCHANGE]) {
    if (isHarmless(interference)) {
      it(`lose nothing to ${interference.name}`, async () => {
        await assertAgreement(await attempt(interference));
      });
    } else {
      it(`reject ${interference.name}`, () => assert.rejects(attempt(interference), isRefusal));
    }
  }
});

describe('changes that the mechListMIC of Negotiate detects', () => {
  /** Without the client's MIC Samba's server sends an invalid answer. */
  const isSpnegoRefusal = (error: unknown) =>
    isRefusal(error) || (error instanceof SspiError && error.code === 'SEC_E_INVALID_TOKEN');

  for (const { name, peer } of SERVERS) {
    for (const { name: what, tamper } of UNDER_THE_MECH_LIST_MIC) {
      it(`our client and ${name}'s server reject ${what}`, async () => {
        const pair = connect(ours.client(ALICE, NEGOTIATE), peer.server(NEGOTIATE), tamper);
        await assert.rejects(pair, isSpnegoRefusal);
      });

      it(`${name}'s client and our server reject ${what}`, async () => {
        const pair = connect(peer.client(ALICE, NEGOTIATE), ours.server(NEGOTIATE), tamper);
        await assert.rejects(pair, isRefusal);
      });
    }
  }
});
