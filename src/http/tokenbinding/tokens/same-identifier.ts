import { createHash, timingSafeEqual } from 'node:crypto';
import { decodeBase64url } from '../../../tokenbinding/decode-base64url.js';

/** The SHA-256 of an identifier: 32 bytes. */
export function hashIdentifier(identifier: Uint8Array): Buffer {
  return createHash('sha256').update(identifier).digest();
}

/** Compares a hash in base64url with that of an identifier, in constant time. Another text is never equal. */
export function isHashOf(text: unknown, identifier: Uint8Array): boolean {
  const hash = decode(text);
  return hash?.length === 32 && timingSafeEqual(hash, hashIdentifier(identifier));
}

/** Compares an identifier in base64url with an identifier, in constant time. Another text is never equal. */
export function isIdentifier(text: unknown, identifier: Uint8Array): boolean {
  const other = decode(text);
  // The hashes have the same length.
  return other !== undefined && timingSafeEqual(hashIdentifier(other), hashIdentifier(identifier));
}

function decode(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return decodeBase64url(text);
  } catch {
    return undefined;
  }
}
