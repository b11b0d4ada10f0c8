import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type KeyType,
  open,
  TokenBindingError,
  type TokenBindingProvider,
} from '../../src/index.js';
import { newDomain } from '../provider/domains.js';
import {
  binding,
  identifier,
  KEY_TYPES,
  message,
  newEkm,
  signedBinding,
  testKey,
  u8,
} from '../support/messages.js';
import { vectors } from '../support/vectors.js';
import { standIn } from './stand-in.js';

const windows = open({ provider: 'windows', libraryPath: standIn('-guard') });
const portable = open({ provider: 'portable' });
const ekm = newEkm();

/** The result of verification, with its JSON, which shows the classes of its byte strings. */
function outcome(
  tokenBinding: TokenBindingProvider,
  bytes: Uint8Array,
  keyType: KeyType,
  of = ekm,
): object {
  try {
    const results = tokenBinding.verifyMessageSync(bytes, { keyType, ekm: of });
    return { results, json: JSON.stringify(results) };
  } catch (error) {
    if (!(error instanceof TokenBindingError) && !(error instanceof RangeError)) throw error;
    return { code: (error as NodeJS.ErrnoException).code };
  }
}

function assertEqual(bytes: Uint8Array, keyType: KeyType, of = ekm): void {
  assert.deepStrictEqual(
    outcome(windows, bytes, keyType, of),
    outcome(portable, bytes, keyType, of),
  );
}

describe('both providers', () => {
  it('return the same results for every vector and every negotiated key type', () => {
    const verifiable = vectors.filter(({ message, ekm }) => message !== null && ekm !== null);
    assert.ok(verifiable.length >= 35);
    for (const { message, ekm } of verifiable) {
      const bytes = Buffer.from(message ?? '', 'base64url');
      for (const keyType of KEY_TYPES) assertEqual(bytes, keyType, Buffer.from(ekm ?? '', 'hex'));
    }
  });

  for (const keyType of KEY_TYPES) {
    for (const [maker, verifier] of [
      [windows, portable],
      [portable, windows],
    ] as const) {
      const roles = `${maker.provider.name} generates, ${verifier.provider.name} verifies`;
      it(`${keyType}: ${roles}`, async () => {
        const targetUrl = `https://${newDomain()}/`;
        const make = (bindingType: 'provided' | 'referred') =>
          maker.generateBinding({ keyType, targetUrl, bindingType, ekm });
        const bindings = [await make('provided'), await make('referred')];
        const bytes = await maker.generateMessage(bindings.map((made) => made.tokenBinding));
        const results = await verifier.verifyMessage(bytes, { keyType, ekm });
        assert.deepEqual(
          results.map(({ bindingType, status }) => [bindingType, status]),
          [
            ['provided', 'verified'],
            ['referred', 'verified'],
          ],
        );
        for (const { identifier } of results) {
          assert.deepEqual(Buffer.from(identifier), Buffer.from(bindings[0]?.identifier ?? []));
        }
      });
    }
  }

  it('give a public key the same identifier', async () => {
    for (const keyType of KEY_TYPES) {
      const { publicKey } = testKey(keyType);
      const [one, other] = await Promise.all(
        [windows, portable].map((tokenBinding) => tokenBinding.generateId(keyType, publicKey)),
      );
      assert.equal(one?.keyType, other?.keyType);
      assert.deepEqual(Buffer.from(one?.identifier ?? []), Buffer.from(other?.identifier ?? [0]));
    }
  });

  const keys = KEY_TYPES.map((keyType) => testKey(keyType));
  const extensions = fc.oneof(
    fc.constant(Buffer.alloc(0)),
    fc.uint8Array({ maxLength: 9 }).map((data) => Buffer.concat([u8(7, 0, data.length), data])),
  );
  const good = fc
    .record({ key: fc.constantFrom(...keys), type: fc.nat(3), extensions })
    .map(({ key, ...parts }) => signedBinding(key, ekm, parts));
  const strange = fc
    .record({ type: fc.nat(2), parameters: fc.integer({ min: 3, max: 255 }), key: fc.uint8Array() })
    .map(({ type, parameters, key }) =>
      binding({ type, identifier: identifier(parameters, key), signature: Buffer.alloc(64, 1) }),
    );
  const whole = fc
    .array(fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: strange }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((bindings) => message(...bindings));
  const keyType = fc.constantFrom(...KEY_TYPES);
  const seed = { seed: Number(process.env['FC_SEED'] ?? 20_261_121) };

  it('agree on random messages', () => {
    fc.assert(fc.property(whole, keyType, assertEqualProperty), { ...seed, numRuns: 300 });
  });

  it('agree on random messages with changed, removed and inserted bytes', () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      remove: fc.nat(2),
      insert: fc.uint8Array({ maxLength: 2 }),
    });
    const damaged = fc
      .tuple(whole, fc.array(change, { minLength: 1, maxLength: 3 }))
      .map(([bytes, changes]) => changes.reduce(apply, bytes));
    fc.assert(fc.property(damaged, keyType, assertEqualProperty), { ...seed, numRuns: 1500 });
  });

  it('agree on random bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((content) => Buffer.from(content));
    fc.assert(fc.property(bytes, keyType, assertEqualProperty), { ...seed, numRuns: 500 });
  });
});

function assertEqualProperty(bytes: Uint8Array, keyType: KeyType): void {
  assertEqual(bytes, keyType);
}

function apply(
  bytes: Buffer,
  { at, remove, insert }: { at: number; remove: number; insert: Uint8Array },
): Buffer {
  const offset = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, offset), insert, bytes.subarray(offset + remove)]);
}
