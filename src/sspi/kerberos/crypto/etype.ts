import type { StringToKeyLimits } from './string-to-key.js';

/** The names of the encryption types in the Kerberos registry of IANA. */
export type EtypeName =
  | 'aes128-cts-hmac-sha1-96'
  | 'aes256-cts-hmac-sha1-96'
  | 'aes128-cts-hmac-sha256-128'
  | 'aes256-cts-hmac-sha384-192'
  | 'rc4-hmac';

/** An encryption type with the checksum type that belongs to it (RFC 3961 3 and 4). */
export interface Etype {
  readonly number: number;
  readonly name: EtypeName;
  /** In bytes. */
  readonly keyLength: number;
  readonly checksumType: number;
  /** In bytes. */
  readonly checksumLength: number;
  /**
   * Makes the key of a password.
   *
   * @param params s2kparams of ETYPE-INFO2
   * @throws SspiError SEC_E_UNSUPPORTED_PREAUTH for parameters that are invalid or outside the limits
   */
  stringToKey(
    password: string,
    salt: Uint8Array,
    params?: Uint8Array,
    limits?: StringToKeyLimits,
  ): Promise<Uint8Array>;
  /** @param key of `keyLength` bytes. The object keeps it without a copy and does not overwrite it. */
  keySchedule(key: Uint8Array): KeySchedule;
}

/** What is derived from one protocol key. */
export interface KeySchedule {
  specificKey(usage: number): SpecificKey;
  /** The keys that encrypt with some usages. Absent if they take as long to derive at once as one after the other. */
  specificKeys?(usages: readonly number[]): SpecificKey[];
  /** PRF (RFC 3961 3) of the input. */
  prf(input: Uint8Array): Uint8Array;
  /** Overwrites the key material. */
  close(): void;
}

/** The keys of one usage number (RFC 3961 3). They may keep cipher objects from message to message. */
export interface SpecificKey {
  /**
   * Encrypts the parts as one message.
   *
   * @returns the pieces of the ciphertext in a row, each in a memory of its own: with AES the encrypted confounder and
   * message, then the MAC
   */
  encrypt(parts: readonly Uint8Array[]): readonly [Uint8Array, Uint8Array];
  /**
   * @param isSecret whether no copy of the plaintext may stay in freed memory
   * @returns bytes that no other call overwrites. The caller does, after use
   * @throws SspiError SEC_E_MESSAGE_ALTERED, also for the ciphertext of another key or usage
   */
  decrypt(ciphertext: Uint8Array, isSecret: boolean): Uint8Array;
  /** Writes the checksum over the parts as one message to `output` at `offset`. */
  checksum(parts: readonly Uint8Array[], output: Uint8Array, offset: number): void;
  /** Overwrites the key material. */
  close(): void;
}
