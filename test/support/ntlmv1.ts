// NTLMv1 (MS-NLMP 3.3.1), only for the vectors: the package does not support it.
import { createCipheriv, createHash } from 'node:crypto';

/** DES of one block, by triple DES with one key: Node loads no provider with single DES. */
export function des(key: Uint8Array, block: Uint8Array): Buffer {
  const spread = withParity(key);
  const cipher = createCipheriv('des-ede3-ecb', Buffer.concat([spread, spread, spread]), null);
  return cipher.setAutoPadding(false).update(block);
}

/** DESL(K, D) of MS-NLMP 6. */
export function desl(key: Uint8Array, block: Uint8Array): Buffer {
  const padded = Buffer.concat([key, Buffer.alloc(5)]);
  const parts = [0, 7, 14].map((start) => des(padded.subarray(start, start + 7), block));
  return Buffer.concat(parts);
}

/** LMOWFv1. */
export function lmHash(password: string): Buffer {
  const text = Buffer.alloc(14);
  text.write(password.toUpperCase(), 'latin1');
  const constant = Buffer.from('KGS!@#$%', 'latin1');
  return Buffer.concat([0, 7].map((start) => des(text.subarray(start, start + 7), constant)));
}

export function md5(...parts: Uint8Array[]): Buffer {
  return createHash('md5').update(Buffer.concat(parts)).digest();
}

/** Spreads 56 bits over 8 bytes: 7 bits and a parity bit each, which DES ignores. */
function withParity(key: Uint8Array): Buffer {
  const bits = BigInt(`0x${Buffer.from(key).toString('hex')}`);
  return Buffer.from(
    Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(49 - 7 * i)) & 0x7fn) << 1),
  );
}
