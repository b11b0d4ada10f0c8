import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { encodeMethodData } from '../../src/sspi/kerberos/messages/pa-data.js';
import type { PrincipalName } from '../../src/sspi/kerberos/messages/principal-name.js';
import { type Credentials, openSspi, SspiError, type Step } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { etypeOf } from '../support/kerberos.js';
import { encodeEtypeInfo2 } from '../support/kerberos-kdc.js';
import { PATIENT } from '../support/patience.js';
import {
  type Draft,
  type Falsehood,
  FORGED_TEXT,
  IDENTITY,
  TARGET,
  TestKdc,
  writeConfiguration,
} from '../support/test-kdc.js';

const sspi = openSspi({ provider: 'portable' });
const folder = temporaryFolder();
const kdc = new TestKdc();
let configFile = join(folder, 'krb5.conf');

before(async () => {
  await kdc.start();
  configFile = writeConfiguration(folder, { 'EXAMPLE.TEST': [kdc.port] });
});
after(() => kdc.stop());
beforeEach(() => {
  kdc.falsehood = {};
  kdc.received.length = 0;
});

function logOn(more: object = {}, kerberos: object = {}): Promise<Credentials> {
  return sspi.acquireCredentialsHandle({
    package: 'Kerberos',
    use: 'outbound',
    identity: { ...IDENTITY, ...more },
    kerberos: { configFile, timeout: PATIENT, ...kerberos },
  });
}

async function firstStep(target: string = TARGET, options: object = {}): Promise<Step> {
  const { falsehood } = kdc;
  kdc.falsehood = {};
  const credentials = await logOn();
  kdc.falsehood = falsehood;
  kdc.received.length = 0;
  return sspi.initializeSecurityContext(credentials, { target, ...options }).step();
}

/** Rejects with a code and a message that the KDC has not written. */
async function refuse(work: Promise<unknown>, code: string, message: RegExp = /^/): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof SspiError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /forged|\r|\n/);
    for (const secret of [FORGED_TEXT, IDENTITY.password]) {
      assert.ok(!error.message.includes(secret));
    }
    return true;
  });
  await kdc.untilIdle();
}

const name = (...nameString: string[]): PrincipalName => ({ nameType: 2, nameString });
const altered = (change: (draft: Draft) => Partial<Draft>): Falsehood => ({ alter: change });
const alteredPart = (change: (draft: Draft) => Partial<Draft['part']>): Falsehood =>
  altered((draft) => ({ part: { ...draft.part, ...change(draft) } }));
const newKey = (keytype: number) => ({
  keytype,
  keyvalue: ProtocolKey.generate(etypeOf(keytype)).bytes,
});
const now = () => Math.floor(Date.now() / 1000);

/** Replies that are wrong in both exchanges. */
const REPLIES: readonly (readonly [
  title: string,
  code: string,
  message: RegExp,
  falsehood: Falsehood,
])[] = [
  [
    'another nonce',
    'SEC_E_MESSAGE_ALTERED',
    /nonce/,
    alteredPart(({ part }) => ({ nonce: part.nonce ^ 1 })),
  ],
  [
    'another client',
    'SEC_E_MESSAGE_ALTERED',
    /another client/,
    altered(() => ({ cname: name('mallory') })),
  ],
  [
    'another realm of the client',
    'SEC_E_MESSAGE_ALTERED',
    /another client/,
    altered(() => ({ crealm: 'FORGED.TEST' })),
  ],
  [
    'the realm of the client in another case',
    'SEC_E_MESSAGE_ALTERED',
    /another client/,
    altered(() => ({ crealm: 'example.test' })),
  ],
  [
    'another service',
    'SEC_E_MESSAGE_ALTERED',
    /another service/,
    alteredPart(() => ({ sname: name('HTTP', 'forged') })),
  ],
  [
    'another service, in the ticket as well',
    'SEC_E_MESSAGE_ALTERED',
    /another service/,
    altered(({ part }) => ({
      part: { ...part, sname: name('HTTP', 'forged') },
      ticket: { realm: 'EXAMPLE.TEST', sname: name('HTTP', 'forged') },
    })),
  ],
  [
    'another realm of the service',
    'SEC_E_MESSAGE_ALTERED',
    /another service/,
    alteredPart(() => ({ srealm: 'FORGED.TEST' })),
  ],
  [
    'another realm of the service, in the ticket as well',
    'SEC_E_MESSAGE_ALTERED',
    /is for another service/,
    altered(({ part, ticket }) => ({
      part: { ...part, srealm: 'FORGED.TEST' },
      ticket: { ...ticket, realm: 'FORGED.TEST' },
    })),
  ],
  [
    'another service in the ticket',
    'SEC_E_MESSAGE_ALTERED',
    /ticket for another/,
    altered(() => ({
      ticket: { realm: 'EXAMPLE.TEST', sname: name('HTTP', 'forged') },
    })),
  ],
  [
    'another realm in the ticket',
    'SEC_E_MESSAGE_ALTERED',
    /ticket for another/,
    altered(({ ticket }) => ({
      ticket: { ...ticket, realm: 'FORGED.TEST' },
    })),
  ],
  [
    'a session key of rc4-hmac',
    'SEC_E_KDC_UNKNOWN_ETYPE',
    /23, which was not requested/,
    alteredPart(() => ({ key: newKey(23) })),
  ],
  [
    'a session key of des-cbc-md5',
    'SEC_E_KDC_UNKNOWN_ETYPE',
    /3, which was not requested/,
    alteredPart(() => ({
      key: { keytype: 3, keyvalue: new Uint8Array(8) },
    })),
  ],
  [
    'a session key that is too short',
    'SEC_E_INVALID_TOKEN',
    /32 bytes, not 16/,
    alteredPart(() => ({
      key: { keytype: 18, keyvalue: new Uint8Array(16) },
    })),
  ],
  [
    'a ticket that is not valid yet',
    'SEC_E_TIME_SKEW',
    /not valid yet/,
    alteredPart(() => ({ starttime: now() + 400 })),
  ],
  [
    'a ticket marked as invalid',
    'SEC_E_TIME_SKEW',
    /not valid yet/,
    alteredPart(() => ({ flags: 0x01000000 })),
  ],
  [
    'a ticket that is expired',
    'SEC_E_CONTEXT_EXPIRED',
    /expired/,
    alteredPart(() => ({ endtime: now() - 1 })),
  ],
  [
    'a ticket that fits into no token',
    'SEC_E_INVALID_TOKEN',
    /a ticket of 6\d{4} bytes, of 63487 allowed/,
    altered(() => ({ transited: new Uint8Array(63_400) })),
  ],
  ['another key usage', 'SEC_E_MESSAGE_ALTERED', /altered/, altered(() => ({ usage: 11 }))],
];

describe('a false KDC', () => {
  it('is not seen in a genuine exchange', async () => {
    const { done, token } = await firstStep(TARGET, { flags: ['integrity'] });
    assert.deepEqual([done, token.length > 300], [true, true]);
  });

  for (const [title, code, message, falsehood] of REPLIES) {
    it(`answers the logon with ${title}`, async () => {
      kdc.falsehood = falsehood;
      await refuse(logOn(), code, message);
      assert.equal(kdc.received.length, 2);
    });

    it(`answers the request for a ticket with ${title}`, async () => {
      kdc.falsehood = falsehood;
      await refuse(firstStep(), code, message);
      assert.equal(kdc.received.length, 1);
    });
  }

  it('encrypts a TGS-REP with the session key in place of the subkey', async () => {
    for (const usage of [8, 9]) {
      kdc.falsehood = { alter: (_, { sessionKey }) => ({ key: sessionKey as ProtocolKey, usage }) };
      await refuse(firstStep(), 'SEC_E_MESSAGE_ALTERED');
      kdc.falsehood = altered(() => ({ usage: 8 }));
      await refuse(firstStep(), 'SEC_E_MESSAGE_ALTERED');
    }
  });

  it('encrypts a reply with an encryption type that was not requested', async () => {
    const rc4 = ProtocolKey.generate(etypeOf(23));
    kdc.falsehood = altered(() => ({ key: rc4 }));
    await refuse(logOn(), 'SEC_E_KDC_UNKNOWN_ETYPE', /23, which was not requested/);
    kdc.falsehood = altered(() => ({ key: rc4 }));
    await refuse(firstStep(), 'SEC_E_MESSAGE_ALTERED');
  });

  it('gives a ticket under a weak key, which the context does not allow', async () => {
    for (const ticketEtype of [23, 3, 1]) {
      kdc.falsehood = altered(() => ({ ticketEtype }));
      await refuse(firstStep(), 'SEC_E_KDC_UNKNOWN_ETYPE', /AES key/);
    }
    kdc.falsehood = altered(() => ({ ticketEtype: 23 }));
    await firstStep(TARGET, { allowWeak: ['rc4-hmac'] });
  });

  it('sends the reply to the request before', async () => {
    const drafts: Draft[] = [];
    kdc.falsehood = {
      alter(draft, { type }) {
        if (type === 'TGS-REQ') drafts.push(draft);
        return type === 'TGS-REQ' ? (drafts[0] as Draft) : {};
      },
    };
    await firstStep();
    await refuse(firstStep(), 'SEC_E_MESSAGE_ALTERED');
  });
});

describe('a false KDC and the password', () => {
  const infos = (...s2kparams: (Uint8Array | undefined)[]) =>
    s2kparams.map((params) => ({ etype: 18, salt: new Uint8Array(1), s2kparams: params }));

  it('asks for too many iterations, too few, or in another form', async () => {
    for (const params of [
      [0, 0, 0, 0],
      [0xff, 0xff, 0xff, 0xff],
      [0, 0x10, 0, 1],
      [0, 0, 0x0f, 0xff],
      [1],
    ]) {
      kdc.falsehood = { info: infos(Uint8Array.from(params)) };
      await refuse(logOn(), 'SEC_E_UNSUPPORTED_PREAUTH', /iterations|bytes/);
      assert.deepEqual(
        kdc.received.map(({ hasTimestamp }) => hasTimestamp),
        [false],
      );
      kdc.received.length = 0;
    }
  });

  it('offers only encryption types that are weak, unknown or not requested', async () => {
    for (const etype of [1, 3, 16, 23, 24, 99]) {
      kdc.falsehood = { info: [{ etype }] };
      await refuse(logOn(), 'SEC_E_KDC_UNKNOWN_ETYPE', /no key of this account/);
      assert.equal(kdc.received.length, 1);
      kdc.received.length = 0;
    }
    kdc.falsehood = { info: [{ etype: 23 }] };
    await refuse(logOn({}, { allowWeak: ['rc4-hmac'] }), 'SEC_E_LOGON_DENIED', /24/);
  });

  it('puts a weak type first, and the client takes the strong one', async () => {
    kdc.falsehood = { info: [{ etype: 23 }, { etype: 18 }] };
    await logOn({}, { allowWeak: ['rc4-hmac'] });
  });

  it('changes the salt: the logon fails, after one timestamp', async () => {
    kdc.falsehood = { info: [{ etype: 18, salt: new TextEncoder().encode('forged') }] };
    await refuse(logOn(), 'SEC_E_LOGON_DENIED', /KDC_ERR_PREAUTH_FAILED \(24\)/);
    assert.deepEqual(
      kdc.received.map(({ hasTimestamp }) => hasTimestamp),
      [false, true],
    );
  });

  it('names a salt as long as a message may be', async () => {
    kdc.falsehood = { info: [{ etype: 18, salt: new Uint8Array(2 ** 20 - 200) }] };
    await refuse(logOn(), 'SEC_E_LOGON_DENIED');
  });

  it('asks again and again', async () => {
    kdc.falsehood = { answer: ({ hasTimestamp }) => (hasTimestamp ? kdc.error(25) : undefined) };
    await refuse(logOn(), 'SEC_E_UNSUPPORTED_PREAUTH');
    assert.equal(kdc.received.length, 2);
  });

  it('asks for another kind of pre-authentication, or says nothing about it', async () => {
    const info = {
      padataType: 19,
      padataValue: encodeEtypeInfo2([{ etype: 18 }]),
    };
    const others = [16, 138, 151].map((padataType) => ({
      padataType,
      padataValue: new Uint8Array(0),
    }));
    for (const eData of [undefined, encodeMethodData([]), encodeMethodData([info, ...others])]) {
      kdc.falsehood = { answer: () => kdc.error(25, eData === undefined ? {} : { eData }) };
      await refuse(logOn(), 'SEC_E_UNSUPPORTED_PREAUTH', /smart card or FAST/);
    }
    kdc.falsehood = { answer: () => kdc.error(25, { eData: Uint8Array.of(0x30, 0x80) }) };
    await refuse(logOn(), 'SEC_E_INVALID_TOKEN');
  });

  it('answers without pre-authentication: nothing more is sent, right or wrong', async () => {
    kdc.falsehood = { preauth: false };
    await logOn();
    assert.equal(kdc.received.length, 1);
    kdc.received.length = 0;
    kdc.falsehood = { preauth: false };
    await refuse(logOn({ password: 'wrong' }), 'SEC_E_LOGON_DENIED', /password is wrong/);
    assert.equal(kdc.received.length, 1);
    kdc.received.length = 0;
    for (const s2kparams of [new Uint8Array(4), Uint8Array.of(0, 0, 1, 0)]) {
      const padataValue = encodeEtypeInfo2([{ etype: 18, s2kparams }]);
      kdc.falsehood = {
        preauth: false,
        alter: () => ({ padata: [{ padataType: 19, padataValue }] }),
      };
      await refuse(logOn(), 'SEC_E_UNSUPPORTED_PREAUTH', /iterations/);
    }
    const padataValue = encodeEtypeInfo2([{ etype: 18, salt: new Uint8Array(3) }]);
    kdc.falsehood = {
      preauth: false,
      alter: () => ({ padata: [{ padataType: 19, padataValue }] }),
    };
    await refuse(logOn(), 'SEC_E_LOGON_DENIED');
    assert.equal(kdc.received.filter(({ hasTimestamp }) => hasTimestamp).length, 0);
  });
});
