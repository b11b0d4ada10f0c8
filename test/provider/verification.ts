import assert from 'node:assert/strict';
import { constants, randomBytes } from 'node:crypto';
import { before, describe, it } from 'node:test';
import type { KeyType } from '../../src/index.js';
import {
  binding,
  ecKey,
  identifier,
  KEY_PARAMETERS,
  KEY_TYPES,
  message,
  newEkm,
  opaque16,
  rsaKey,
  signature,
  signedBinding,
  type TestKey,
  testKey,
  u8,
  u16,
} from '../support/messages.js';
import { assertDetails, assertListed, type ProviderUnderTest, refusalsOf } from './under-test.js';

/** What one provider accepts and rejects by RFC 8471 4.2. */
export function describeVerification(provider: ProviderUnderTest): void {
  const { name, open } = provider;
  const { refused, rejected } = refusalsOf(provider);
  describe(`verification: ${name}`, () => {
    const ekm = newEkm();
    const tokenBinding = open();
    const verify = (bytes: Uint8Array, keyType: KeyType = 'ecdsap256', of: Uint8Array = ekm) =>
      tokenBinding.verifyMessageSync(bytes, { keyType, ekm: of });
    const keyOf = {} as Record<KeyType, TestKey>;
    const ec = () => keyOf.ecdsap256;
    const rsa = () => keyOf['rsa2048_pkcs1.5'];

    before(() => {
      for (const keyType of KEY_TYPES) keyOf[keyType] = testKey(keyType);
    });

    for (const keyType of KEY_TYPES) {
      describe(keyType, () => {
        it('rejects every truncation', () => {
          const whole = message(signedBinding(keyOf[keyType], ekm));
          assert.equal(verify(whole, keyType).length, 1);
          for (let length = 0; length < whole.length; length++) {
            refused('ERR_TB_MALFORMED', () => verify(whole.subarray(0, length), keyType));
          }
        });

        it('rejects every flip of a single bit of the message', () => {
          const whole = message(signedBinding(keyOf[keyType], ekm));
          for (const flipped of singleBitFlips(whole)) {
            assert.throws(() => verify(flipped, keyType), { name: 'TokenBindingError' });
          }
        });

        it('rejects every flip of a single bit of the EKM', () => {
          const whole = message(signedBinding(keyOf[keyType], ekm));
          for (const flipped of singleBitFlips(ekm)) {
            refused('ERR_TB_SIGNATURE', () => verify(whole, keyType, flipped));
          }
        });

        it('rejects the EKM of another connection right after accepting its own', async () => {
          const whole = message(signedBinding(keyOf[keyType], ekm));
          verify(whole, keyType);
          refused('ERR_TB_SIGNATURE', () => verify(whole, keyType, newEkm()));
          const expected = { keyType, ekm: newEkm() };
          await rejected('ERR_TB_SIGNATURE', tokenBinding.verifyMessage(whole, expected));
          verify(whole, keyType);
        });

        it('rejects a signature of 255, 257, 64 and 65 zero bytes', () => {
          for (const length of [64, 65, 255, 257]) {
            const parts = {
              identifier: keyOf[keyType].identifier,
              signature: Buffer.alloc(length),
            };
            refused('ERR_TB_SIGNATURE', () => verify(message(binding(parts)), keyType));
          }
        });

        it('rejects a signature for the other binding type', () => {
          const key = keyOf[keyType];
          const parts = { identifier: key.identifier, signature: signature(key, 1, ekm) };
          refused('ERR_TB_SIGNATURE', () => verify(message(binding(parts)), keyType));
          const referred = { ...parts, type: 1, signature: signature(key, 0, ekm) };
          refused('ERR_TB_SIGNATURE', () => verify(message(binding(referred)), keyType));
        });

        it("rejects another key's signature", () => {
          const parts = {
            identifier: testKey(keyType).identifier,
            signature: signature(keyOf[keyType], 0, ekm),
          };
          refused('ERR_TB_SIGNATURE', () => verify(message(binding(parts)), keyType));
        });

        it('rejects a provided binding with another key type than the negotiated one', () => {
          const whole = message(signedBinding(keyOf[keyType], ekm));
          for (const other of KEY_TYPES.filter((type) => type !== keyType)) {
            const error = refused('ERR_TB_KEY_TYPE', () => verify(whole, other));
            assertDetails(provider, error, 'tokenbindings[0].tokenbindingid.key_parameters');
          }
        });

        it('accepts a referred binding with another key type than the negotiated one', () => {
          const whole = message(signedBinding(keyOf[keyType], ekm, { type: 1 }));
          for (const other of KEY_TYPES) {
            assert.deepEqual(
              verify(whole, other).map(({ bindingType, keyType }) => [bindingType, keyType]),
              [['referred', keyType]],
            );
          }
        });
      });
    }

    it('checks the signature of an unknown binding type', () => {
      const provided = signedBinding(ec(), ekm);
      const [, other] = verify(message(provided, signedBinding(rsa(), ekm, { type: 77 })));
      assert.equal(other?.bindingType, 77);
      assert.equal(other?.status, 'verified');
      const forged = binding({
        type: 77,
        identifier: rsa().identifier,
        signature: randomBytes(256),
      });
      const error = refused('ERR_TB_SIGNATURE', () => verify(message(provided, forged)));
      assertDetails(provider, error, 'tokenbindings[1].signature');
    });

    it('lists unknown key parameters as unevaluated beside a verified binding', () => {
      const strange = { identifier: identifier(200, randomBytes(9)), signature: randomBytes(64) };
      for (const type of [1, 2, 255]) {
        const whole = message(signedBinding(ec(), ekm), binding({ type, ...strange }));
        assertListed(
          provider,
          verify(whole).map(({ keyType, status }) => ({ keyType, status })),
          [
            { keyType: 'ecdsap256', status: 'verified' },
            { keyType: 200, status: 'unevaluated' },
          ],
        );
      }
      const provided = message(signedBinding(ec(), ekm), binding({ type: 0, ...strange }));
      refused('ERR_TB_KEY_TYPE', () => verify(provided));
    });

    it('rejects a message without a signature that can be checked', async () => {
      const strange = { identifier: identifier(200, randomBytes(90)), signature: randomBytes(64) };
      for (const type of [1, 2, 255]) {
        const whole = message(binding({ type, ...strange }), binding({ type, ...strange }));
        refused('ERR_TB_SIGNATURE', () => verify(whole));
        const expected = { keyType: 'ecdsap256', ekm } as const;
        await rejected('ERR_TB_SIGNATURE', tokenBinding.verifyMessage(whole, expected));
      }
    });

    it('rejects the whole message for one invalid signature anywhere', async () => {
      const good = signedBinding(ec(), ekm);
      const bad = signedBinding(ec(), newEkm(), { type: 1 });
      for (const position of [0, 1, 2, 3]) {
        const bindings = [good, good, good, good].with(position, bad);
        const path = `tokenbindings[${position}].signature`;
        assertDetails(
          provider,
          refused('ERR_TB_SIGNATURE', () => verify(message(...bindings))),
          path,
        );
        const expected = { keyType: 'ecdsap256', ekm } as const;
        const pending = tokenBinding.verifyMessage(message(...bindings), expected);
        assertDetails(provider, await rejected('ERR_TB_SIGNATURE', pending), path);
      }
    });

    it('rejects more TokenBindings than maxTokenBindings before it checks any key or signature', async () => {
      const provided = signedBinding(ec(), ekm);
      const referred = signedBinding(rsa(), ekm, { type: 1, extensions: u8(9, 0, 1, 7) });
      const unusable = { identifier: identifier(2, ecKey(Buffer.alloc(64))) };
      const forged = binding({ ...unusable, type: 1, signature: randomBytes(64) });
      const expected = { keyType: 'ecdsap256', ekm } as const;
      for (const [bindings, limit] of [
        [[provided, referred], 1],
        [[provided, referred, referred], 2],
        [[provided, referred, forged], 2],
        [[forged, forged], 1],
        [new Array<Buffer>(400).fill(provided), 399],
      ] as const) {
        const whole = message(...bindings);
        const limited = { ...expected, maxTokenBindings: limit };
        const within = bindings.slice(0, limit);
        const offset = within.reduce((sum, { length }) => sum + length, 2);
        const pending = tokenBinding.verifyMessage(whole, limited);
        for (const { path, offset: at } of [
          refused('ERR_TB_MALFORMED', () => tokenBinding.verifyMessageSync(whole, limited)),
          await rejected('ERR_TB_MALFORMED', pending),
        ]) {
          assert.deepEqual([path, at], [`tokenbindings[${limit}]`, offset]);
        }
      }
    });

    it('accepts as many TokenBindings as maxTokenBindings', async () => {
      const provided = signedBinding(ec(), ekm);
      const expected = { keyType: 'ecdsap256', ekm } as const;
      for (const [bindings, maxTokenBindings] of [
        [[provided], 1],
        [[provided], Number.MAX_SAFE_INTEGER],
        [[provided, provided], 2],
        [[provided, provided, provided, provided], 4],
        [[provided, provided, provided, provided], undefined],
      ] as const) {
        const whole = message(...bindings);
        const limited = { ...expected, maxTokenBindings };
        assert.equal(tokenBinding.verifyMessageSync(whole, limited).length, bindings.length);
        assert.equal((await tokenBinding.verifyMessage(whole, limited)).length, bindings.length);
      }
    });

    it('rejects every truncation and every bit flip with maxTokenBindings too', () => {
      const whole = message(signedBinding(ec(), ekm), signedBinding(ec(), ekm));
      const limited = { keyType: 'ecdsap256', ekm, maxTokenBindings: 2 } as const;
      assert.equal(tokenBinding.verifyMessageSync(whole, limited).length, 2);
      for (let length = 0; length < whole.length; length++) {
        const cut = whole.subarray(0, length);
        refused('ERR_TB_MALFORMED', () => tokenBinding.verifyMessageSync(cut, limited));
      }
      for (const flipped of singleBitFlips(whole)) {
        assert.throws(() => tokenBinding.verifyMessageSync(flipped, limited), {
          name: 'TokenBindingError',
        });
      }
      const longer = Buffer.concat([whole, u8(0)]);
      refused('ERR_TB_MALFORMED', () => tokenBinding.verifyMessageSync(longer, limited));
    });

    it('accepts extensions and returns them raw; no signature covers them', () => {
      const extensions = Buffer.concat([u8(0x2a), opaque16(Buffer.from([1, 2, 3, 4]))]);
      const whole = message(signedBinding(ec(), ekm, { extensions }));
      assert.deepEqual(Buffer.from(verify(whole)[0]?.extensionData ?? []), extensions);
      for (const flipped of singleBitFlips(whole.subarray(-4))) {
        const changed = Buffer.concat([whole.subarray(0, -4), flipped]);
        assert.deepEqual(
          Buffer.from(verify(changed)[0]?.extensionData.subarray(-4) ?? []),
          flipped,
        );
      }
    });

    it('returns copies: the message may change afterwards', async () => {
      const whole = message(signedBinding(ec(), ekm, { extensions: u8(1, 0, 1, 7) }));
      const expected = { keyType: 'ecdsap256' as const, ekm: Buffer.from(ekm) };
      const pending = tokenBinding.verifyMessage(whole, expected);
      whole.fill(0);
      expected.ekm.fill(0);
      const [result] = await pending;
      assert.deepEqual(Buffer.from(result?.identifier ?? []), ec().identifier);
      assert.deepEqual([...(result?.extensionData ?? [])], [1, 0, 1, 7]);
    });

    describe('structure', () => {
      const malformed = (bytes: Uint8Array, path?: string) => {
        const error = refused('ERR_TB_MALFORMED', () => verify(bytes));
        assertDetails(provider, error, path);
      };

      it('rejects an empty message, an empty list and less than 132 bytes of TokenBindings', () => {
        malformed(Buffer.alloc(0), 'tokenbindings');
        malformed(u16(0), 'tokenbindings');
        malformed(message(Buffer.alloc(131)), 'tokenbindings');
      });

      it('rejects a trailing byte', () => {
        malformed(Buffer.concat([message(signedBinding(ec(), ekm)), u8(0)]), 'tokenbindings');
      });

      it('rejects length fields that are too large or too small', () => {
        const whole = message(signedBinding(ec(), ekm, { extensions: u8(9, 0, 2, 5, 5) }));
        const lengths = {
          tokenbindings: 0,
          key_length: 4,
          signature: 71,
          extensions: 137,
          data: 140,
        };
        for (const [field, offset] of Object.entries(lengths)) {
          for (const step of [-2, -1, 1, 2, 256]) {
            const lying = Buffer.from(whole);
            lying.writeUInt16BE(lying.readUInt16BE(offset) + step, offset);
            try {
              refused('ERR_TB_MALFORMED', () => verify(lying));
            } catch (cause) {
              throw new Error(`${field} ${step}`, { cause });
            }
          }
        }
        for (const step of [-1, 1]) {
          const lying = Buffer.from(whole);
          lying.writeUInt8(lying.readUInt8(6) + step, 6);
          malformed(lying);
        }
      });

      it('rejects a signature below 64 bytes', () => {
        const parts = { identifier: ec().identifier, signature: Buffer.alloc(63) };
        malformed(message(binding(parts)), 'tokenbindings[0].signature');
      });

      it('rejects extensions with a wrong length', () => {
        for (const extensions of [u8(1), u8(1, 0), u8(1, 0, 1), u8(1, 0, 2, 0), u8(1, 0, 0, 1)]) {
          malformed(message(signedBinding(ec(), ekm, { extensions })));
        }
      });

      it('rejects a key_length that is longer or shorter than the key', () => {
        const long = Buffer.concat([ec().identifier.subarray(3), u8(0)]);
        const parts = { identifier: identifier(2, long), signature: signature(ec(), 0, ekm) };
        malformed(message(binding(parts)), 'tokenbindings[0].tokenbindingid.key_length');
        const short = Buffer.from(ec().identifier.subarray(3, -1));
        malformed(message(binding({ ...parts, identifier: identifier(2, short) })));
      });
    });

    describe('keys', () => {
      const unusable = (keyType: KeyType, key: Uint8Array, length: number) => {
        const parts = {
          identifier: identifier(KEY_PARAMETERS[keyType], key),
          signature: randomBytes(length),
        };
        const error = refused('ERR_TB_UNUSABLE_KEY', () =>
          verify(message(binding(parts)), keyType),
        );
        assertDetails(provider, error, 'tokenbindings[0].tokenbindingid');
      };

      it('rejects points that are not on P-256', () => {
        const point = Buffer.from(ec().identifier.subarray(4));
        for (const flipped of [...singleBitFlips(point)].filter((_, index) => index % 16 === 0)) {
          unusable('ecdsap256', ecKey(flipped), 64);
        }
        unusable('ecdsap256', ecKey(Buffer.alloc(64)), 64);
        unusable('ecdsap256', ecKey(Buffer.alloc(64, 0xff)), 64);
      });

      it('rejects a coordinate that is not less than p', () => {
        unusable('ecdsap256', ecKey(UNREDUCED_POINT), 64);
        const reduced = Buffer.from(UNREDUCED_POINT);
        Buffer.from('5'.padStart(64, '0'), 'hex').copy(reduced);
        const parts = { identifier: identifier(2, ecKey(reduced)), signature: randomBytes(64) };
        refused('ERR_TB_SIGNATURE', () => verify(message(binding(parts))));
      });

      it('rejects points of another length or format', () => {
        const point = ec().identifier.subarray(4);
        unusable('ecdsap256', ecKey(point.subarray(0, 63)), 70);
        unusable('ecdsap256', ecKey(Buffer.concat([point, u8(0)])), 64);
        unusable('ecdsap256', ecKey(Buffer.concat([u8(4), point])), 64);
        unusable('ecdsap256', ecKey(Buffer.concat([u8(2), point.subarray(0, 32)])), 100);
      });

      for (const keyType of ['rsa2048_pkcs1.5', 'rsa2048_pss'] as const) {
        it(`rejects an RSA modulus of another size than 2048 bits (${keyType})`, () => {
          const e = u8(1, 0, 1);
          const modulus = Buffer.from(rsa().identifier.subarray(5, 261));
          const of2047Bits = Buffer.from(modulus);
          of2047Bits.writeUInt8((modulus[0] ?? 0) & 0x7f, 0);
          unusable(keyType, rsaKey(of2047Bits, e), 256);
          unusable(keyType, rsaKey(Buffer.concat([u8(1), of2047Bits]), e), 257);
          unusable(keyType, rsaKey(Buffer.concat([u8(0), modulus]), e), 256);
          unusable(keyType, rsaKey(modulus.subarray(0, 255), e), 255);
          unusable(keyType, rsaKey(Buffer.concat([modulus, modulus]), e), 512);
          unusable(keyType, rsaKey(u8(3), e), 256);
        });

        it(`rejects an even modulus and invalid exponents (${keyType})`, () => {
          const modulus = Buffer.from(rsa().identifier.subarray(5, 261));
          for (const e of [u8(1), u8(2), u8(0), u8(1, 0, 0), u8(0, 3), u8(0, 1, 0, 1)]) {
            unusable(keyType, rsaKey(modulus, e), 256);
          }
          modulus.writeUInt8((modulus[255] ?? 0) & 0xfe, 255);
          unusable(keyType, rsaKey(modulus, u8(1, 0, 1)), 256);
        });
      }

      it('rejects the largest exponent of the format without a crash', () => {
        const modulus = Buffer.from(rsa().identifier.subarray(5, 261));
        const parts = {
          identifier: identifier(0, rsaKey(modulus, Buffer.alloc(255, 0xff))),
          signature: randomBytes(256),
        };
        refused('ERR_TB_SIGNATURE', () => verify(message(binding(parts)), 'rsa2048_pkcs1.5'));
      });
    });

    describe('signatures', () => {
      const refuse = (key: TestKey, bytes: Uint8Array) => {
        const parts = { identifier: key.identifier, signature: bytes };
        refused('ERR_TB_SIGNATURE', () => verify(message(binding(parts)), key.keyType));
      };

      it('rejects an ECDSA signature in DER', () => {
        refuse(ec(), signature(ec(), 0, ekm, { dsaEncoding: 'der' }));
      });

      it('rejects r or s of zero, of the group order, and above', () => {
        const good = signature(ec(), 0, ekm);
        for (const bad of [Buffer.alloc(32), P256_ORDER, Buffer.alloc(32, 0xff)]) {
          refuse(ec(), Buffer.concat([bad, good.subarray(32)]));
          refuse(ec(), Buffer.concat([good.subarray(0, 32), bad]));
          refuse(ec(), Buffer.concat([bad, bad]));
        }
      });

      it('rejects PSS with a salt of another length than 32 bytes', () => {
        for (const saltLength of [0, 20, 31, 33, 64, 222]) {
          refuse(keyOf.rsa2048_pss, signature(keyOf.rsa2048_pss, 0, ekm, { saltLength }));
        }
      });

      it('rejects PKCS #1 padding for PSS key parameters, and PSS padding for PKCS #1', () => {
        const pss = keyOf.rsa2048_pss;
        refuse(pss, signature(pss, 0, ekm, { padding: constants.RSA_PKCS1_PADDING }));
        const padding = constants.RSA_PKCS1_PSS_PADDING;
        refuse(rsa(), signature(rsa(), 0, ekm, { padding, saltLength: 32 }));
      });

      it('rejects an RSA signature of zero, of one and of the modulus', () => {
        const modulus = rsa().identifier.subarray(5, 261);
        const one = Buffer.alloc(256);
        one.writeUInt8(1, 255);
        for (const bytes of [Buffer.alloc(256), one, modulus]) refuse(rsa(), bytes);
      });
    });
  });
}

function* singleBitFlips(bytes: Uint8Array): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    yield flipped;
  }
}

const P256_ORDER = Buffer.from(
  'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  'hex',
);

/** x = p + 5 with the y of x = 5: on the curve if x is reduced modulo p. */
const UNREDUCED_POINT = Buffer.from(
  'ffffffff00000001000000000000000000000001000000000000000000000004' +
    '459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc',
  'hex',
);
