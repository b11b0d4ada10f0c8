import { checkBytes } from './check.js';

/**
 * Encodes bytes as base64url (RFC 4648 5) without padding.
 *
 * @throws TypeError for another type than Uint8Array
 */
export function encodeBase64url(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = checkBytes('bytes', bytes);
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64url');
}
