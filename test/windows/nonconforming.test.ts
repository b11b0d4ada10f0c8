import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, it } from 'node:test';
import { type BindingResult, open, TokenBindingError } from '../../src/index.js';
import { keyParametersOf } from '../../src/tokenbinding/types.js';
import { requireSuccess } from '../../src/tokenbinding/windows/os-error.js';
import { resultOf } from '../../src/tokenbinding/windows/raw-results.js';
import {
  binding,
  ecKey,
  identifier,
  message,
  newEkm,
  signedBinding,
  type TestKey,
  testKey,
  u8,
} from '../support/messages.js';
import { refused } from '../support/refused.js';
import { ownAddon } from './own-addon.js';
import { standIn } from './stand-in.js';

// The deviations are described in test/windows/stand-in/README.md.

const addon = ownAddon();
const ekm = newEkm();
const provided = testKey('ecdsap256');
const referred = testKey('rsa2048_pss');
const forged = (key: TestKey) => ({
  identifier: key.identifier,
  signature: randomBytes(256),
});

const first = signedBinding(provided, ekm);
const second = signedBinding(referred, ekm, { type: 1, extensions: u8(7, 0, 1, 7) });
const OFF_CURVE = identifier(2, ecKey(Buffer.alloc(64, 1)));
const badlySigned = binding({ type: 1, ...forged(referred) });

/** Messages, with the number of results or the error code of the conforming DLL. */
const MESSAGES = {
  'one binding': [message(first), 1],
  'two bindings': [message(first, second), 2],
  'three bindings': [message(first, second, signedBinding(referred, ekm, { type: 77 })), 3],
  'one binding and a byte': [Buffer.concat([message(first), u8(0)]), 'ERR_TB_MALFORMED'],
  'one binding and two bytes': [Buffer.concat([message(first), u8(0, 0)]), 'ERR_TB_MALFORMED'],
  'one binding and a byte that its length counts': [message(first, u8(0)), 'ERR_TB_MALFORMED'],
  'one binding without its last byte': [message(first).subarray(0, -1), 'ERR_TB_MALFORMED'],
  'no bytes': [Buffer.alloc(0), 'ERR_TB_MALFORMED'],
  'one byte': [u8(0), 'ERR_TB_MALFORMED'],
  'a length and a byte': [u8(0, 0, 0), 'ERR_TB_MALFORMED'],
  'a referred binding with an invalid signature': [message(first, badlySigned), 'ERR_TB_SIGNATURE'],
  'a referred binding with an invalid signature alone': [message(badlySigned), 'ERR_TB_SIGNATURE'],
  'a referred binding of an unusable key': [
    message(first, binding({ type: 1, identifier: OFF_CURVE, signature: randomBytes(64) })),
    'ERR_TB_UNUSABLE_KEY',
  ],
  'a provided binding with an invalid signature': [
    message(binding(forged(provided)), second),
    'ERR_TB_SIGNATURE',
  ],
  'a binding of unknown type with an invalid signature': [
    message(first, binding({ type: 77, ...forged(referred) })),
    'ERR_TB_SIGNATURE',
  ],
  'a provided binding of another key type': [
    message(signedBinding(referred, ekm)),
    'ERR_TB_KEY_TYPE',
  ],
} as const;

type Name = keyof typeof MESSAGES;
type Verdict = BindingResult[] | string;
const NAMES = Object.keys(MESSAGES) as Name[];

/** Calls the DLL itself and returns its results or the code of its status. */
function verdictOf(variant: '' | '-nonconforming', bytes: Uint8Array): Verdict {
  const library = addon.openTokenBinding(standIn(variant));
  assert.ok('calls' in library);
  const answer = library.calls.verifyMessageSync(bytes, keyParametersOf('ecdsap256'), ekm);
  try {
    return requireSuccess('TokenBindingVerifyMessage', answer).map(resultOf);
  } catch (error) {
    if (error instanceof TokenBindingError) return error.code;
    throw error;
  }
}

/** The verdicts of the nonconforming DLL that differ from those of the conforming one. */
function findDifferences(): Partial<Record<Name, Verdict>> {
  const verdicts = NAMES.map(
    (name) => [name, verdictOf('-nonconforming', MESSAGES[name][0])] as const,
  );
  return Object.fromEntries(
    verdicts.filter(([name, verdict]) => {
      return JSON.stringify(verdict) !== JSON.stringify(verdictOf('', MESSAGES[name][0]));
    }),
  );
}

const listed = (name: Name) => verdictOf('', MESSAGES[name][0]) as BindingResult[];

describe('the nonconforming stand-in', () => {
  const [good] = listed('one binding');
  const ignored = {
    bindingType: 'referred',
    keyType: 'rsa2048_pss',
    identifier: new Uint8Array(referred.identifier),
    extensionData: new Uint8Array(0),
    status: 'verified',
  };

  afterEach(() => {
    delete process.env['STAND_IN_DEVIATIONS'];
  });

  it('without a deviation gives the same verdicts as the conforming one', () => {
    process.env['STAND_IN_DEVIATIONS'] = '';
    assert.deepEqual(findDifferences(), {});
    for (const name of NAMES) {
      const [bytes, expected] = MESSAGES[name];
      const verdict = verdictOf('', bytes);
      assert.equal(typeof verdict === 'string' ? verdict : verdict.length, expected, name);
    }
  });

  it('trailing-byte: accepts one byte after the message, and changes nothing else', () => {
    process.env['STAND_IN_DEVIATIONS'] = 'trailing-byte';
    assert.deepEqual(findDifferences(), { 'one binding and a byte': [good] });
  });

  it('referred-signature: lists a referred binding with any signature, and changes nothing else', () => {
    process.env['STAND_IN_DEVIATIONS'] = 'referred-signature';
    assert.deepEqual(findDifferences(), {
      'a referred binding with an invalid signature': [good, ignored],
      'a referred binding with an invalid signature alone': [ignored],
    });
  });

  it('reversed-list: lists the last binding first, and changes nothing else', () => {
    process.env['STAND_IN_DEVIATIONS'] = 'reversed-list';
    assert.deepEqual(findDifferences(), {
      'two bindings': listed('two bindings').reverse(),
      'three bindings': listed('three bindings').reverse(),
    });
  });

  it('applies each deviation of a list', () => {
    process.env['STAND_IN_DEVIATIONS'] = 'reversed-list,trailing-byte';
    assert.deepEqual(findDifferences(), {
      'two bindings': listed('two bindings').reverse(),
      'three bindings': listed('three bindings').reverse(),
      'one binding and a byte': [good],
    });
  });

  it('applies all three by default', () => {
    const bytes = Buffer.concat([message(first, badlySigned), u8(0)]);
    assert.deepEqual(verdictOf('-nonconforming', bytes), [ignored, good]);
  });

  it('does not make the provider accept a malformed message', () => {
    process.env['STAND_IN_DEVIATIONS'] = 'trailing-byte';
    const tokenBinding = open({ provider: 'windows', libraryPath: standIn('-nonconforming') });
    const verify = (bytes: Uint8Array) =>
      tokenBinding.verifyMessageSync(bytes, { keyType: 'ecdsap256', ekm });
    assert.deepEqual(verify(MESSAGES['one binding'][0]), [good]);
    const [bytes] = MESSAGES['one binding and a byte'];
    const error = refused('ERR_TB_MALFORMED', () => verify(bytes));
    assert.equal(error.os?.status, 0);
  });

  it('ends the process for an unknown name', () => {
    const verify = `import { open } from ${JSON.stringify(new URL('../../src/index.js', import.meta.url).href)};
      const libraryPath = ${JSON.stringify(standIn('-nonconforming'))};
      open({ libraryPath }).verifyMessageSync(new Uint8Array(139), {
        keyType: 'ecdsap256', ekm: new Uint8Array(32),
      });`;
    const args = ['--input-type=module', '--eval', verify];
    for (const names of [
      'trailing',
      'trailing-byte,',
      'trailing-byte, reversed-list',
      'x'.repeat(200),
    ]) {
      const env = { ...process.env, STAND_IN_DEVIATIONS: names };
      const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
      assert.equal(status, 98, stderr);
      assert.match(stderr, /^STAND_IN_DEVIATIONS: there is nothing named /);
    }
  });
});
