import { createHash, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { type KeyType, open } from '../../src/index.js';
import { binding, identifier, message, rsaKey, testKey, u8 } from '../support/messages.js';
import { refused } from '../support/refused.js';

// Messages that other verifiers accepted without the private key, or under another identity.

const tokenBinding = open({ provider: 'portable' });
const ekm = Buffer.alloc(32, 0x5a);
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** r = -e / d modulo the order of P-256 and s = 1: the sum of SEC 1 4.1.4 is the point at infinity. */
const SUM_AT_INFINITY =
  '00890002004140fab6716bffbe2cddb1e225c9589ee002344b8b0e7e645546ecd5eedb5a90411a327462323820d413172bd8c2cfa48dbb4133387acb6676adb00140c859f626b10040f42f6c6121b0742f63aa91a5837c4490806bb544e6c4f006f71fadcae016c14300000000000000000000000000000000000000000000000000000000000000010000';

function verify(bytes: Uint8Array, keyType: KeyType): unknown {
  return tokenBinding.verifyMessageSync(bytes, { keyType, ekm });
}

function rsaMessage(modulus: Uint8Array, exponent: Uint8Array, signature: Uint8Array): Buffer {
  return message(binding({ identifier: identifier(0, rsaKey(modulus, exponent)), signature }));
}

const { privateKey, publicKey } = testKey('rsa2048_pkcs1.5');
const jwk = publicKey.export({ format: 'jwk' });
const modulus = Buffer.from(jwk.n ?? '', 'base64url');
const exponent = Buffer.from(jwk.e ?? '', 'base64url');
const signedData = Buffer.concat([u8(0), u8(0), ekm]);
const signature = sign('sha256', signedData, privateKey);
const zero = Buffer.of(0);

describe('a crafted message', () => {
  it('whose ECDSA sum is the point at infinity is rejected', () => {
    refused('ERR_TB_SIGNATURE', () => verify(Buffer.from(SUM_AT_INFINITY, 'hex'), 'ecdsap256'));
  });

  it('with RSA exponent 1 and the padded hash as its signature is rejected', () => {
    const info = Buffer.concat([DIGEST_INFO, createHash('sha256').update(signedData).digest()]);
    const padding = Buffer.alloc(modulus.length - 3 - info.length, 0xff);
    const padded = Buffer.concat([Buffer.of(0, 1), padding, zero, info]);
    for (const one of [Buffer.of(1), Buffer.of(0, 1)]) {
      refused('ERR_TB_UNUSABLE_KEY', () => {
        return verify(rsaMessage(modulus, one, padded), 'rsa2048_pkcs1.5');
      });
    }
  });

  it('with zeros before the modulus or the exponent of a valid key is rejected', () => {
    verify(rsaMessage(modulus, exponent, signature), 'rsa2048_pkcs1.5');
    const [longModulus, longExponent] = [modulus, exponent].map((part) =>
      Buffer.concat([zero, part]),
    );
    for (const [n = zero, e = zero] of [
      [longModulus, exponent],
      [modulus, longExponent],
      [longModulus, longExponent],
    ]) {
      refused('ERR_TB_UNUSABLE_KEY', () => {
        return verify(rsaMessage(n, e, signature), 'rsa2048_pkcs1.5');
      });
    }
  });
});
