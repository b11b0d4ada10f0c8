import { invalidHandle, invalidToken } from '../../failure.js';
import { secretCopy, secretRandom } from '../../secret.js';
import type { Etype, KeySchedule, SpecificKey } from './etype.js';
import { checkMac } from './mac.js';

/** A protocol key (RFC 3961 3) with its specific keys, which are derived once for each usage. */
export class ProtocolKey {
  readonly etype: Etype;
  readonly #bytes: Uint8Array;
  readonly #schedule: KeySchedule;
  readonly #specificKeys = new Map<number, SpecificKey>();
  #isClosed = false;

  /**
   * @param bytes are copied
   * @throws SspiError SEC_E_INVALID_TOKEN for another length than that of the encryption type
   */
  constructor(etype: Etype, bytes: Uint8Array) {
    const { name, keyLength } = etype;
    if (bytes.length !== keyLength) {
      throw invalidToken(`a key of ${name} has ${keyLength} bytes, not ${bytes.length}`);
    }
    this.etype = etype;
    this.#bytes = secretCopy(bytes);
    this.#schedule = etype.keySchedule(this.#bytes);
  }

  /** A new random key. */
  static generate(etype: Etype): ProtocolKey {
    const bytes = secretRandom(etype.keyLength);
    const key = new ProtocolKey(etype, bytes);
    bytes.fill(0);
    return key;
  }

  /** The key itself, in memory that {@link close} overwrites. */
  get bytes(): Uint8Array {
    this.#checkOpen();
    return this.#bytes;
  }

  /** Encrypts the parts as one message. */
  encrypt(usage: number, ...parts: readonly Uint8Array[]): Uint8Array {
    return this.#specificKey(usage).encrypt(parts);
  }

  /**
   * Verifies and decrypts a message.
   *
   * @returns a memory of its own, which the caller overwrites after use
   * @throws SspiError SEC_E_MESSAGE_ALTERED, also for the ciphertext of another key or usage
   */
  decrypt(usage: number, ciphertext: Uint8Array): Uint8Array {
    return this.#specificKey(usage).decrypt(ciphertext);
  }

  /** The checksum over the parts as one message, of the type `etype.checksumType`. */
  checksum(usage: number, ...parts: readonly Uint8Array[]): Uint8Array {
    return this.#specificKey(usage).checksum(parts);
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED */
  verifyChecksum(usage: number, checksum: Uint8Array, ...parts: readonly Uint8Array[]): void {
    checkMac(this.checksum(usage, ...parts), checksum, 'the message or its checksum');
  }

  /** PRF (RFC 3961 3) of the input. */
  prf(input: Uint8Array): Uint8Array {
    this.#checkOpen();
    return this.#schedule.prf(input);
  }

  /** Overwrites the key material. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const key of this.#specificKeys.values()) key.close();
    this.#specificKeys.clear();
    this.#schedule.close();
    this.#bytes.fill(0);
  }

  #specificKey(usage: number): SpecificKey {
    this.#checkOpen();
    let key = this.#specificKeys.get(usage);
    if (key === undefined) {
      key = this.#schedule.specificKey(usage);
      this.#specificKeys.set(usage, key);
    }
    return key;
  }

  /** A key of zeros would encrypt and verify, too. */
  #checkOpen(): void {
    if (this.#isClosed) throw invalidHandle('the key is closed');
  }
}
