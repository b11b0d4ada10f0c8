import { decodeBase64url } from '../bytes/base64url.js';
import { decodeHex, MESSAGE_HEADER } from './encoded-text.js';

/**
 * The bytes of a TokenBindingMessage: base64url or hex, alone or in a Sec-Token-Binding line.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED for other text
 */
export function decodeMessage(text: string): Uint8Array {
  const value = text.replace(MESSAGE_HEADER, '').trim();
  return decodeHex(value) ?? decodeBase64url(value, 'Sec-Token-Binding');
}
