/** Kc, Ke and Ki (RFC 3961 5.3), by the last byte of their constants. */
export const PURPOSE = { checksum: 0x99, encryption: 0xaa, integrity: 0x55 } as const;

/** The constant that derives a key for a usage number: the number and the purpose. */
export function usageConstant(usage: number, purpose: number): Uint8Array {
  return Uint8Array.of(usage >>> 24, usage >>> 16, usage >>> 8, usage, purpose);
}
