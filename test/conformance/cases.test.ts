import assert from 'node:assert/strict';
import { createECDH, createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type Case, GROUPS, inputDigest } from '../../src/conformance/case.js';
import { allCases, countCases } from '../../src/conformance/cases/all.js';
import type { Selection } from '../../src/conformance/cases/selection.js';
import { corpus } from '../../src/conformance/corpus.js';
import { vectors } from '../support/vectors.js';

const selection = (change: Partial<Selection> = {}): Selection => ({
  area: 'token-binding',
  groups: GROUPS['token-binding'],
  seed: 1,
  mutations: 500,
  ...change,
});

function digestOf(change?: Partial<Selection>): string {
  const hash = createHash('sha256');
  for (const test of allCases(selection(change))) hash.update(inputDigest(test));
  return hash.digest('hex').slice(0, 16);
}

describe('cases', () => {
  const cases = [...allCases(selection())];
  const inGroup = (group: string) => cases.filter((test) => test.group === group);

  it('have ids of their own', () => {
    assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
    assert.equal(cases.length, countCases(selection()));
    for (const { id, group } of cases) assert.ok(id.startsWith(`${group}/`), id);
  });

  it('follow from the seed, on every platform', () => {
    assert.equal(digestOf(), 'daea3cbfbcfc6351');
    assert.equal(digestOf(), digestOf());
    assert.notEqual(digestOf(), digestOf({ seed: 2 }));
  });

  it('of a longer run begin with those of a shorter one', () => {
    const long = [...allCases(selection({ groups: ['mutations'], mutations: 600 }))];
    assert.deepEqual(long.slice(0, 500).map(inputDigest), inGroup('mutations').map(inputDigest));
  });

  it('have messages that others accept: exponent 1, leading zeros, a sum at infinity', () => {
    for (const id of ['fault/rsa-exponent-1/signed', 'leading-zero/both', 'wrong-signature/10']) {
      assert.ok(
        cases.some((one) => one.id === `messages/${id}`),
        id,
      );
    }
    const { key, name, signature } = corpus.wrongSignatures.at(-1) ?? assert.fail();
    assert.match(name, /point at infinity/);
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
    assert.equal(Buffer.from(s).toString('hex'), '1'.padStart(64, '0'));
    const hash = createHash('sha256')
      .update(Buffer.of(0, 2))
      .update(corpus.ekms[0] ?? '')
      .digest();
    // With s = 1 the sum is hash * G + r * Q. Of two points that cancel out X is the same.
    const [generated, multiplied] = [createECDH('prime256v1'), createECDH('prime256v1')];
    generated.setPrivateKey(hash);
    multiplied.setPrivateKey(r);
    const q = Buffer.concat([Buffer.of(4), key.key.subarray(1)]);
    assert.deepEqual(multiplied.computeSecret(q), generated.getPublicKey().subarray(1, 33));
  });

  it('have every published message, for each key type', () => {
    const messages = vectors.filter(({ message }) => typeof message === 'string');
    assert.equal(inGroup('vectors').length, 3 * messages.length);
  });

  it('expect of most vectors what their source says', () => {
    const expected = inGroup('vectors').filter((test) => test.expected !== undefined);
    const count = (verdict: string) =>
      expected.filter((test) => test.expected?.outcome.verdict === verdict).length;
    assert.deepEqual([count('accepted'), count('refused')], [22, 71]);
  });

  it('reach the bounds of RFC 8471 3 and go past them', () => {
    const sizes = new Set(cases.map(sizeOf));
    for (const size of [0, 1, 2, 2 + 131, 2 + 132, 2 + 65_535])
      assert.ok(sizes.has(size), `${size}`);
    const joined = new Set(cases.map(joinedSizeOf));
    for (const size of [131, 132, 65_535, 65_536]) assert.ok(joined.has(size), `${size}`);
  });

  it('have mutations of each kind, and messages that are left as they are', () => {
    const titles = inGroup('mutations').map(({ title }) => title);
    for (const change of [
      'as it is',
      'length of ',
      'tokenbinding_type ',
      'key_parameters ',
      'key bit',
      'signature bit',
      /signature of binding \d of \d+ bytes/,
      'EKM bit',
      'negotiated ecdsap256 -> ',
      'first',
      'again',
      'and an unknown key',
      'bytes after it',
      'bytes cut off',
      'replaced by',
    ]) {
      const found = titles.filter((title) =>
        typeof change === 'string' ? title.includes(change) : change.test(title),
      );
      assert.ok(found.length > 0, `${change}`);
    }
  });
});

function sizeOf({ call }: Case): number | undefined {
  return call.name === 'verifyMessage' ? call.message.length : undefined;
}

function joinedSizeOf({ call }: Case): number | undefined {
  if (call.name !== 'generateMessage') return undefined;
  return call.tokenBindings.reduce((sum, { length }) => sum + length, 0);
}
