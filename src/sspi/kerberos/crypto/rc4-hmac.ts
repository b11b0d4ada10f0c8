import { createHash, createHmac } from 'node:crypto';
import { hmacMd5 } from '../../crypto/hmac-md5.js';
import { ntHashOf } from '../../crypto/nt-hash.js';
import { Rc4 } from '../../crypto/rc4.js';
import { messageAltered } from '../../failure.js';
import { concatSecret, secretBytes, secretRandom } from '../../secret.js';
import type { Etype, KeySchedule, SpecificKey } from './etype.js';
import { checkMac, genuineMac } from './mac.js';
import { invalidParams } from './string-to-key.js';

const MAC_LENGTH = 16;
const CONFOUNDER_LENGTH = 8;
const SIGNATURE_KEY: Uint8Array = new TextEncoder().encode('signaturekey\0');

/** rc4-hmac (RFC 4757) with the checksum HMAC_MD5. Weak: RFC 8429 deprecates it. */
export const RC4_HMAC: Etype & { readonly name: 'rc4-hmac' } = {
  number: 23,
  name: 'rc4-hmac',
  keyLength: 16,
  checksumType: -138,
  checksumLength: MAC_LENGTH,
  async stringToKey(password, _salt, params) {
    if (params !== undefined && params.length > 0) throw invalidParams('are not those of rc4-hmac');
    return ntHashOf(password);
  },
  keySchedule: (key) => new Rc4HmacSchedule(key),
};

class Rc4HmacSchedule implements KeySchedule {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  specificKey(usage: number): SpecificKey {
    return new Rc4HmacKey(this.#key, messageType(usage));
  }

  /** HMAC-SHA1, as in MIT Kerberos: no RFC defines it. */
  prf(input: Uint8Array): Uint8Array {
    return new Uint8Array(createHmac('sha1', this.#key).update(input).digest());
  }

  /** It has only the key of the caller. */
  close(): void {}
}

/**
 * The message type T of a key usage, little-endian (RFC 4757 3). Only those of AS-REP and of GSS_GetMIC differ from the
 * usage, as in MIT Kerberos.
 */
function messageType(usage: number): Uint8Array {
  const type = usage === 3 ? 8 : usage === 23 ? 13 : usage;
  return Uint8Array.of(type, type >>> 8, type >>> 16, type >>> 24);
}

class Rc4HmacKey implements SpecificKey {
  readonly #type: Uint8Array;
  /** K1, which is also K2, of RFC 4757 5. */
  readonly #k1: Uint8Array;
  /** Ksign of RFC 4757 4. */
  readonly #signatureKey: Uint8Array;

  constructor(key: Uint8Array, type: Uint8Array) {
    this.#type = type;
    this.#k1 = hmacMd5(key, type);
    this.#signatureKey = hmacMd5(key, SIGNATURE_KEY);
  }

  encrypt(parts: readonly Uint8Array[]): readonly [Uint8Array, Uint8Array] {
    const plaintext = concatSecret([secretRandom(CONFOUNDER_LENGTH), ...parts]);
    const checksum = hmacMd5(this.#k1, plaintext);
    const ciphertext = new Uint8Array(plaintext.length);
    this.#transform(checksum, plaintext, ciphertext);
    plaintext.fill(0);
    return [checksum, ciphertext];
  }

  decrypt(ciphertext: Uint8Array): Uint8Array {
    const length = ciphertext.length - MAC_LENGTH;
    if (length < CONFOUNDER_LENGTH) throw messageAltered('the encrypted message');
    const checksum = ciphertext.subarray(0, MAC_LENGTH);
    const plaintext = secretBytes(length);
    this.#transform(checksum, ciphertext.subarray(MAC_LENGTH), plaintext);
    try {
      genuineMac.set(hmacMd5(this.#k1, plaintext));
      checkMac(ciphertext, 0, MAC_LENGTH);
    } catch (error) {
      plaintext.fill(0);
      throw error;
    }
    return plaintext.subarray(CONFOUNDER_LENGTH);
  }

  checksum(parts: readonly Uint8Array[], output: Uint8Array, offset: number): void {
    const hash = createHash('md5').update(this.#type);
    for (const part of parts) hash.update(part);
    output.set(hmacMd5(this.#signatureKey, hash.digest()), offset);
  }

  close(): void {
    this.#k1.fill(0);
    this.#signatureKey.fill(0);
  }

  /** RC4 under K3, the key of one message. */
  #transform(checksum: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    const k3 = hmacMd5(this.#k1, checksum);
    const stream = new Rc4(k3);
    stream.update(input, output);
    stream.close();
    k3.fill(0);
  }
}
