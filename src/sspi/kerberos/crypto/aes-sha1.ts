import { createHash } from 'node:crypto';
import { addConfounder } from './confounder.js';
import { BLOCK_LENGTH, CtsDecryptor, CtsEncryptor } from './cts-cipher.js';
import { KeyDeriver } from './derive-keys.js';
import type { Etype, KeySchedule, SpecificKey } from './etype.js';
import { Hmac } from './hmac.js';
import { checkMac, findMac, genuineMac } from './mac.js';
import { nFold } from './n-fold.js';
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
    return new AesSha1Key(this.#deriver, usage);
  }

  specificKeys(usages: readonly number[]): SpecificKey[] {
    const constants: Uint8Array[] = [];
    for (const usage of usages) constants.push(...encryptionConstants(usage));
    const derived = this.#deriver.derive(constants);
    return usages.map((usage, index) => {
      const [ke, ki] = [derived[2 * index], derived[2 * index + 1]] as [Uint8Array, Uint8Array];
      return new AesSha1Key(this.#deriver, usage, [ke, ki]);
    });
  }

  /** RFC 3961 5.3, with the cipher of RFC 3962 6. */
  prf(input: Uint8Array): Uint8Array {
    const [key] = this.#deriver.derive([PRF]) as [Uint8Array];
    const cipher = new CtsEncryptor(key);
    const digest = createHash('sha1').update(input).digest();
    const output = cipher.encrypt(new Uint8Array(digest.subarray(0, BLOCK_LENGTH)), BLOCK_LENGTH);
    cipher.close();
    return output;
  }

  close(): void {
    this.#deriver.close();
  }
}

/** Ke and Ki. */
type KeyPair = readonly [Uint8Array, Uint8Array];

/** A cipher under Ke, and Ki. */
interface EncryptionKeys<Cipher> {
  readonly cipher: Cipher;
  readonly integrity: Hmac;
}

/** The simplified profile of RFC 3961 5.3: the MAC is over the plaintext. A usage needs either Kc, or Ke and Ki. */
class AesSha1Key implements SpecificKey {
  readonly #deriver: KeyDeriver;
  readonly #usage: number;
  /** Ke and Ki before they are used. */
  #pair: KeyPair | undefined;
  #checksum: Hmac | undefined;
  #encryption: EncryptionKeys<CtsEncryptor> | undefined;
  #decryption: EncryptionKeys<CtsDecryptor> | undefined;

  /** @param pair Ke and Ki if they are derived already. They are overwritten */
  constructor(deriver: KeyDeriver, usage: number, pair?: KeyPair) {
    this.#deriver = deriver;
    this.#usage = usage;
    this.#pair = pair;
  }

  encrypt(parts: readonly Uint8Array[]): readonly [Uint8Array, Uint8Array] {
    this.#encryption ??= this.#encryptionKeys(CtsEncryptor);
    const { cipher, integrity } = this.#encryption;
    const { padded, length } = addConfounder(parts);
    const mac = new Uint8Array(MAC_LENGTH);
    integrity.compute([padded.subarray(0, length)], mac, 0, MAC_LENGTH);
    const ciphertext = cipher.encrypt(padded, length);
    padded.fill(0);
    return [ciphertext, mac];
  }

  decrypt(ciphertext: Uint8Array, isSecret: boolean): Uint8Array {
    this.#decryption ??= this.#encryptionKeys(CtsDecryptor);
    const { cipher, integrity } = this.#decryption;
    const end = findMac(ciphertext, BLOCK_LENGTH, MAC_LENGTH);
    const plaintext = cipher.decrypt(ciphertext.subarray(0, end), isSecret);
    integrity.compute([plaintext], genuineMac, 0, MAC_LENGTH);
    try {
      checkMac(ciphertext, end, MAC_LENGTH);
    } catch (error) {
      plaintext.fill(0);
      throw error;
    }
    return plaintext.subarray(BLOCK_LENGTH);
  }

  checksum(parts: readonly Uint8Array[], output: Uint8Array, offset: number): void {
    this.#checksum ??= this.#hmac(this.#deriveChecksumKey());
    this.#checksum.compute(parts, output, offset, MAC_LENGTH);
  }

  close(): void {
    for (const key of this.#pair ?? []) key.fill(0);
    this.#checksum?.close();
    for (const keys of [this.#encryption, this.#decryption]) {
      keys?.cipher.close();
      keys?.integrity.close();
    }
  }

  #encryptionKeys<Cipher>(Direction: new (key: Uint8Array) => Cipher): EncryptionKeys<Cipher> {
    const [ke, ki] = this.#takePair();
    return { cipher: new Direction(ke), integrity: this.#hmac(ki) };
  }

  /** The caller overwrites it. */
  #takePair(): KeyPair {
    const pair = this.#pair ?? this.#deriver.derive(encryptionConstants(this.#usage));
    this.#pair = undefined;
    return pair as KeyPair;
  }

  #deriveChecksumKey(): Uint8Array {
    const [kc] = this.#deriver.derive([foldedConstant(this.#usage, PURPOSE.checksum)]);
    return kc as Uint8Array;
  }

  #hmac(key: Uint8Array): Hmac {
    const hmac = new Hmac('sha1', key);
    key.fill(0);
    return hmac;
  }
}

/** For Ke and Ki. */
function encryptionConstants(usage: number): Uint8Array[] {
  return [foldedConstant(usage, PURPOSE.encryption), foldedConstant(usage, PURPOSE.integrity)];
}

/** The folded constants of the usages that occurred. This package has a few dozen. */
const foldedConstants = new Map<number, Uint8Array>();

function foldedConstant(usage: number, purpose: number): Uint8Array {
  const number = 0x100 * usage + purpose;
  let folded = foldedConstants.get(number);
  if (folded === undefined) {
    folded = nFold(usageConstant(usage, purpose), BLOCK_LENGTH);
    foldedConstants.set(number, folded);
  }
  return folded;
}
