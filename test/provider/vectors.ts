import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BindingResult, KeyType, TokenBindingErrorCode } from '../../src/index.js';
import { tokenBindingHash } from '../../src/wire.js';
import { type Vector, vectors } from '../support/vectors.js';
import { assertListed, type ProviderUnderTest, refusalsOf } from './under-test.js';

/** The verdict for each vector with an EKM, by RFC 8471 and the documented choices of this package. */
const VERDICTS: Record<string, 'accepted' | TokenBindingErrorCode | 'RangeError'> = {
  'tb-00': 'accepted',
  'tb-02': 'accepted',
  'tb-03': 'accepted',
  'tb-04': 'ERR_TB_KEY_TYPE',
  'tb-05': 'accepted',
  'tb-06': 'ERR_TB_KEY_TYPE',
  'tb-07': 'accepted',
  'tb-08': 'accepted',
  'tb-09': 'accepted',
  'tb-11': 'accepted',
  'tb-12': 'accepted',
  'tb-14': 'accepted',
  'tb-15': 'accepted',
  'tb-17': 'accepted',
  'tb-19': 'accepted',
  'tb-20': 'ERR_TB_SIGNATURE',
  'tb-21': 'ERR_TB_SIGNATURE',
  'tb-22': 'ERR_TB_MALFORMED',
  'tb-23': 'accepted',
  'tb-25': 'ERR_TB_SIGNATURE',
  'tb-26': 'accepted',
  'tb-29': 'accepted',
  'tb-30': 'accepted',
  'tb-31': 'ERR_TB_SIGNATURE',
  'tb-34': 'accepted',
  'tb-35': 'RangeError',
  'tb-50': 'accepted',
  'tb-51': 'accepted',
  'tb-52': 'ERR_TB_SIGNATURE',
  'tb-53': 'accepted',
  'tb-54': 'accepted',
  'tb-55': 'ERR_TB_MALFORMED',
  'tb-56': 'accepted',
  'tb-57': 'ERR_TB_MALFORMED',
  'tb-58': 'ERR_TB_MALFORMED',
};

const TYPES = ['provided', 'referred'] as const;
const KEY_TYPES = ['rsa2048_pkcs1.5', 'rsa2048_pss', 'ecdsap256'] as const;

/** Verifies every vector with an EKM with one provider. */
export function describeVectors(provider: ProviderUnderTest): void {
  const { name, open } = provider;
  const { refused } = refusalsOf(provider);
  describe(`vectors: ${name}`, () => {
    const verifiable = vectors.filter(
      ({ message, ekm }) => typeof message === 'string' && typeof ekm === 'string',
    );

    it('knows the verdict of each vector', () => {
      assert.deepEqual(
        verifiable.map(({ id }) => id),
        Object.keys(VERDICTS),
      );
    });

    for (const vector of verifiable) {
      const verdict = VERDICTS[vector.id];
      it(`${vector.id} (${vector.description}): ${verdict}`, async () => {
        const tokenBinding = open();
        const verify = () => tokenBinding.verifyMessageSync(...inputs(vector));
        if (verdict === 'accepted') {
          assertResults(provider, verify(), vector);
          assertResults(provider, await tokenBinding.verifyMessage(...inputs(vector)), vector);
        } else if (verdict === 'RangeError') {
          assert.throws(verify, RangeError);
        } else {
          refused(verdict as TokenBindingErrorCode, verify);
        }
      });
    }
  });
}

function inputs({
  message,
  ekm,
  keyType,
}: Vector): [Uint8Array, { keyType: KeyType; ekm: Buffer }] {
  const negotiated = KEY_TYPES.find((type) => keyType?.split('+')[0] === type) ?? 'ecdsap256';
  return [
    Buffer.from(message ?? '', 'base64url'),
    { keyType: negotiated, ekm: Buffer.from(ekm ?? '', 'hex') },
  ];
}

function assertResults(
  provider: ProviderUnderTest,
  results: BindingResult[],
  { bindings = [] }: Vector,
): void {
  const seen = results.map((result) => ({
    type: result.bindingType,
    keyType: result.keyType,
    identifier: Buffer.from(result.identifier).toString('base64url'),
    tbh: tokenBindingHash(result.identifier),
    status: result.status,
  }));
  const wanted = bindings.map((binding) => ({
    type: TYPES[binding.type] ?? binding.type,
    keyType: KEY_TYPES[binding.keyParameters] ?? binding.keyParameters,
    identifier: binding.tokenBindingId,
    tbh: binding.tbh,
    status: binding.signature === 'valid' ? ('verified' as const) : ('unevaluated' as const),
  }));
  assertListed(provider, seen, wanted);
}
