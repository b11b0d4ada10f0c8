import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ALICE } from './accounts.js';
import { assertAgreement } from './messages.js';
import { ours } from './ours.js';
import { Peer } from './peer.js';
import { connect, establish } from './side.js';
import { KERBEROS_TAKEN_OUT } from './spnego-interference.js';

const mit = new Peer('kerberos_first.py');
after(() => mit.stop());

const NEGOTIATE = { package: 'Negotiate' } as const;
const KERBEROS = Buffer.from('06092a864886f712010202', 'hex');

describe("a Negotiate client of MIT's that prefers Kerberos, and our server", () => {
  it('agree on NTLM', async () => {
    const client = await mit.client(ALICE, NEGOTIATE);
    const server = await ours.server(NEGOTIATE);
    const [first = new Uint8Array(), second = new Uint8Array()] = await establish({
      client,
      server,
    });
    assert.ok(Buffer.from(first).includes(KERBEROS));
    // NegTokenResp with request-mic: RFC 4178 4.2.2.
    assert.ok(Buffer.from(second).includes('a0030a0103', 'hex'));
    await assertAgreement({ client, server });
    const { userName } = server.context.queryContextAttributes('names');
    assert.equal(userName, 'DOM\\alice');
  });

  it('reject a wrong password', async () => {
    const client = mit.client({ ...ALICE, password: 'SecREt02' }, NEGOTIATE);
    const pair = connect(client, ours.server(NEGOTIATE));
    await assert.rejects(pair, { code: 'SEC_E_LOGON_DENIED' });
  });

  it(`reject ${KERBEROS_TAKEN_OUT.name}`, async () => {
    const client = mit.client(ALICE, NEGOTIATE);
    const pair = connect(client, ours.server(NEGOTIATE), KERBEROS_TAKEN_OUT.tamper);
    await assert.rejects(pair, { code: 'SEC_E_MESSAGE_ALTERED' });
  });
});
