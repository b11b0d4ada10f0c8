import { createHash } from 'node:crypto';
import { HmacSha1 } from '../../crypto/hmac-sha1.js';
import { addConfounder } from './confounder.js';
import { BLOCK_LENGTH, CtsCipher } from './cts-cipher.js';
import { KeyDeriver } from './derive-keys.js';
import type { Etype, KeySchedule, SpecificKey } from './etype.js';
import { checkMac, splitMac } from './mac.js';
import { derivePasswordKey, readIterations, STRING_TO_KEY_LIMITS } from './string-to-key.js';
import { PURPOSE, usageConstant } from './usage-constants.js';

const MAC_LENGTH = 12;
const KERBEROS: Uint8Array = new TextEncoder().encode('kerberos');
const PRF: Uint8Array = new TextEncoder().encode('prf');

/** aes128-cts-hmac-sha1-96 (RFC 3962). */
export const AES128_SHA1: Etype = createAesSha1(17, 'aes128-cts-hmac-sha1-96', 16, 15);
/** aes256-cts-hmac-sha1-96 (RFC 3962). */
export const AES256_SHA1: Etype = createAesSha1(18, 'aes256-cts-hmac-sha1-96', 32, 16);

function createAesSha1(
  number: number,
  name: Etype['name'],
  keyLength: number,
  checksumType: number,
): Etype {
  return {
    number,
    name,
    keyLength,
    checksumType,
    checksumLength: MAC_LENGTH,
    async stringToKey(password, salt, params, limits = STRING_TO_KEY_LIMITS) {
      const iterations = readIterations(params, 4096, limits);
      const base = await derivePasswordKey('sha1', password, salt, iterations, keyLength);
      const deriver = new KeyDeriver(base);
      const [key] = deriver.derive([KERBEROS]);
      deriver.close();
      base.fill(0);
      return key as Uint8Array;
    },
    keySchedule: (key) => new AesSha1Schedule(key),
  };
}

class AesSha1Schedule implements KeySchedule {
  readonly #deriver: KeyDeriver;

  constructor(key: Uint8Array) {
    this.#deriver = new KeyDeriver(key);
  }

  specificKey(usage: number): SpecificKey {
    const { checksum, encryption, integrity } = PURPOSE;
    const constants = [checksum, encryption, integrity].map((purpose) =>
      usageConstant(usage, purpose),
    );
    const [kc, ke, ki] = this.#deriver.derive(constants) as [Uint8Array, Uint8Array, Uint8Array];
    return new AesSha1Key(kc, ke, ki);
  }

  /** RFC 3961 5.3, with the cipher of RFC 3962 6. */
  prf(input: Uint8Array): Uint8Array {
    const [key] = this.#deriver.derive([PRF]) as [Uint8Array];
    const cipher = new CtsCipher(key);
    const digest = createHash('sha1').update(input).digest();
    const output = new Uint8Array(BLOCK_LENGTH);
    cipher.encrypt(new Uint8Array(digest.subarray(0, BLOCK_LENGTH)), BLOCK_LENGTH, output);
    cipher.close();
    return output;
  }

  close(): void {
    this.#deriver.close();
  }
}

/** The simplified profile of RFC 3961 5.3: the MAC is over the plaintext. */
class AesSha1Key implements SpecificKey {
  readonly #checksum: HmacSha1;
  readonly #integrity: HmacSha1;
  readonly #cipher: CtsCipher;

  constructor(kc: Uint8Array, ke: Uint8Array, ki: Uint8Array) {
    this.#checksum = new HmacSha1(kc);
    this.#integrity = new HmacSha1(ki);
    this.#cipher = new CtsCipher(ke);
    kc.fill(0);
    ki.fill(0);
  }

  encrypt(parts: readonly Uint8Array[]): Uint8Array {
    const { padded, length } = addConfounder(parts, BLOCK_LENGTH, BLOCK_LENGTH);
    const output = new Uint8Array(length + MAC_LENGTH);
    output.set(this.#integrity.compute([padded.subarray(0, length)], MAC_LENGTH), length);
    this.#cipher.encrypt(padded, length, output);
    padded.fill(0);
    return output;
  }

  decrypt(ciphertext: Uint8Array): Uint8Array {
    const [encrypted, received] = splitMac(ciphertext, BLOCK_LENGTH, MAC_LENGTH);
    const plaintext = this.#cipher.decrypt(encrypted);
    try {
      checkMac(this.#integrity.compute([plaintext], MAC_LENGTH), received);
    } catch (error) {
      plaintext.fill(0);
      throw error;
    }
    return plaintext.subarray(BLOCK_LENGTH);
  }

  checksum(parts: readonly Uint8Array[]): Uint8Array {
    return this.#checksum.compute(parts, MAC_LENGTH);
  }

  close(): void {
    this.#cipher.close();
    this.#checksum.close();
    this.#integrity.close();
  }
}
