import { messageAltered } from '../failure.js';
import type { ProtocolKey } from './crypto/protocol-key.js';
import type { EncryptedData } from './messages/encrypted-data.js';

// What both sides of the AP exchange share.

/** The key usages of the AP exchange (RFC 4120 7.5.1). */
export const AP_USAGE = { authenticator: 11, reply: 12 } as const;
export const AP_USAGES: readonly number[] = Object.values(AP_USAGE);

/** Above the greatest first sequence number. Older implementations read the number as signed. */
export const MAX_FIRST_SEQUENCE: number = 2 ** 30;

/**
 * Decrypts a part of a message.
 *
 * @returns bytes that no other call overwrites. The caller does, after use
 * @throws SspiError SEC_E_MESSAGE_ALTERED, also for the encryption type of another key
 */
export function decryptPart(
  key: ProtocolKey,
  usage: number,
  { etype, cipher }: EncryptedData,
): Uint8Array {
  if (etype !== key.etype.number) throw messageAltered('the encryption type of the message');
  return key.decrypt(usage, cipher);
}
