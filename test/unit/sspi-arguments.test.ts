import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkAccept, checkCredentials, checkInitialize } from '../../src/sspi/arguments.js';
import { findPackage, PORTABLE_PACKAGES } from '../../src/sspi/packages.js';

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

describe('arguments of SSPI: an identity', () => {
  it('has one secret and default names', () => {
    const names = { user: 'alice', domain: '', workstation: '' };
    assert.deepEqual(check({ user: 'alice', password: '' }), {
      package: NTLM,
      use: 'outbound',
      identity: { ...names, password: '', ntHash: undefined },
    });
    const ntHash = new Uint8Array(16).fill(1);
    const checked = check({ user: 'DOM\\alice', ntHash, password: undefined });
    ntHash.fill(2);
    assert.deepEqual(checked, {
      package: NTLM,
      use: 'outbound',
      identity: {
        ...names,
        domain: 'DOM',
        ntHash: new Uint8Array(16).fill(1),
        password: undefined,
      },
    });
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
