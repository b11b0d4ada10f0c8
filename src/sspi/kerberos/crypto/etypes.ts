import { AES128_SHA1, AES256_SHA1 } from './aes-sha1.js';
import { AES128_SHA2, AES256_SHA2 } from './aes-sha2.js';
import type { Etype } from './etype.js';
import { RC4_HMAC } from './rc4-hmac.js';

/** The encryption types that are used only where the caller allows them by name. */
export type WeakEtypeName = 'rc4-hmac';

const STRONG: ReadonlyMap<number, Etype> = byNumber(
  AES128_SHA1,
  AES256_SHA1,
  AES128_SHA2,
  AES256_SHA2,
);
const WEAK: ReadonlyMap<number, Etype & { readonly name: WeakEtypeName }> = byNumber(RC4_HMAC);

/** Whether the name is that of a weak encryption type. */
export function isWeakEtype(name: string): name is WeakEtypeName {
  return Array.from(WEAK.values()).some((etype) => etype.name === name);
}

/**
 * Finds an encryption type by its number. Undefined if it is unknown, or weak and not allowed. The types of DES
 * are unknown (RFC 6649, RFC 8429).
 */
export function findEtype(
  number: number,
  allowWeak: readonly WeakEtypeName[] = [],
): Etype | undefined {
  const weak = WEAK.get(number);
  if (weak !== undefined) return allowWeak.includes(weak.name) ? weak : undefined;
  return STRONG.get(number);
}

function byNumber<T extends Etype>(...etypes: readonly T[]): ReadonlyMap<number, T> {
  return new Map(etypes.map((etype) => [etype.number, etype]));
}
