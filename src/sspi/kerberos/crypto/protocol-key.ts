import { sharedBytes } from '../../../bytes/shared-bytes.js';
import { invalidHandle, invalidToken, messageAltered } from '../../failure.js';
import { fillRandom, secretKeyBytes } from '../../secret.js';
import type { Etype, KeySchedule, SpecificKey } from './etype.js';
import { checkMac, genuineMac } from './mac.js';

const CHECKSUM = 'the message or its checksum';

/** A protocol key (RFC 3961 3) with its specific keys, which are derived once for each usage. */
export class ProtocolKey {
  readonly etype: Etype;
  readonly #material: KeyMaterial;
  #isClosed = false;

  /**
   * @param key its bytes, which are copied, or that of another object
   * @throws SspiError SEC_E_INVALID_TOKEN for another length than that of the encryption type
   */
  constructor(etype: Etype, key: Uint8Array | KeyMaterial) {
    this.etype = etype;
    this.#material = key instanceof KeyMaterial ? key : new KeyMaterial(etype, key);
    this.#material.holders++;
  }

  /** A new random key. */
  static generate(etype: Etype): ProtocolKey {
    const bytes = sharedBytes(etype.keyLength);
    fillRandom(bytes, bytes.length);
    const key = new ProtocolKey(etype, bytes);
    bytes.fill(0);
    return key;
  }

  /** The same key for another holder. What one of them derives, all have. */
  share(): ProtocolKey {
    return new ProtocolKey(this.etype, this.#open);
  }

  /**
   * Derives what this key needs to encrypt and decrypt with some usages. This takes less time than for one after the
   * other.
   */
  deriveTogether(usages: readonly number[]): void {
    this.#open.deriveTogether(usages);
  }

  /** The key itself, in memory that is overwritten when its last holder has closed it. */
  get bytes(): Uint8Array {
    return this.#open.bytes;
  }

  /**
   * Encrypts the parts as one message.
   *
   * @returns perhaps in the memory of others: a caller that hands it out copies it
   */
  encrypt(usage: number, ...parts: readonly Uint8Array[]): Uint8Array {
    const [first, second] = this.encryptInPieces(usage, parts);
    const ciphertext = sharedBytes(first.length + second.length);
    ciphertext.set(first);
    ciphertext.set(second, first.length);
    return ciphertext;
  }

  /**
   * Encrypts the parts as one message.
   *
   * @returns the pieces of the ciphertext, as {@link SpecificKey} has them
   */
  encryptInPieces(usage: number, parts: readonly Uint8Array[]): readonly [Uint8Array, Uint8Array] {
    return this.#open.specificKey(usage).encrypt(parts);
  }

  /**
   * Verifies and decrypts a message that can have keys in it.
   *
   * @returns bytes that no other call overwrites. The caller does, after use
   * @throws SspiError SEC_E_MESSAGE_ALTERED, also for the ciphertext of another key or usage
   */
  decrypt(usage: number, ciphertext: Uint8Array): Uint8Array {
    return this.#open.specificKey(usage).decrypt(ciphertext, true);
  }

  /** As {@link decrypt}, for a message of a context, which may leave copies in freed memory. */
  decryptMessage(usage: number, ciphertext: Uint8Array): Uint8Array {
    return this.#open.specificKey(usage).decrypt(ciphertext, false);
  }

  /** The checksum over the parts as one message, of the type `etype.checksumType`. */
  checksum(usage: number, ...parts: readonly Uint8Array[]): Uint8Array {
    const checksum = new Uint8Array(this.etype.checksumLength);
    this.writeChecksum(usage, parts, checksum, 0);
    return checksum;
  }

  /** Writes the {@link checksum} to `output` at `offset`. */
  writeChecksum(
    usage: number,
    parts: readonly Uint8Array[],
    output: Uint8Array,
    offset: number,
  ): void {
    this.#open.specificKey(usage).checksum(parts, output, offset);
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED */
  verifyChecksum(usage: number, checksum: Uint8Array, ...parts: readonly Uint8Array[]): void {
    if (checksum.length !== this.etype.checksumLength) throw messageAltered(CHECKSUM);
    this.verifyChecksumAt(usage, parts, checksum, 0);
  }

  /** {@link verifyChecksum} of the checksum at `offset` of some bytes. */
  verifyChecksumAt(
    usage: number,
    parts: readonly Uint8Array[],
    bytes: Uint8Array,
    offset: number,
  ): void {
    this.#open.specificKey(usage).checksum(parts, genuineMac, 0);
    checkMac(bytes, offset, this.etype.checksumLength, CHECKSUM);
  }

  /** PRF (RFC 3961 3) of the input. */
  prf(input: Uint8Array): Uint8Array {
    return this.#open.schedule.prf(input);
  }

  /** Overwrites the key material if it has no other holder. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#material.holders--;
    if (this.#material.holders === 0) this.#material.close();
  }

  /** A key of zeros would encrypt and verify, too. */
  get #open(): KeyMaterial {
    if (this.#isClosed) throw invalidHandle('the key is closed');
    return this.#material;
  }
}

/** What the holders of a key share. */
class KeyMaterial {
  readonly bytes: Uint8Array;
  readonly schedule: KeySchedule;
  /** Absent before the first one: many keys are received and never used. */
  #specificKeys: Map<number, SpecificKey> | undefined;
  holders = 0;

  /** @param bytes are copied */
  constructor(etype: Etype, bytes: Uint8Array) {
    const { keyLength } = etype;
    checkKeyLength(etype, bytes);
    this.bytes = secretKeyBytes(keyLength);
    this.bytes.set(bytes);
    this.schedule = etype.keySchedule(this.bytes);
  }

  specificKey(usage: number): SpecificKey {
    let key = this.#specificKeys?.get(usage);
    if (key === undefined) {
      key = this.schedule.specificKey(usage);
      this.#specificKeys ??= new Map();
      this.#specificKeys.set(usage, key);
    }
    return key;
  }

  deriveTogether(usages: readonly number[]): void {
    const keys = this.schedule.specificKeys?.(usages);
    if (keys === undefined) return;
    this.#specificKeys ??= new Map();
    for (let index = 0; index < keys.length; index++) {
      const usage = usages[index] as number;
      this.#specificKeys.get(usage)?.close();
      this.#specificKeys.set(usage, keys[index] as SpecificKey);
    }
  }

  close(): void {
    for (const key of this.#specificKeys?.values() ?? []) key.close();
    this.schedule.close();
    this.bytes.fill(0);
  }
}

/** @throws SspiError SEC_E_INVALID_TOKEN for another length than that of the encryption type */
export function checkKeyLength({ name, keyLength }: Etype, key: Uint8Array): void {
  if (key.length === keyLength) return;
  throw invalidToken(`a key of ${name} has ${keyLength} bytes, not ${key.length}`);
}
