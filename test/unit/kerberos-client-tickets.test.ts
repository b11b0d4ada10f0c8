import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it, type TestContext } from 'node:test';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import type { PrincipalName } from '../../src/sspi/kerberos/messages/principal-name.js';
import {
  type ContextFlag,
  type Credentials,
  type CredentialsRequest,
  ntHash,
  openSspi,
  SspiError,
} from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { newServiceKey, renamed } from '../support/kerberos-ticket.js';
import { PATIENT } from '../support/patience.js';
import {
  type Draft,
  IDENTITY,
  type Received,
  TARGET,
  TestKdc,
  writeConfiguration,
} from '../support/test-kdc.js';

const sspi = openSspi({ provider: 'portable' });
const kdc = new TestKdc();
const west = new TestKdc('WEST.TEST', kdc.granting);
const flags = ['integrity'] as const;
const folder = temporaryFolder();
let configFile: string;

before(async () => {
  await kdc.start();
  await west.start();
  const circle = Array.from({ length: 20 }, (_, index) => `R${index}.TEST`);
  configFile = writeConfiguration(
    folder,
    {
      'EXAMPLE.TEST': [kdc.port],
      'WEST.TEST': [west.port],
      ...Object.fromEntries(circle.map((realm) => [realm, [kdc.port]])),
    },
    ['default_realm = EXAMPLE.TEST'],
    ['west.test = WEST.TEST', '.west.test = WEST.TEST'],
  );
});
after(() => {
  kdc.stop();
  west.stop();
});
beforeEach(() => {
  for (const each of [kdc, west]) {
    each.falsehood = {};
    each.received.length = 0;
  }
});

function acquire(request: Partial<CredentialsRequest> = {}): Promise<Credentials> {
  return sspi.acquireCredentialsHandle({
    package: 'Kerberos',
    use: 'outbound',
    identity: IDENTITY,
    kerberos: { configFile, timeout: PATIENT },
    ...request,
  });
}

const start = (credentials: Credentials, target: string | undefined = TARGET) =>
  sspi.initializeSecurityContext(credentials, { target, flags });

async function refuse(work: Promise<unknown>, code: string, message: RegExp = /^/): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof SspiError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /forged|\r|\n/);
    return true;
  });
  await Promise.all([kdc.untilIdle(), west.untilIdle()]);
}

const now = () => Math.floor(Date.now() / 1000);

/** A KDC whose tickets are an hour old and end in some seconds. */
const soon = (seconds: number) => ({
  alter: ({ part }: Draft) => ({
    part: { ...part, starttime: now() - 3600, endtime: now() + seconds },
  }),
});

const granting = (realm: string): PrincipalName => ({ nameType: 2, nameString: ['krbtgt', realm] });
const requested = ({ received }: TestKdc) =>
  received.map(({ request }) => request.body.sname.nameString.join('/'));

/** The part and the ticket of a referral. */
function referralTo(realm: string, { part, ticket }: Draft): Partial<Draft> {
  const sname = granting(realm);
  return { part: { ...part, sname }, ticket: { ...ticket, sname } };
}

describe('a Kerberos client asks for', () => {
  it('a target of the form service/host or service/host@REALM', async () => {
    const credentials = await acquire();
    kdc.received.length = 0;
    const wrong = [
      'HTTP',
      'HTTP/',
      '/www',
      'HTTP//www',
      'HTTP/www@',
      'HTTP/a@B@C',
      'HTTP/x@y/z',
      'HTTP/w\nw',
      'HTTP/w\ud800',
    ];
    for (const target of wrong) {
      const step = start(credentials, target).step();
      await refuse(step, 'SEC_E_TARGET_UNKNOWN', /service\/host or service\/host@REALM$/);
    }
    const host = start(credentials, 'HTTP@www.example.test').step();
    await refuse(host, 'SEC_E_TARGET_UNKNOWN', /and not service@host$/);
    const own = start(credentials, 'krbtgt/EXAMPLE.TEST').step();
    await refuse(own, 'SEC_E_TARGET_UNKNOWN', /the KDC itself/);
    const none = sspi.initializeSecurityContext(credentials).step();
    await refuse(none, 'SEC_E_TARGET_UNKNOWN', /option target/);
    assert.equal(kdc.received.length, 0);
    await start(credentials, `${TARGET}@example.test`).step();
    await start(credentials, 'ldap/dc/EXAMPLE.TEST').step();
    assert.deepEqual(requested(kdc), [TARGET, 'ldap/dc/EXAMPLE.TEST']);
  });

  it('one ticket for a target, and keeps it', async () => {
    const credentials = await acquire();
    kdc.received.length = 0;
    await Promise.all([1, 2, 3].map(() => start(credentials).step()));
    await start(credentials).step();
    assert.deepEqual(requested(kdc), [TARGET]);
    await start(credentials, 'HTTP/other.example.test').step();
    const weak = { target: TARGET, flags, allowWeak: ['rc4-hmac'] } as const;
    await sspi.initializeSecurityContext(credentials, weak).step();
    assert.equal(kdc.received.length, 3);
    assert.deepEqual(
      kdc.received.map(({ request }) => request.body.etype),
      [
        [18, 17, 20, 19],
        [18, 17, 20, 19],
        [18, 17, 20, 19, 23],
      ],
    );
  });

  it('a ticket of its own for a target that begins with the name of an encryption type', async () => {
    const credentials = await acquire();
    const weak = { target: TARGET, flags, allowWeak: ['rc4-hmac'] } as const;
    await sspi.initializeSecurityContext(credentials, weak).step();
    kdc.received.length = 0;
    await start(credentials, `rc4-hmac ${TARGET}`).step();
    assert.deepEqual(requested(kdc), [`rc4-hmac ${TARGET}`]);
  });

  it('another ticket after a failure', async () => {
    const credentials = await acquire();
    kdc.falsehood = { answer: () => kdc.error(7) };
    const unknown =
      /127\.0\.0\.1:\d+ of EXAMPLE\.TEST rejected .* HTTP\/www\.example\.test: KDC_ERR_S_/;
    await refuse(start(credentials).step(), 'SEC_E_TARGET_UNKNOWN', unknown);
    kdc.falsehood = {};
    await start(credentials).step();
  });

  it('another ticket, and another logon, once they end in less than 5 minutes', async () => {
    const credentials = await acquire();
    kdc.falsehood = soon(299);
    kdc.received.length = 0;
    await start(credentials).step();
    kdc.falsehood = soon(310);
    await start(credentials).step();
    await start(credentials).step();
    assert.deepEqual(requested(kdc), [TARGET, TARGET]);

    kdc.falsehood = soon(299);
    const late = await acquire();
    kdc.falsehood = {};
    kdc.received.length = 0;
    await Promise.all([start(late).step(), start(late, 'HTTP/other').step()]);
    const logon = ['krbtgt/EXAMPLE.TEST', 'krbtgt/EXAMPLE.TEST'];
    assert.deepEqual(requested(kdc).slice(0, 2), logon);
    assert.equal(kdc.received.length, 4);
  });

  it('no other key of its password at a later logon', async () => {
    kdc.falsehood = soon(10);
    const credentials = await acquire();
    kdc.falsehood = { info: [{ etype: 18, salt: new TextEncoder().encode('forged') }] };
    await refuse(start(credentials).step(), 'SEC_E_LOGON_DENIED', /another key of the password/);
    assert.ok(!kdc.received.slice(2).some(({ hasTimestamp }) => hasTimestamp));
  });
});

describe('a Kerberos client whose key is rejected', () => {
  /** A clock that the test sets, in seconds. */
  function stopClock(t: TestContext): { seconds: number } {
    const clock = { seconds: Math.ceil(performance.now() / 1000) };
    t.mock.method(performance, 'now', () => 1000 * clock.seconds);
    return clock;
  }
  const timestamps = () => kdc.received.filter(({ hasTimestamp }) => hasTimestamp).length;
  const rejectTimestamps = (number: number) => ({
    answer: ({ hasTimestamp }: Received) => (hasTimestamp ? kdc.error(number) : undefined),
  });

  it('sends no other timestamp for a minute, then for two, and for a quarter of an hour at most', async (t) => {
    kdc.falsehood = soon(10);
    const credentials = await acquire();
    const clock = stopClock(t);
    kdc.received.length = 0;
    kdc.falsehood = rejectTimestamps(24);
    let sent = 0;
    for (const pause of [60, 120, 240, 480, 900, 900]) {
      await refuse(start(credentials).step(), 'SEC_E_LOGON_DENIED', /\(24\)/);
      sent++;
      clock.seconds += pause - 1;
      for (const target of [TARGET, 'HTTP/other']) {
        const next = /\(24\).*\. The next logon is sent after 1 s$/;
        await refuse(start(credentials, target).step(), 'SEC_E_LOGON_DENIED', next);
      }
      assert.equal(timestamps(), sent);
      clock.seconds += 1;
    }
    kdc.falsehood = {};
    await start(credentials).step();
  });

  it('begins with a minute again after a successful logon', async (t) => {
    kdc.falsehood = soon(10);
    const credentials = await acquire();
    const clock = stopClock(t);
    for (const number of [18, 23, 31]) {
      kdc.falsehood = rejectTimestamps(number);
      await refuse(start(credentials).step(), 'SEC_E_LOGON_DENIED');
      await refuse(start(credentials).step(), 'SEC_E_LOGON_DENIED', /after 60 s$/);
      clock.seconds += 60;
      kdc.falsehood = soon(10);
      await start(credentials, `HTTP/after${number}`).step();
    }
  });

  it('asks again at once after another failure', async () => {
    kdc.falsehood = soon(10);
    const credentials = await acquire();
    kdc.falsehood = rejectTimestamps(37);
    await refuse(start(credentials).step(), 'SEC_E_TIME_SKEW');
    kdc.falsehood = {};
    await start(credentials).step();
  });
});

describe('a Kerberos client with a bad ticket', () => {
  const logons = () => kdc.received.filter(({ hasTimestamp }) => hasTimestamp).length;

  it('logs on once more if the KDC rejects the ticket-granting ticket', async () => {
    for (const number of [20, 31, 32, 33, 36, 41, 44, 45, 60]) {
      const credentials = await acquire();
      kdc.received.length = 0;
      kdc.falsehood = {
        answer: ({ type }) =>
          type === 'TGS-REQ' && logons() === 0 ? kdc.error(number) : undefined,
      };
      await Promise.all([start(credentials).step(), start(credentials, 'HTTP/other').step()]);
      assert.equal(logons(), 1);
    }
  });

  it('does not log on a third time, nor for another rejection', async () => {
    const reject = (number: number) => ({
      answer: ({ type }: Received) => (type === 'TGS-REQ' ? kdc.error(number) : undefined),
    });
    for (const [number, expected] of [
      [31, 1],
      [7, 0],
      [37, 0],
    ] as const) {
      const credentials = await acquire();
      kdc.received.length = 0;
      kdc.falsehood = reject(number);
      await assert.rejects(start(credentials).step(), (error: Error) => {
        assert.match(error.message, new RegExp(`\\(${number}\\)`));
        return true;
      });
      assert.equal(logons(), expected);
      kdc.falsehood = {};
    }
  });

  it('asks for another ticket after the service rejected the first, and keeps it after close()', async () => {
    const credentials = await acquire();
    const begin = async (wanted: readonly ContextFlag[] = ['mutual-auth']) => {
      const context = sspi.initializeSecurityContext(credentials, {
        target: TARGET,
        flags: wanted,
      });
      await context.step();
      return context;
    };
    kdc.received.length = 0;
    const [first, late] = [await begin(), await begin()];
    assert.equal(kdc.received.length, 1);
    await assert.rejects(first.step(Uint8Array.of(1)), { code: 'SEC_E_INVALID_TOKEN' });
    await begin();
    assert.equal(kdc.received.length, 2);
    // Of the ticket that is gone.
    late.close();
    const silent = await begin();
    assert.equal(kdc.received.length, 2);
    silent.close();
    const established = await begin(['integrity']);
    established.close();
    await begin();
    assert.equal(kdc.received.length, 2);
  });
});

describe('referrals of a Kerberos client', () => {
  it('lead to another realm', async () => {
    const credentials = await acquire();
    kdc.received.length = 0;
    kdc.falsehood = { alter: (draft) => referralTo('WEST.TEST', draft) };
    await start(credentials, 'HTTP/www.other.test').step();
    assert.deepEqual(requested(kdc), ['HTTP/www.other.test']);
    assert.deepEqual(requested(west), ['HTTP/www.other.test']);
  });

  it('begin with the realm of the target, or that of domain_realm', async () => {
    for (const target of ['HTTP/www@WEST.TEST', 'HTTP/www@west.test', 'HTTP/www.west.test:8080']) {
      const credentials = await acquire();
      kdc.received.length = 0;
      west.received.length = 0;
      await start(credentials, target).step();
      assert.deepEqual(requested(kdc), ['krbtgt/WEST.TEST']);
      assert.deepEqual(requested(west), [target.replace(/@.*/, '')]);
    }
  });

  it('end after ten realms', async () => {
    const credentials = await acquire();
    kdc.received.length = 0;
    let next = 0;
    kdc.falsehood = {
      alter(draft, { request }) {
        const { realm } = request.body;
        const { part, ticket } = referralTo(`R${next++}.TEST`, draft) as Draft;
        return { part: { ...part, srealm: realm }, ticket: { ...ticket, realm } };
      },
    };
    await refuse(start(credentials).step(), 'SEC_E_MAX_REFERRALS_EXCEEDED', /more than 10/);
    assert.equal(kdc.received.length, 11);
  });

  it('end in a circle', async () => {
    const credentials = await acquire();
    kdc.falsehood = { alter: (draft) => referralTo('WEST.TEST', draft) };
    west.falsehood = { alter: (draft) => referralTo('EXAMPLE.TEST', draft) };
    const circle = /circle: EXAMPLE\.TEST -> WEST\.TEST -> EXAMPLE\.TEST$/;
    await refuse(start(credentials).step(), 'SEC_E_MAX_REFERRALS_EXCEEDED', circle);
    kdc.falsehood = { alter: (draft) => referralTo('EXAMPLE.TEST', draft) };
    await refuse(start(credentials).step(), 'SEC_E_MESSAGE_ALTERED', /another service/);
  });

  it('lead to a realm that nobody knows, or that is no realm', async () => {
    const credentials = await acquire();
    const none = 'SEC_E_NO_AUTHENTICATING_AUTHORITY';
    kdc.falsehood = { alter: (draft) => referralTo('NOWHERE.TEST', draft) };
    await refuse(start(credentials).step(), none, /"NOWHERE\.TEST"/);
    for (const realm of ['', 'A/B', 'forged\r\n', `${'x'.repeat(256)}`]) {
      kdc.falsehood = { alter: (draft) => referralTo(realm, draft) };
      const problem = /not the name of a realm/;
      await refuse(start(credentials).step(), 'SEC_E_INVALID_TOKEN', problem);
    }
  });

  it('never change the name of the service in a realm', async () => {
    const credentials = await acquire();
    const forged = { nameType: 2, nameString: ['HTTP', 'forged'] };
    for (const sname of [forged, { ...forged, nameString: ['krbtgt', 'A', 'B'] }]) {
      kdc.falsehood = {
        alter: ({ part, ticket }) => ({ part: { ...part, sname }, ticket: { ...ticket, sname } }),
      };
      await refuse(start(credentials).step(), 'SEC_E_MESSAGE_ALTERED', /another service/);
    }
  });

  it('let the KDC change the name of the user, if it is an enterprise name', async () => {
    const identity = { ...IDENTITY, user: 'alice@example.com' };
    const cname = { nameType: 1, nameString: ['alice'] };
    const toAlice = (_: unknown, { type }: { type: string }) =>
      type === 'AS-REQ' ? { cname } : {};
    kdc.falsehood = { alter: toAlice };
    const context = start(await acquire({ identity }));
    await context.step();
    assert.equal(context.queryContextAttributes('names').userName, 'alice@EXAMPLE.TEST');
    assert.equal(kdc.received[0]?.request.body.kdcOptions, 0x00010000);
    kdc.falsehood = { alter: () => ({ cname, crealm: 'WEST.TEST' }) };
    await refuse(acquire({ identity }), 'SEC_E_MESSAGE_ALTERED', /another client or realm/);
    for (const nameString of [[], [''], ['a\nb']]) {
      kdc.falsehood = { alter: () => ({ cname: { nameType: 1, nameString } }) };
      await refuse(acquire({ identity }), 'SEC_E_MESSAGE_ALTERED', /another client or realm/);
    }
    kdc.received.length = 0;
    kdc.falsehood = { alter: () => ({ cname: { nameType: 1, nameString: ['alice', 'x'] } }) };
    await refuse(acquire(), 'SEC_E_MESSAGE_ALTERED', /another client or realm/);
    assert.equal(kdc.received[0]?.request.body.kdcOptions, 0);
  });

  it('are for enterprise names only at the logon', async () => {
    const wrongRealm = () => kdc.error(68, { crealm: 'WEST.TEST' });
    kdc.falsehood = { answer: wrongRealm };
    await refuse(acquire(), 'SEC_E_KDC_UNABLE_TO_REFER', /another realm/);
    const identity = { ...IDENTITY, user: 'alice@example.com' };
    west.falsehood = { answer: () => west.error(6) };
    await refuse(acquire({ identity }), 'SEC_E_LOGON_DENIED', /of WEST\.TEST/);
    assert.equal(west.received[0]?.request.body.cname?.nameType, 10);
    assert.deepEqual(west.received[0]?.request.body.cname?.nameString, ['alice@example.com']);
    west.falsehood = { answer: () => west.error(68, { crealm: 'EXAMPLE.TEST' }) };
    await refuse(acquire({ identity }), 'SEC_E_MAX_REFERRALS_EXCEEDED', /circle/);
    kdc.falsehood = { answer: () => kdc.error(68, { crealm: 'forged\r\n' }) };
    await refuse(acquire({ identity }), 'SEC_E_INVALID_TOKEN', /not the name/);
    kdc.falsehood = { answer: () => kdc.error(68) };
    await refuse(acquire({ identity }), 'SEC_E_KDC_UNABLE_TO_REFER');
    let count = 0;
    kdc.falsehood = { answer: () => kdc.error(68, { crealm: `R${count++}.TEST` }) };
    await refuse(acquire({ identity }), 'SEC_E_MAX_REFERRALS_EXCEEDED', /more than 10/);
  });
});

describe('the KDC rejects a Kerberos client', () => {
  it('with a status for each error', async () => {
    for (const [number, code] of [
      [6, 'SEC_E_LOGON_DENIED'],
      [14, 'SEC_E_KDC_UNKNOWN_ETYPE'],
      [18, 'SEC_E_LOGON_DENIED'],
      [23, 'SEC_E_LOGON_DENIED'],
      [24, 'SEC_E_LOGON_DENIED'],
      [37, 'SEC_E_TIME_SKEW'],
      [60, 'SEC_E_KDC_INVALID_REQUEST'],
      [-1, 'SEC_E_KDC_INVALID_REQUEST'],
    ] as const) {
      const message = new RegExp(`rejected the logon: .* \\(${number}\\): `);
      kdc.falsehood = { answer: () => kdc.error(number) };
      await refuse(acquire(), code, message);
      kdc.falsehood = {
        answer: ({ hasTimestamp }) => (hasTimestamp ? kdc.error(number) : undefined),
      };
      await refuse(acquire(), code, message);
    }
  });

  it('whose clock differs', async () => {
    for (const ahead of [-400, 400]) {
      kdc.falsehood = { ahead };
      await refuse(acquire(), 'SEC_E_TIME_SKEW', /KRB_AP_ERR_SKEW \(37\).*clocks/);
      kdc.falsehood = { ahead, preauth: false };
      await refuse(acquire(), 'SEC_E_TIME_SKEW', /clocks/);
    }
  });
});

describe('the identity of a Kerberos client', () => {
  it('has its realm in the domain, in the name, or in krb5.conf', async () => {
    const { password } = IDENTITY;
    for (const identity of [
      { user: 'alice', domain: 'example.test', password },
      { user: 'EXAMPLE.TEST\\alice', password },
      { user: 'alice@example.test', password },
      { user: 'alice', password },
    ]) {
      const credentials = await acquire({ identity });
      const context = start(credentials);
      await context.step();
      assert.equal(context.queryContextAttributes('names').userName, 'alice@EXAMPLE.TEST');
    }
  });

  it('has a name that an account can have', async () => {
    for (const user of ['@EXAMPLE.TEST', 'a//b', 'ali\nce']) {
      const identity = { user, password: 'x' };
      await refuse(acquire({ identity }), 'SEC_E_LOGON_DENIED', /user name/);
    }
    const identity = { user: 'alice', domain: 'A B', password: 'x' };
    await refuse(acquire({ identity }), 'SEC_E_NO_AUTHENTICATING_AUTHORITY', /realm/);
    assert.equal(kdc.received.length, 0);
  });

  it('has no realm without domain and default_realm', async () => {
    const bare = writeConfiguration(temporaryFolder(), { 'EXAMPLE.TEST': [kdc.port] });
    const identity = { user: 'alice', password: 'x' };
    const request = { identity, kerberos: { configFile: bare } };
    await refuse(acquire(request), 'SEC_E_NO_AUTHENTICATING_AUTHORITY', /default_realm/);
  });

  it('has keys of a keytab that are its own', async () => {
    const key = newServiceKey(18);
    const other = encodeKeytab(renamed(key, ['mallory']), renamed(key, ['alice'], 'WEST.TEST'));
    const of = (keytab: Uint8Array) => acquire({ identity: { user: 'alice', keytab } });
    await refuse(
      of(other),
      'SEC_E_NO_CREDENTIALS',
      /^the keytab: no key of this user, alice@EXAMPLE\.TEST: /,
    );
    const rc4 = encodeKeytab(renamed(newServiceKey(23), ['alice']));
    await refuse(of(rc4), 'SEC_E_NO_CREDENTIALS', /permitted/);
    await refuse(of(Uint8Array.of(5, 1)), 'SEC_E_UNKNOWN_CREDENTIALS');
    assert.equal(kdc.received.length, 0);
    const wrong = encodeKeytab(renamed(key, ['alice']));
    await refuse(of(wrong), 'SEC_E_LOGON_DENIED', /\(24\)/);
  });

  it('has an NT hash only with rc4-hmac, and no workstation', async () => {
    const hash = ntHash(IDENTITY.password);
    const identity = { user: 'alice', ntHash: hash };
    await refuse(acquire({ identity }), 'SEC_E_UNSUPPORTED_FUNCTION', /allowWeak/);
    const kerberos = { configFile, allowWeak: ['rc4-hmac'] } as const;
    await refuse(
      acquire({ identity, kerberos }),
      'SEC_E_KDC_UNKNOWN_ETYPE',
      /no key of this account/,
    );
    assert.deepEqual(kdc.received[0]?.request.body.etype[0], 23);
    const named = { ...IDENTITY, workstation: 'PC' };
    await refuse(acquire({ identity: named }), 'SEC_E_UNSUPPORTED_FUNCTION', /workstation/);
  });
});

describe('close() of a Kerberos client', () => {
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  /** A KDC that is silent from now on. @returns the number of connections since */
  function silence(): () => number {
    let connections = 0;
    kdc.falsehood = { connect: () => connections++ };
    return () => connections;
  }

  it('ends a step under way, of the context or of the credentials', async () => {
    for (const whose of ['context', 'credentials'] as const) {
      const credentials = await acquire();
      const connections = silence();
      const context = start(credentials);
      const step = context.step();
      await until(() => connections() === 1);
      if (whose === 'context') context.close();
      else credentials.close();
      await refuse(step, 'SEC_E_INVALID_HANDLE');
      kdc.falsehood = {};
    }
  });

  it('of one context leaves the request of the others', async () => {
    const credentials = await acquire();
    const connections = silence();
    const contexts = [start(credentials), start(credentials)];
    const steps = contexts.map((context) => context.step());
    await until(() => connections() === 1);
    contexts[0]?.close();
    await assert.rejects(steps[0] as Promise<unknown>, { code: 'SEC_E_INVALID_HANDLE' });
    assert.equal(connections(), 1);
    contexts[1]?.close();
    await refuse(steps[1] as Promise<unknown>, 'SEC_E_INVALID_HANDLE');
  });

  it('leaves contexts that have begun, and ends those that have not', async () => {
    const credentials = await acquire();
    const [begun, idle] = [start(credentials), start(credentials, 'HTTP/other')];
    await begun.step();
    credentials.close();
    credentials.close();
    assert.equal(begun.makeSignature(Uint8Array.of(1)).length, 28);
    kdc.received.length = 0;
    await refuse(idle.step(), 'SEC_E_INVALID_HANDLE', /^the credentials are closed$/);
    assert.equal(kdc.received.length, 0);
    assert.throws(() => start(credentials), { code: 'SEC_E_INVALID_HANDLE' });
  });
});
