import { addConfounder } from './confounder.js';
import { BLOCK_LENGTH, CtsCipher } from './cts-cipher.js';
import type { Etype, KeySchedule, SpecificKey } from './etype.js';
import { type KdfDigest, kdfHmacSha2 } from './kdf-hmac-sha2.js';
import { checkMac, computeMac, splitMac } from './mac.js';
import { derivePasswordKey, readIterations, STRING_TO_KEY_LIMITS } from './string-to-key.js';
import { PURPOSE, usageConstant } from './usage-constants.js';

/** The IV of every message, which the MAC covers (RFC 8009 5). */
const ZERO_IV = new Uint8Array(BLOCK_LENGTH);
const KERBEROS: Uint8Array = new TextEncoder().encode('kerberos');
const PRF: Uint8Array = new TextEncoder().encode('prf');

/** The parameters of RFC 8009 5. Lengths in bytes. */
interface Profile {
  readonly digest: KdfDigest;
  readonly digestLength: number;
  readonly keyLength: number;
  /** The length of Kc, of Ki and of the truncated MAC. */
  readonly macLength: number;
}

/** aes128-cts-hmac-sha256-128 (RFC 8009). */
export const AES128_SHA2: Etype = createAesSha2(19, 'aes128-cts-hmac-sha256-128', 19, {
  digest: 'sha256',
  digestLength: 32,
  keyLength: 16,
  macLength: 16,
});
/** aes256-cts-hmac-sha384-192 (RFC 8009). */
export const AES256_SHA2: Etype = createAesSha2(20, 'aes256-cts-hmac-sha384-192', 20, {
  digest: 'sha384',
  digestLength: 48,
  keyLength: 32,
  macLength: 24,
});

function createAesSha2(
  number: number,
  name: Etype['name'],
  checksumType: number,
  profile: Profile,
): Etype {
  const { digest, keyLength, macLength } = profile;
  const saltPrefix = new TextEncoder().encode(`${name}\0`);
  return {
    number,
    name,
    keyLength,
    checksumType,
    checksumLength: macLength,
    async stringToKey(password, salt, params, limits = STRING_TO_KEY_LIMITS) {
      const iterations = readIterations(params, 32_768, limits);
      const wholeSalt = Buffer.concat([saltPrefix, salt]);
      const base = await derivePasswordKey(digest, password, wholeSalt, iterations, keyLength);
      const key = kdfHmacSha2(digest, base, KERBEROS, keyLength);
      base.fill(0);
      return key;
    },
    keySchedule: (key) => new AesSha2Schedule(profile, key),
  };
}

class AesSha2Schedule implements KeySchedule {
  readonly #profile: Profile;
  readonly #key: Uint8Array;

  constructor(profile: Profile, key: Uint8Array) {
    this.#profile = profile;
    this.#key = key;
  }

  specificKey(usage: number): SpecificKey {
    const { digest, keyLength, macLength } = this.#profile;
    const derive = (purpose: number, length: number) =>
      kdfHmacSha2(digest, this.#key, usageConstant(usage, purpose), length);
    const kc = derive(PURPOSE.checksum, macLength);
    const ke = derive(PURPOSE.encryption, keyLength);
    const ki = derive(PURPOSE.integrity, macLength);
    return new AesSha2Key(this.#profile, kc, ke, ki);
  }

  /** RFC 8009 5 */
  prf(input: Uint8Array): Uint8Array {
    const { digest, digestLength } = this.#profile;
    return kdfHmacSha2(digest, this.#key, PRF, digestLength, input);
  }

  /** It has only the key of the caller. */
  close(): void {}
}

/** RFC 8009 5: the MAC is over the ciphertext. */
class AesSha2Key implements SpecificKey {
  readonly #profile: Profile;
  readonly #kc: Uint8Array;
  readonly #ki: Uint8Array;
  readonly #cipher: CtsCipher;

  constructor(profile: Profile, kc: Uint8Array, ke: Uint8Array, ki: Uint8Array) {
    this.#profile = profile;
    this.#kc = kc;
    this.#ki = ki;
    this.#cipher = new CtsCipher(ke);
  }

  encrypt(parts: readonly Uint8Array[]): Uint8Array {
    const { padded, length } = addConfounder(parts, BLOCK_LENGTH, BLOCK_LENGTH);
    const output = new Uint8Array(length + this.#profile.macLength);
    this.#cipher.encrypt(padded, length, output);
    padded.fill(0);
    output.set(this.#mac(this.#ki, [ZERO_IV, output.subarray(0, length)]), length);
    return output;
  }

  decrypt(ciphertext: Uint8Array): Uint8Array {
    const [encrypted, received] = splitMac(ciphertext, BLOCK_LENGTH, this.#profile.macLength);
    checkMac(this.#mac(this.#ki, [ZERO_IV, encrypted]), received);
    return this.#cipher.decrypt(encrypted).subarray(BLOCK_LENGTH);
  }

  checksum(parts: readonly Uint8Array[]): Uint8Array {
    return this.#mac(this.#kc, parts);
  }

  close(): void {
    this.#cipher.close();
    this.#kc.fill(0);
    this.#ki.fill(0);
  }

  #mac(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
    return computeMac(this.#profile.digest, key, parts, this.#profile.macLength);
  }
}
