import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import type { BindingType, KeyType, TokenBindingProvider } from '../../src/index.js';
import { KEY_TYPES, message, newEkm, signedBinding, testKey, u16 } from '../support/messages.js';
import { newDomain } from './domains.js';
import { type ProviderUnderTest, refusalsOf } from './under-test.js';

const BINDING_TYPES = ['provided', 'referred'] as const;

/** Makes TokenBindings, messages and identifiers with one provider, and deletes keys. */
export function describeGeneration(provider: ProviderUnderTest): void {
  const { name, open } = provider;
  const { refused, rejected } = refusalsOf(provider);
  describe(`generation: ${name}`, () => {
    const ekm = newEkm();
    const make = (
      tokenBinding: TokenBindingProvider,
      targetUrl: string,
      keyType: KeyType | 'anyexisting' = 'ecdsap256',
      bindingType: BindingType = 'provided',
    ) => tokenBinding.generateBindingSync({ keyType, targetUrl, bindingType, ekm });
    const newTarget = () => `https://login.${newDomain()}/start?a=1`;

    for (const keyType of KEY_TYPES) {
      for (const bindingType of BINDING_TYPES) {
        it(`makes a ${bindingType} binding of ${keyType} that verifies`, async () => {
          const tokenBinding = open();
          const request = { keyType, targetUrl: newTarget(), bindingType, ekm };
          const generated = [
            await tokenBinding.generateBinding(request),
            tokenBinding.generateBindingSync(request),
          ];
          for (const { tokenBinding: bytes, ...rest } of generated) {
            const message = await tokenBinding.generateMessage([bytes]);
            assert.deepEqual(message, tokenBinding.generateMessageSync([bytes]));
            const [result] = tokenBinding.verifyMessageSync(message, { keyType, ekm });
            assert.equal(result?.status, 'verified');
            assert.equal(result?.bindingType, bindingType);
            assert.equal(rest.bindingType, bindingType);
            assert.equal(rest.keyType, keyType);
            assert.deepEqual(result?.identifier, rest.identifier);
          }
          assert.deepEqual(generated[0]?.identifier, generated[1]?.identifier);
        });
      }
    }

    it('makes P-256 and RSA messages of the sizes of RFC 8471', () => {
      const tokenBinding = open();
      const targetUrl = newTarget();
      const size = (keyType: KeyType) =>
        tokenBinding.generateMessageSync([make(tokenBinding, targetUrl, keyType).tokenBinding])
          .length;
      assert.equal(size('ecdsap256'), 139);
      assert.equal(size('rsa2048_pkcs1.5'), 528);
      assert.equal(size('rsa2048_pss'), 528);
    });

    it('verifies a thousand signatures, among them some whose r or s begins with zeros', () => {
      const tokenBinding = open();
      const targetUrl = newTarget();
      for (let round = 0; round < 1000; round++) {
        const { tokenBinding: bytes } = make(tokenBinding, targetUrl);
        const message = tokenBinding.generateMessageSync([bytes]);
        assert.equal(
          tokenBinding.verifyMessageSync(message, { keyType: 'ecdsap256', ekm }).length,
          1,
        );
      }
    });

    it('signs a copy of the EKM from the start of the call', async () => {
      const tokenBinding = open();
      const buffer = Buffer.from(ekm);
      const pending = tokenBinding.generateBinding({
        keyType: 'ecdsap256',
        targetUrl: newTarget(),
        bindingType: 'provided',
        ekm: buffer,
      });
      buffer.fill(0);
      const message = tokenBinding.generateMessageSync([(await pending).tokenBinding]);
      tokenBinding.verifyMessageSync(message, { keyType: 'ecdsap256', ekm });
    });

    describe('keys', () => {
      it('has one key for each registrable domain and key type', () => {
        const tokenBinding = open();
        const domain = newDomain();
        const of = (target: string, keyType: KeyType = 'ecdsap256') =>
          Buffer.from(make(tokenBinding, target, keyType).identifier).toString('hex');
        const here = of(`https://${domain}/`);
        assert.equal(of(`https://a.b.${domain.toUpperCase()}:8443/x`), here);
        assert.equal(of(`wss://www.${domain}./`), here);
        assert.notEqual(of(`https://${newDomain()}/`), here);
        assert.notEqual(of(`https://${domain}/`, 'rsa2048_pss'), here);
        assert.notEqual(of(`https://${domain}/`, 'rsa2048_pkcs1.5'), here);
        const [user, other] = [newDomain('github.io'), newDomain('github.io')];
        assert.notEqual(of(`https://${user}/`), of(`https://${other}/`));
      });

      it('makes one key for simultaneous requests of the same new key', async () => {
        const tokenBinding = open();
        const targetUrl = newTarget();
        const request = { keyType: 'ecdsap256', targetUrl, bindingType: 'provided', ekm } as const;
        const all = await Promise.all(
          Array.from({ length: 16 }, () => tokenBinding.generateBinding(request)),
        );
        assert.equal(new Set(all.map(({ identifier }) => identifier.toString())).size, 1);
      });

      it('uses an existing key for anyexisting, and makes none', async () => {
        const tokenBinding = open();
        const targetUrl = newTarget();
        refused('ERR_TB_KEY_NOT_FOUND', () => make(tokenBinding, targetUrl, 'anyexisting'));
        const request = {
          keyType: 'anyexisting',
          targetUrl,
          bindingType: 'provided',
          ekm,
        } as const;
        await rejected('ERR_TB_KEY_NOT_FOUND', tokenBinding.generateBinding(request));
        const any = tokenBinding.generateIdForUri('anyexisting', targetUrl);
        await rejected('ERR_TB_KEY_NOT_FOUND', any);

        const { identifier } = make(tokenBinding, targetUrl, 'rsa2048_pkcs1.5');
        const found = make(tokenBinding, targetUrl, 'anyexisting');
        assert.equal(found.keyType, 'rsa2048_pkcs1.5');
        assert.deepEqual(found.identifier, identifier);
        const again = await tokenBinding.generateIdForUri('anyexisting', targetUrl);
        assert.deepEqual(again.identifier, identifier);
      });

      it('deletes only the keys of one target', async () => {
        const tokenBinding = open();
        const domain = newDomain();
        const here = `https://${domain}/`;
        const elsewhere = newTarget();
        const kept = make(tokenBinding, elsewhere);
        const deleted = make(tokenBinding, here);
        await tokenBinding.deleteBinding(`https://other.${domain}/`);
        refused('ERR_TB_KEY_NOT_FOUND', () => make(tokenBinding, here, 'anyexisting'));
        assert.notDeepEqual(make(tokenBinding, here).identifier, deleted.identifier);
        const found = make(tokenBinding, elsewhere, 'anyexisting');
        assert.deepEqual(found.identifier, kept.identifier);
        // Microsoft does not document the status for a target without a key.
        if (provider.isExact) await tokenBinding.deleteBinding(newTarget());
      });

      if (provider.ownsStore)
        it('deletes all keys after a confirmation', async () => {
          const tokenBinding = open();
          const targets = [newTarget(), newTarget()];
          for (const target of targets) make(tokenBinding, target);
          await tokenBinding.deleteAllBindings({ everyKeyOfThisUser: true });
          for (const target of targets) {
            refused('ERR_TB_KEY_NOT_FOUND', () => make(tokenBinding, target, 'anyexisting'));
          }
        });
    });

    describe('generateMessage', () => {
      it('keeps the order of the TokenBindings and adds only the length', () => {
        const tokenBinding = open();
        const targetUrl = newTarget();
        const bindings = KEY_TYPES.map(
          (keyType) => make(tokenBinding, targetUrl, keyType).tokenBinding,
        );
        for (const order of [bindings, bindings.toReversed()]) {
          assert.deepEqual(Buffer.from(tokenBinding.generateMessageSync(order)), message(...order));
        }
      });

      it('rejects bytes that are not a TokenBinding, and names their index', async () => {
        const tokenBinding = open();
        const good = make(tokenBinding, newTarget()).tokenBinding;
        const bad = [
          Buffer.alloc(0),
          Buffer.alloc(137),
          good.subarray(0, -1),
          Buffer.concat([good, u16(0)]),
          tokenBinding.generateMessageSync([good]),
        ];
        for (const item of bad) {
          const error = refused('ERR_TB_MALFORMED', () =>
            tokenBinding.generateMessageSync([good, item]),
          );
          assert.match(error.path ?? '', /^tokenBindings\[1\]/);
          await rejected('ERR_TB_MALFORMED', tokenBinding.generateMessage([good, item]));
        }
      });

      it('accepts up to 65,535 bytes of TokenBindings', () => {
        const tokenBinding = open();
        const key = testKey('ecdsap256');
        const filled = (length: number) => {
          const extensions = Buffer.alloc(length);
          for (let offset = 0; offset < length; ) {
            const size = Math.min(length - offset - 3, 65_000);
            extensions.writeUInt16BE(size, offset + 1);
            offset += 3 + size;
          }
          return signedBinding(key, ekm, { extensions });
        };
        const largest = filled(65_535 - 137);
        assert.equal(largest.length, 65_535);
        const whole = tokenBinding.generateMessageSync([largest]);
        const [result] = tokenBinding.verifyMessageSync(whole, { keyType: 'ecdsap256', ekm });
        assert.equal(result?.extensionData.length, 65_535 - 137);
        const small = make(tokenBinding, newTarget()).tokenBinding;
        assert.throws(() => tokenBinding.generateMessageSync([largest, small]), RangeError);
        assert.throws(() => tokenBinding.generateMessageSync([filled(65_536 - 137)]), RangeError);
      });

      it('rejects an empty list', async () => {
        const tokenBinding = open();
        assert.throws(() => tokenBinding.generateMessageSync([]), RangeError);
        await assert.rejects(tokenBinding.generateMessage([]), RangeError);
      });
    });

    describe('generateId', () => {
      for (const keyType of KEY_TYPES) {
        it(`accepts a ${keyType} key as KeyObject, SPKI DER and JWK`, async () => {
          const tokenBinding = open();
          const { publicKey, identifier } = testKey(keyType);
          const forms = [
            publicKey,
            publicKey.export({ format: 'der', type: 'spki' }),
            publicKey.export({ format: 'jwk' }),
          ];
          for (const form of forms) {
            const result = await tokenBinding.generateId(keyType, form);
            assert.equal(result.keyType, keyType);
            assert.deepEqual(Buffer.from(result.identifier), identifier);
          }
        });
      }

      it('rejects keys of another type', async () => {
        const tokenBinding = open();
        const spki = { format: 'der', type: 'spki' } as const;
        const wrong: [KeyType, Buffer][] = [
          ['ecdsap256', testKey('rsa2048_pss').publicKey.export(spki)],
          ['rsa2048_pss', testKey('ecdsap256').publicKey.export(spki)],
          ['ecdsap256', ec('P-384').export(spki)],
          ['ecdsap256', ec('secp256k1').export(spki)],
          ['ecdsap256', generateKeyPairSync('ed25519').publicKey.export(spki)],
          ['rsa2048_pkcs1.5', rsa(1024).export(spki)],
          ['rsa2048_pkcs1.5', rsa(3072).export(spki)],
          ['rsa2048_pkcs1.5', rsa(2047).export(spki)],
          ['ecdsap256', Buffer.alloc(91)],
          ['ecdsap256', Buffer.alloc(0)],
        ];
        for (const [keyType, key] of wrong) {
          await rejected('ERR_TB_UNUSABLE_KEY', tokenBinding.generateId(keyType, key));
        }
        const jwk = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' };
        await rejected('ERR_TB_UNUSABLE_KEY', tokenBinding.generateId('ecdsap256', jwk));
      });

      it('rejects private keys in every format', async () => {
        const tokenBinding = open();
        const { privateKey } = testKey('ecdsap256');
        await assert.rejects(tokenBinding.generateId('ecdsap256', privateKey), TypeError);
        const jwk = privateKey.export({ format: 'jwk' });
        await assert.rejects(tokenBinding.generateId('ecdsap256', jwk), TypeError);
        const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
        await rejected('ERR_TB_UNUSABLE_KEY', tokenBinding.generateId('ecdsap256', pkcs8));
        assert.equal(createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).type, 'public');
      });
    });

    it('generateIdForUri returns the identifier of the key that generateBinding uses', async () => {
      const tokenBinding = open();
      const targetUrl = newTarget();
      for (const keyType of KEY_TYPES) {
        const made = await tokenBinding.generateIdForUri(keyType, targetUrl);
        assert.equal(made.keyType, keyType);
        assert.deepEqual(make(tokenBinding, targetUrl, keyType).identifier, made.identifier);
      }
    });

    it('returns key types and a version', async () => {
      const tokenBinding = open();
      for (const types of [
        await tokenBinding.getKeyTypesClient(),
        await tokenBinding.getKeyTypesServer(),
      ]) {
        assert.ok(types.includes('ecdsap256'));
        assert.equal(new Set(types).size, types.length);
      }
      // 1.0 is RFC 8472 2; a lower one is a draft that Windows documents.
      const { major, minor } = await tokenBinding.getHighestSupportedVersion();
      assert.match(`${major}.${minor}`, /^(?:1\.0|0\.10)$/);
    });
  });
}

function ec(namedCurve: string) {
  return generateKeyPairSync('ec', { namedCurve }).publicKey;
}

function rsa(modulusLength: number) {
  return generateKeyPairSync('rsa', { modulusLength }).publicKey;
}
