import { SspiError } from '../../error.js';
import type { Etype } from '../crypto/etype.js';
import { ProtocolKey } from '../crypto/protocol-key.js';

/** How a KDC makes a key of a password (RFC 4120 5.2.7.5). */
export interface KeyParameters {
  readonly salt: Uint8Array;
  readonly s2kparams: Uint8Array | undefined;
}

/** The secret of a client, which makes its long-term key. */
export interface ClientSecret {
  /** Whether it has a key of an encryption type. */
  hasKey(etype: number): boolean;
  /**
   * The key of an encryption type, which stays this object's own.
   *
   * @throws SspiError SEC_E_LOGON_DENIED, SEC_E_UNSUPPORTED_PREAUTH
   */
  keyFor(etype: Etype, parameters: KeyParameters): Promise<ProtocolKey>;
  /** Ends a successful logon: no other keys are made after it. */
  keepKeys(): void;
  /** Overwrites the keys. */
  close(): void;
}

/** A password. After the first logon only its keys stay: a later KDC cannot choose another salt. */
export class PasswordSecret implements ClientSecret {
  #password: string | undefined;
  readonly #keys = new Map<string, ProtocolKey>();
  #isClosed = false;

  constructor(password: string) {
    this.#password = password;
  }

  hasKey(): boolean {
    return true;
  }

  async keyFor(etype: Etype, { salt, s2kparams }: KeyParameters): Promise<ProtocolKey> {
    const parts = [salt, s2kparams].map((part) => part && Buffer.from(part).toString('hex'));
    const id = [etype.number, ...parts].join(' ');
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    if (this.#password === undefined) {
      const problem =
        'the KDC asks for another key of the password than at the first logon, as after a new password: acquire new credentials';
      throw new SspiError('SEC_E_LOGON_DENIED', problem);
    }
    const bytes = await etype.stringToKey(this.#password, salt, s2kparams);
    const key = new ProtocolKey(etype, bytes);
    bytes.fill(0);
    if (this.#isClosed) key.close();
    else this.#keys.set(id, key);
    return key;
  }

  keepKeys(): void {
    this.#password = undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#password = undefined;
    for (const key of this.#keys.values()) key.close();
  }
}

/** Keys that exist, one for each encryption type: those of a keytab, or an NT hash. */
export class KeySecret implements ClientSecret {
  readonly #keys: readonly ProtocolKey[];

  /** @param keys become this object's own */
  constructor(keys: readonly ProtocolKey[]) {
    this.#keys = keys;
  }

  hasKey(etype: number): boolean {
    return this.#keys.some((key) => key.etype.number === etype);
  }

  async keyFor({ number, name }: Etype): Promise<ProtocolKey> {
    const key = this.#keys.find(({ etype }) => etype.number === number);
    if (key !== undefined) return key;
    throw new SspiError(
      'SEC_E_LOGON_DENIED',
      `the keytab has no key of the user with ${name}: export it again`,
    );
  }

  keepKeys(): void {}

  close(): void {
    for (const key of this.#keys) key.close();
  }
}
