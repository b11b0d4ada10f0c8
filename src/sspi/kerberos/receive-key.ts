import { SspiError } from '../error.js';
import type { Etype } from './crypto/etype.js';
import { findEtype, type WeakEtypeName } from './crypto/etypes.js';
import { checkKeyLength, ProtocolKey } from './crypto/protocol-key.js';
import type { EncryptionKey } from './messages/encrypted-data.js';

/**
 * The encryption type with a number.
 *
 * @param what has it, for the error
 * @throws SspiError SEC_E_KDC_UNKNOWN_ETYPE if it is unknown, or weak and not allowed
 */
export function requireEtype(
  what: string,
  number: number,
  allowWeak: readonly WeakEtypeName[],
): Etype {
  const etype = findEtype(number, allowWeak);
  if (etype !== undefined) return etype;
  const problem = `${what} has the encryption type ${number}, which is unknown or not allowed: see allowWeak`;
  throw new SspiError('SEC_E_KDC_UNKNOWN_ETYPE', problem);
}

/**
 * The encryption type of a key in a message, whose length is checked.
 *
 * @throws SspiError SEC_E_KDC_UNKNOWN_ETYPE; SEC_E_INVALID_TOKEN for a wrong length
 */
export function etypeOfKey(
  what: string,
  { keytype, keyvalue }: EncryptionKey,
  allowWeak: readonly WeakEtypeName[],
): Etype {
  const etype = requireEtype(what, keytype, allowWeak);
  checkKeyLength(etype, keyvalue);
  return etype;
}

/** The key of a message, as a copy. @throws SspiError as {@link etypeOfKey} */
export function receiveKey(
  what: string,
  key: EncryptionKey,
  allowWeak: readonly WeakEtypeName[],
): ProtocolKey {
  return new ProtocolKey(etypeOfKey(what, key, allowWeak), key.keyvalue);
}
