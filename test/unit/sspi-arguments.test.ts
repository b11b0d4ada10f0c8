import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkAccept, checkInitialize } from '../../src/sspi/arguments.js';
import { checkCredentials } from '../../src/sspi/credentials-arguments.js';
import { findPackage, PORTABLE_PACKAGES } from '../../src/sspi/packages.js';
import type { CheckedOutbound } from '../../src/sspi/provider.js';

const NTLM = findPackage(PORTABLE_PACKAGES, 'NTLM');

const check = (identity: unknown) =>
  checkCredentials({ package: 'NTLM', use: 'outbound', identity }, (name) =>
    findPackage(PORTABLE_PACKAGES, name),
  );
const refuse = (identity: unknown, kind: string, name: string) =>
  assert.throws(
    () => check(identity),
    (error: Error & { code?: string }) => {
      assert.equal(error.name, kind);
      assert.match(error.code ?? '', /^ERR_(?:INVALID_ARG_TYPE|OUT_OF_RANGE)$/);
      assert.ok(error.message.startsWith(`${name} must be `), error.message);
      assert.ok(!error.message.includes('s3cret'), error.message);
      return true;
    },
  );

const PATH = 'request.identity';

describe('arguments of SSPI: the options of a Kerberos client', () => {
  const checkOptions = (kerberos: unknown) =>
    checkCredentials({ package: 'Kerberos', use: 'outbound', kerberos }, (name) =>
      findPackage(PORTABLE_PACKAGES, name),
    );

  it('have defaults', () => {
    const checked = checkOptions({}) as CheckedOutbound;
    assert.deepEqual(checked.kerberos, { configFile: undefined, timeout: 10_000, allowWeak: [] });
  });

  it('are checked', () => {
    for (const [kerberos, kind, name] of [
      [7, 'TypeError', ''],
      [{ configFile: 7 }, 'TypeError', '.configFile'],
      [{ configFile: '' }, 'RangeError', '.configFile'],
      [{ timeout: '1' }, 'TypeError', '.timeout'],
      [{ timeout: 0 }, 'RangeError', '.timeout'],
      [{ timeout: Number.NaN }, 'RangeError', '.timeout'],
      [{ timeout: 3_600_001 }, 'RangeError', '.timeout'],
      [{ allowWeak: 'rc4-hmac' }, 'TypeError', '.allowWeak'],
      [{ allowWeak: ['des-cbc-md5'] }, 'RangeError', '.allowWeak[0]'],
    ] as const) {
      const message = new RegExp(`^request\\.kerberos${name.replace(/[.[\]]/g, '\\$&')} must be `);
      assert.throws(() => checkOptions(kerberos), { name: kind, message });
    }
  });
});

describe('arguments of SSPI: the names of packages', () => {
  const checkNames = (request: object) =>
    checkCredentials({ use: 'outbound', ...request }, (name) =>
      findPackage(PORTABLE_PACKAGES, name),
    );
  const PACKAGES = "the package must be one of 'Negotiate', 'Kerberos', 'NTLM'";
  const NAME = "request.package must be the name of a package, such as 'Negotiate'";
  const MECHANISMS = "'Kerberos', 'NTLM'";

  it('are those of the packages in any case, as with Windows', () => {
    for (const name of ['kerberos', 'KERBEROS', 'Kerberos']) {
      assert.equal(checkNames({ package: name }).package.name, 'Kerberos');
    }
  });

  it('are in the errors for other names, as they are spelled', () => {
    for (const [request, message] of [
      [{ package: 'krb5' }, `${PACKAGES}, not 'krb5'`],
      [{ package: 's3cret'.repeat(6) }, PACKAGES],
      [{}, NAME],
      [{ package: ['NTLM'] }, NAME],
    ] as const) {
      assert.throws(() => checkNames(request), { message });
    }
    for (const [negotiate, message] of [
      [['kerberos'], `request.negotiate[0] must be one of ${MECHANISMS}, not 'kerberos'`],
      [['Kerberos', 'ntlm'], `request.negotiate[1] must be one of ${MECHANISMS}, not 'ntlm'`],
      ['Kerberos', `request.negotiate must be an array with some of ${MECHANISMS}`],
      [[], "request.negotiate must be one or both of 'Kerberos' and 'NTLM'"],
    ] as const) {
      assert.throws(() => checkNames({ package: 'Negotiate', negotiate }), { message });
    }
  });
});

describe('arguments of SSPI: an identity', () => {
  it('has one secret and default names', () => {
    const own = (identity: object) => ({
      package: NTLM,
      negotiate: undefined,
      use: 'outbound',
      identity: {
        user: 'alice',
        domain: '',
        workstation: '',
        password: undefined,
        ntHash: undefined,
        keytab: undefined,
        credentialCache: undefined,
        ...identity,
      },
      kerberos: undefined,
    });
    assert.deepEqual(check({ user: 'alice', password: '' }), own({ password: '' }));
    const bytes = new Uint8Array(16).fill(1);
    const copy = new Uint8Array(bytes);
    const hashed = check({ user: 'DOM\\alice', ntHash: bytes, password: undefined });
    const keyed = check({ user: 'alice', keytab: bytes });
    bytes.fill(2);
    assert.deepEqual(hashed, own({ domain: 'DOM', ntHash: copy }));
    assert.deepEqual(keyed, own({ workstation: undefined, keytab: copy }));
    const nobody = { user: undefined, domain: undefined, workstation: undefined };
    assert.deepEqual(
      check({ credentialCache: '/tmp/x' }),
      own({ ...nobody, credentialCache: '/tmp/x' }),
    );
  });

  it('has a keytab or a credential cache without what they exclude', () => {
    const names = { user: 'u', domain: 'd', workstation: 'w' };
    for (const [name, value] of Object.entries(names)) {
      refuse({ credentialCache: '/x', [name]: value }, 'RangeError', `${PATH}.${name}`);
    }
    refuse({ user: 'u', keytab: '/x', workstation: 'w' }, 'RangeError', `${PATH}.workstation`);
    refuse({ user: 'u', keytab: 7 }, 'TypeError', `${PATH}.keytab`);
    for (const path of ['', 's3cret\0']) {
      refuse({ user: 'u', keytab: path }, 'RangeError', `${PATH}.keytab`);
      refuse({ credentialCache: path }, 'RangeError', `${PATH}.credentialCache`);
    }
    refuse({ user: 'u', keytab: '/x', password: 's3cret' }, 'RangeError', PATH);
    refuse({ keytab: '/x', credentialCache: '/x' }, 'RangeError', PATH);
  });

  it('has either a password or a hash', () => {
    const ntHash = new Uint8Array(16);
    refuse({ user: 'u', password: 's3cret', ntHash }, 'RangeError', PATH);
    refuse({ user: 'u', password: null, ntHash }, 'RangeError', PATH);
    refuse({ user: 'u' }, 'RangeError', PATH);
    refuse({ user: 'u', password: null }, 'TypeError', `${PATH}.password`);
    refuse({ user: 'u', ntHash: null }, 'TypeError', `${PATH}.ntHash`);
    refuse({}, 'RangeError', PATH);
    for (const identity of [null, 7, 's3cret', () => {}, [], new Uint8Array(1)])
      refuse(identity, 'TypeError', PATH);
  });

  it('has a domain without a backslash, which would be ambiguous', () => {
    for (const domain of ['\\', 'DOM\\', '\\\\DOM', 'DOM\\mallory', 'DOM\\s3cret']) {
      refuse({ user: 'u', password: 'p', domain }, 'RangeError', `${PATH}.domain`);
    }
    refuse({ user: '\\'.repeat(2), password: 'p' }, 'RangeError', `${PATH}.user`);
    for (const name of ['domain', 'workstation']) {
      refuse({ user: 'u', password: 'p', [name]: null }, 'TypeError', `${PATH}.${name}`);
    }
  });

  it('is read once, before it is checked', () => {
    const read: PropertyKey[] = [];
    const values = { user: 'u', domain: 'D', password: 'p', ntHash: undefined, workstation: 7 };
    const identity = new Proxy(values, {
      get(target, name) {
        read.push(name);
        return Reflect.get(target, name);
      },
    });
    refuse(identity, 'TypeError', `${PATH}.workstation`);
    assert.deepEqual(read, Object.keys(values));
    const cause = new Error('thrown by the caller');
    const failing = {
      get user() {
        throw cause;
      },
    };
    assert.throws(() => check(failing), cause);
  });
});

describe('arguments of SSPI: options', () => {
  it('that are null are rejected, not ignored', () => {
    const wrong = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
    for (const name of ['flags', 'allowWeak', 'channelBindings']) {
      assert.throws(() => checkInitialize({ [name]: null }), wrong, name);
      assert.throws(() => checkAccept({ [name]: null }), wrong, name);
    }
    assert.throws(() => checkInitialize({ target: null }), wrong);
    assert.throws(() => checkAccept({ targets: null }), wrong);
    const channelBindings = new Uint8Array(1);
    assert.throws(() => checkAccept({ channelBindings, channelBindingPolicy: null }), wrong);
  });
});
