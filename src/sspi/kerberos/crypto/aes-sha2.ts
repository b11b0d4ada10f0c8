import { addConfounder } from './confounder.js';
import { BLOCK_LENGTH, CtsDecryptor, CtsEncryptor } from './cts-cipher.js';
import type { Etype, KeySchedule, SpecificKey } from './etype.js';
import { Hmac, type HmacDigest } from './hmac.js';
import { kdfHmacSha2 } from './kdf-hmac-sha2.js';
import { checkMac, findMac, genuineMac } from './mac.js';
import { derivePasswordKey, readIterations, STRING_TO_KEY_LIMITS } from './string-to-key.js';
import { PURPOSE, usageConstant } from './usage-constants.js';

/** The IV of every message, which the MAC covers (RFC 8009 5). */
const ZERO_IV = new Uint8Array(BLOCK_LENGTH);
const KERBEROS: Uint8Array = new TextEncoder().encode('kerberos');
const PRF: Uint8Array = new TextEncoder().encode('prf');

/** The parameters of RFC 8009 5. Lengths in bytes. */
interface Profile {
  readonly digest: Exclude<HmacDigest, 'sha1'>;
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
      const hmac = new Hmac(digest, base);
      base.fill(0);
      const key = kdfHmacSha2(hmac, KERBEROS, keyLength);
      hmac.close();
      return key;
    },
    keySchedule: (key) => new AesSha2Schedule(profile, key),
  };
}

class AesSha2Schedule implements KeySchedule {
  readonly #profile: Profile;
  readonly #key: Uint8Array;
  #deriver: Hmac | undefined;

  constructor(profile: Profile, key: Uint8Array) {
    this.#profile = profile;
    this.#key = key;
  }

  specificKey(usage: number): SpecificKey {
    return new AesSha2Key(this.#profile, this.#openDeriver(), usage);
  }

  /** RFC 8009 5 */
  prf(input: Uint8Array): Uint8Array {
    return kdfHmacSha2(this.#openDeriver(), PRF, this.#profile.digestLength, input);
  }

  close(): void {
    this.#deriver?.close();
  }

  /** Many keys are made that never derive another. */
  #openDeriver(): Hmac {
    this.#deriver ??= new Hmac(this.#profile.digest, this.#key);
    return this.#deriver;
  }
}

/** A cipher under Ke, and Ki. */
interface EncryptionKeys<Cipher> {
  readonly cipher: Cipher;
  readonly integrity: Hmac;
}

/** RFC 8009 5: the MAC is over the ciphertext. A usage needs either Kc, or Ke and Ki. */
class AesSha2Key implements SpecificKey {
  readonly #profile: Profile;
  readonly #deriver: Hmac;
  readonly #usage: number;
  #checksum: Hmac | undefined;
  #encryption: EncryptionKeys<CtsEncryptor> | undefined;
  #decryption: EncryptionKeys<CtsDecryptor> | undefined;

  constructor(profile: Profile, deriver: Hmac, usage: number) {
    this.#profile = profile;
    this.#deriver = deriver;
    this.#usage = usage;
  }

  encrypt(parts: readonly Uint8Array[]): readonly [Uint8Array, Uint8Array] {
    this.#encryption ??= this.#encryptionKeys(CtsEncryptor);
    const { cipher, integrity } = this.#encryption;
    const { padded, length } = addConfounder(parts);
    const ciphertext = cipher.encrypt(padded, length);
    padded.fill(0);
    const { macLength } = this.#profile;
    const mac = new Uint8Array(macLength);
    integrity.compute([ZERO_IV, ciphertext], mac, 0, macLength);
    return [ciphertext, mac];
  }

  decrypt(ciphertext: Uint8Array, isSecret: boolean): Uint8Array {
    this.#decryption ??= this.#encryptionKeys(CtsDecryptor);
    const { cipher, integrity } = this.#decryption;
    const { macLength } = this.#profile;
    const end = findMac(ciphertext, BLOCK_LENGTH, macLength);
    const encrypted = ciphertext.subarray(0, end);
    integrity.compute([ZERO_IV, encrypted], genuineMac, 0, macLength);
    checkMac(ciphertext, end, macLength);
    return cipher.decrypt(encrypted, isSecret).subarray(BLOCK_LENGTH);
  }

  checksum(parts: readonly Uint8Array[], output: Uint8Array, offset: number): void {
    this.#checksum ??= this.#hmac(PURPOSE.checksum);
    this.#checksum.compute(parts, output, offset, this.#profile.macLength);
  }

  close(): void {
    this.#checksum?.close();
    for (const keys of [this.#encryption, this.#decryption]) {
      keys?.cipher.close();
      keys?.integrity.close();
    }
  }

  #encryptionKeys<Cipher>(Direction: new (key: Uint8Array) => Cipher): EncryptionKeys<Cipher> {
    return {
      cipher: new Direction(this.#derive(PURPOSE.encryption, this.#profile.keyLength)),
      integrity: this.#hmac(PURPOSE.integrity),
    };
  }

  #hmac(purpose: number): Hmac {
    const { digest, macLength } = this.#profile;
    const key = this.#derive(purpose, macLength);
    const hmac = new Hmac(digest, key);
    key.fill(0);
    return hmac;
  }

  #derive(purpose: number, length: number): Uint8Array {
    return kdfHmacSha2(this.#deriver, usageConstant(this.#usage, purpose), length);
  }
}
