import assert from 'node:assert/strict';
import { createECDH, createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { GROUPS, groupOf } from '../../src/conformance/areas.js';
import { type Case, inputDigest } from '../../src/conformance/case.js';
import { loadCases } from '../../src/conformance/cases.js';
import type { Selection } from '../../src/conformance/selection.js';
import { corpus } from '../../src/conformance/token-binding/key-corpus.js';
import { vectors } from '../support/vectors.js';

const selection = (change: Partial<Selection> = {}): Selection => ({
  area: 'token-binding',
  groups: GROUPS['token-binding'],
  seed: 1,
  mutations: 500,
  ...change,
});

async function digestOf(change?: Partial<Selection>): Promise<string> {
  const hash = createHash('sha256');
  for (const test of await loadCases(selection(change))) hash.update(inputDigest(test));
  return hash.digest('hex').slice(0, 16);
}

describe('cases', async () => {
  const loaded = await loadCases(selection());
  const cases = [...loaded];
  const inGroup = (group: string) => cases.filter(({ id }) => id.startsWith(`${group}/`));

  it('have unique ids', () => {
    assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
    assert.equal(cases.length, loaded.count);
  });

  it('run group by group, in the order of the area', () => {
    const groups = cases.map(({ id }) => groupOf('token-binding', id));
    assert.deepEqual([...new Set(groups)], GROUPS['token-binding']);
    const changes = groups.filter((group, index) => index > 0 && group !== groups[index - 1]);
    assert.equal(changes.length, GROUPS['token-binding'].length - 1);
  });

  it('depend only on the seed, on every platform', async () => {
    assert.equal(await digestOf(), 'dd68e69dac88c96b');
    assert.equal(await digestOf(), await digestOf());
    assert.notEqual(await digestOf(), await digestOf({ seed: 2 }));
  });

  it('of a longer run begin with the cases of a shorter one', async () => {
    const long = [...(await loadCases(selection({ groups: ['mutations'], mutations: 600 })))];
    assert.deepEqual(long.slice(0, 500).map(inputDigest), inGroup('mutations').map(inputDigest));
  });

  it('have messages that faulty verifiers accept: exponent 1, leading zeros, a sum at infinity', () => {
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

  it('expect the verdict of their source for most vectors', () => {
    const expected = inGroup('vectors').filter((test) => test.expected !== undefined);
    const count = (verdict: string) =>
      expected.filter((test) => test.expected?.outcome.verdict === verdict).length;
    assert.deepEqual([count('accepted'), count('refused')], [22, 71]);
  });

  it('reach and exceed the bounds of RFC 8471 3', () => {
    const sizes = new Set(cases.map(sizeOf));
    for (const size of [0, 1, 2, 2 + 131, 2 + 132, 2 + 65_535])
      assert.ok(sizes.has(size), `${size}`);
    const joined = new Set(cases.map(joinedSizeOf));
    for (const size of [131, 132, 65_535, 65_536]) assert.ok(joined.has(size), `${size}`);
  });

  it('have mutations of each kind, and unchanged messages', () => {
    const titles = inGroup('mutations').map(({ title }) => title);
    for (const change of [
      'unchanged',
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

function sizeOf({ input }: Case): number | undefined {
  if (input.call !== 'verifyMessage') return undefined;
  return Buffer.from(String(input['message']), 'base64url').length;
}

function joinedSizeOf({ input }: Case): number | undefined {
  if (input.call !== 'generateMessage') return undefined;
  const tokenBindings = input['tokenBindings'] as readonly string[];
  return tokenBindings.reduce((sum, text) => sum + Buffer.from(text, 'base64url').length, 0);
}
