import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type CallDifference, shadow } from '../../src/conformance.js';
import { type BindingResult, open, type TokenBindingProvider } from '../../src/index.js';
import { encodeBase64url } from '../../src/wire.js';
import { binding, message, newEkm, signedBinding, testKey } from '../support/messages.js';

const key = testKey('ecdsap256');
const ekm = newEkm();
const expected = { keyType: 'ecdsap256', ekm } as const;
const good = message(signedBinding(key, ekm));
const bad = message(binding({ identifier: key.identifier, signature: Buffer.alloc(64, 1) }));

/** The portable provider with some of its calls replaced, as a stand-in for a faulty provider. */
function altered(calls: Partial<TokenBindingProvider>): TokenBindingProvider {
  const portable = open({ provider: 'portable' });
  return new Proxy(portable, {
    get(target, name) {
      const own = calls[name as keyof TokenBindingProvider];
      const value = own ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function shadowed(secondary: TokenBindingProvider, maxPending?: number) {
  const seen: CallDifference[] = [];
  const onDifference = (difference: CallDifference) => seen.push(difference);
  const primary = open({ provider: 'portable' });
  return { seen, primary, both: shadow(primary, secondary, { onDifference, maxPending }) };
}

const accepting = altered({ verifyMessage: async () => [] });

describe('shadow', () => {
  it('answers as the primary does, and finds no difference between equal providers', async () => {
    const { both, seen, primary } = shadowed(open({ provider: 'portable' }));
    assert.equal(both.provider, primary.provider);
    const request = {
      targetUrl: 'https://example.com/',
      bindingType: 'provided',
      ...expected,
    } as const;
    const made = await both.generateBinding(request);
    const again = both.generateBindingSync({ ...request, bindingType: 'referred' });
    assert.deepEqual(made.identifier, again.identifier);
    const joined = await both.generateMessage([made.tokenBinding, again.tokenBinding]);
    assert.deepEqual(both.generateMessageSync([made.tokenBinding, again.tokenBinding]), joined);
    assert.equal((await both.verifyMessage(joined, expected)).length, 2);
    assert.equal(both.verifyMessageSync(joined, expected).length, 2);
    await assert.rejects(both.verifyMessage(bad, expected), { code: 'ERR_TB_SIGNATURE' });
    assert.throws(() => both.verifyMessageSync(bad, expected), { code: 'ERR_TB_SIGNATURE' });
    assert.equal((await both.generateId('ecdsap256', key.publicKey)).identifier.length, 68);
    assert.equal((await both.getKeyTypesClient()).length, 3);
    assert.equal((await both.getKeyTypesServer()).length, 3);
    assert.deepEqual(await both.getHighestSupportedVersion(), { major: 1, minor: 0 });
    await both.drain();
    assert.deepEqual(seen, []);
    assert.deepEqual(both.counts, { compared: 12, differed: 0, skipped: 0 });
  });

  it('never lets the secondary accept a message', async () => {
    const { both, seen } = shadowed(accepting);
    await assert.rejects(both.verifyMessage(bad, expected), { code: 'ERR_TB_SIGNATURE' });
    assert.throws(() => both.verifyMessageSync(bad, expected), { code: 'ERR_TB_SIGNATURE' });
    await both.drain();
    assert.deepEqual(
      seen.map(({ call, path, message: text }) => [call, path, text]),
      Array(2).fill(['verifyMessage', 'verdict', encodeBase64url(bad)]),
    );
    assert.equal(seen[0]?.primary.reason?.code, 'ERR_TB_SIGNATURE');
    assert.equal(seen[0]?.secondary.verdict, 'accepted');
  });

  it('does not report the EKM', async () => {
    const { both, seen } = shadowed(accepting);
    both.verifyMessageSync(good, expected);
    await both.drain();
    const text = JSON.stringify(seen);
    assert.match(text, /"results"/);
    for (const form of ['hex', 'base64url', 'base64'] as const) {
      assert.ok(!text.includes(ekm.toString(form)));
    }
  });

  for (const [name, calls, work, call, path] of [
    [
      'another identifier',
      {
        verifyMessage: async (): Promise<BindingResult[]> => [
          {
            bindingType: 'provided',
            keyType: 'ecdsap256',
            identifier: Buffer.alloc(68),
            extensionData: Buffer.alloc(0),
            status: 'verified',
          },
        ],
      },
      (both: TokenBindingProvider) => both.verifyMessage(good, expected),
      'verifyMessage',
      'results[0].identifier',
    ],
    [
      'other bytes',
      { generateMessage: async () => Buffer.alloc(139) },
      (both: TokenBindingProvider) => both.generateMessage([signedBinding(key, ekm)]),
      'generateMessage',
      'bytes',
    ],
    [
      'no acceptance of what was made',
      { generateMessage: async () => bad },
      (both: TokenBindingProvider) =>
        both.generateBinding({
          targetUrl: 'https://example.com/',
          bindingType: 'provided',
          ...expected,
        }),
      'generateBinding',
      'verdict',
    ],
    [
      'other key types',
      { getKeyTypesServer: async () => [] },
      (both: TokenBindingProvider) => both.getKeyTypesServer(),
      'getKeyTypesServer',
      'observations.keyTypes[0]',
    ],
    [
      'another version',
      { getHighestSupportedVersion: async () => ({ major: 0, minor: 10 }) },
      (both: TokenBindingProvider) => both.getHighestSupportedVersion(),
      'getHighestSupportedVersion',
      'observations.version',
    ],
    [
      'another TokenBindingID',
      { generateId: async () => ({ keyType: 'ecdsap256', identifier: Buffer.alloc(68) }) },
      (both: TokenBindingProvider) => both.generateId('ecdsap256', key.publicKey),
      'generateId',
      'identifier',
    ],
  ] as [
    string,
    Partial<TokenBindingProvider>,
    (both: TokenBindingProvider) => Promise<unknown>,
    string,
    string,
  ][]) {
    it(`reports ${name}`, async () => {
      const { both, seen } = shadowed(altered(calls));
      await work(both);
      await both.drain();
      assert.deepEqual(
        seen.map((one) => [one.call, one.path]),
        [[call, path]],
      );
      assert.deepEqual(both.counts, { compared: 1, differed: 1, skipped: 0 });
    });
  }

  it('never makes the secondary use or delete a stored key', async () => {
    const fail = () => assert.fail('the secondary was asked');
    const calls = ['generateBinding', 'generateBindingSync', 'generateIdForUri', 'deleteBinding'];
    const forbidden = [...calls, 'deleteAllBindings'].map((name) => [name, fail]);
    const { both } = shadowed(altered(Object.fromEntries(forbidden)));
    const targetUrl = 'https://example.com/';
    await both.generateBinding({ targetUrl, bindingType: 'provided', ...expected });
    await both.generateIdForUri('ecdsap256', targetUrl);
    await both.deleteBinding(targetUrl);
    await both.deleteAllBindings({ everyKeyOfThisUser: true });
    await both.drain();
    assert.equal(both.counts.differed, 0);
  });

  it('does not wait for the secondary', async () => {
    let finish = () => {};
    const slow = new Promise<BindingResult[]>((resolve) => {
      finish = () => resolve([]);
    });
    const { both, seen } = shadowed(altered({ verifyMessage: () => slow }));
    await both.verifyMessage(good, expected);
    both.verifyMessageSync(good, expected);
    await setTimeout(20);
    assert.deepEqual([both.counts.compared, seen.length], [0, 0]);
    finish();
    await both.drain();
    assert.equal(seen.length, 2);
  });

  it('starts the secondary after the call has ended', async () => {
    const order: string[] = [];
    const secondary = altered({
      verifyMessage: async () => {
        order.push('secondary');
        return [];
      },
    });
    const { both } = shadowed(secondary);
    both.verifyMessageSync(good, expected);
    order.push('caller');
    await both.drain();
    await both.verifyMessage(good, expected);
    order.push('caller');
    await both.drain();
    assert.deepEqual(order, ['caller', 'secondary', 'caller', 'secondary']);
  });

  it('compares with copies of the arguments', async () => {
    const { both, seen } = shadowed(open({ provider: 'portable' }));
    const bytes = Buffer.from(good);
    const own = { keyType: 'ecdsap256', ekm: Buffer.from(ekm) } as const;
    const results = both.verifyMessageSync(bytes, own);
    bytes.fill(0);
    own.ekm.fill(0);
    results[0]?.identifier.fill(0);
    const joined = signedBinding(key, ekm);
    both.generateMessageSync([joined]).fill(0);
    joined.fill(0);
    await both.drain();
    assert.deepEqual(seen, []);
    assert.equal(both.counts.compared, 2);
  });

  it('leaves invalid arguments to the primary', async () => {
    const { both } = shadowed(accepting);
    assert.throws(() => both.verifyMessageSync('text' as never, expected), TypeError);
    await assert.rejects(both.verifyMessage(good, { keyType: 'ecdsap256' } as never), TypeError);
    await assert.rejects(both.generateMessage([]), RangeError);
    await both.drain();
    assert.deepEqual(both.counts, { compared: 0, differed: 0, skipped: 0 });
  });

  it('skips calls beyond maxPending', async () => {
    let finish = () => {};
    const slow = new Promise<BindingResult[]>((resolve) => {
      finish = () => resolve([]);
    });
    const { both } = shadowed(altered({ verifyMessage: () => slow }), 3);
    for (let call = 0; call < 10; call++) both.verifyMessageSync(good, expected);
    finish();
    await both.drain();
    assert.deepEqual(both.counts, { compared: 3, differed: 3, skipped: 7 });
    both.verifyMessageSync(good, expected);
    await both.drain();
    assert.equal(both.counts.compared, 4);
  });

  for (const [name, onDifference] of [
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ] as const) {
    it(`turns an onDifference that ${name} into a warning`, async () => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error) => warnings.push(warning);
      process.on('warning', onWarning);
      const both = shadow(open({ provider: 'portable' }), accepting, { onDifference });
      assert.equal(both.verifyMessageSync(good, expected).length, 1);
      await both.drain();
      await setImmediate();
      process.off('warning', onWarning);
      assert.deepEqual(
        warnings.map((warning) => warning.message),
        ['broken'],
      );
    });
  }

  for (const [name, failure] of [
    ['an error', new Error('broken')],
    ['an object', { no: 'error' }],
    ['nothing', undefined],
    ['an object without a prototype', Object.create(null)],
  ] as const) {
    it(`reports a secondary that rejects with ${name}`, async () => {
      const breaking = altered({ verifyMessage: () => Promise.reject(failure) });
      const { both, seen } = shadowed(breaking);
      assert.equal((await both.verifyMessage(good, expected)).length, 1);
      await assert.rejects(both.verifyMessage(bad, expected), { code: 'ERR_TB_SIGNATURE' });
      await both.drain();
      assert.deepEqual(
        seen.map(({ path, secondary }) => [path, secondary.verdict]),
        Array(2).fill(['verdict', 'failed']),
      );
    });
  }

  it('reports a primary that fails, or returns an invalid result', async () => {
    const seen: CallDifference[] = [];
    const onDifference = (difference: CallDifference) => seen.push(difference);
    const breaking = altered({
      verifyMessage: () => Promise.reject(undefined),
      verifyMessageSync: () => 7 as never,
    });
    const both = shadow(breaking, open({ provider: 'portable' }), { onDifference });
    await both.verifyMessage(good, expected).then(
      () => assert.fail(),
      (error) => assert.equal(error, undefined),
    );
    assert.equal(both.verifyMessageSync(good, expected), 7);
    await both.drain();
    assert.deepEqual(
      seen.map(({ primary, secondary }) => [primary.verdict, secondary.verdict]),
      Array(2).fill(['failed', 'accepted']),
    );
  });

  it("leaves the caller's binding to the caller", async () => {
    const writing = altered({
      generateMessage: async ([bytes]) => {
        bytes?.fill(9);
        return Buffer.from(good);
      },
    });
    const { both } = shadowed(writing);
    const made = await both.generateBinding({
      targetUrl: 'https://example.com/',
      bindingType: 'provided',
      ...expected,
    });
    const before = Buffer.from(made.tokenBinding);
    await both.drain();
    assert.deepEqual(Buffer.from(made.tokenBinding), before);
  });

  for (const [name, args] of [
    ['no primary', [undefined, accepting, { onDifference() {} }]],
    ['a secondary that is no provider', [accepting, {}, { onDifference() {} }]],
    ['no options', [accepting, accepting]],
    ['no onDifference', [accepting, accepting, {}]],
    ['an unknown option', [accepting, accepting, { onDifference() {}, maximum: 5 }]],
    ['an inherited option', [accepting, accepting, Object.create({ onDifference() {} })]],
    ['a maxPending of 0', [accepting, accepting, { onDifference() {}, maxPending: 0 }]],
    ['a maxPending of 0.5', [accepting, accepting, { onDifference() {}, maxPending: 0.5 }]],
    ['a maxPending of text', [accepting, accepting, { onDifference() {}, maxPending: '5' }]],
  ] as [string, Parameters<typeof shadow>][]) {
    it(`rejects ${name}`, () => {
      assert.throws(
        () => shadow(...args),
        (error) => {
          return error instanceof TypeError || error instanceof RangeError;
        },
      );
    });
  }
});
