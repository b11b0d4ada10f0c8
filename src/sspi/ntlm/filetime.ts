/** Milliseconds from 1601 to 1970. */
const EPOCH = 11_644_473_600_000n;

/** The time as a FILETIME: 8 bytes, 100 ns since 1601, little-endian. */
export function filetimeNow(): Uint8Array {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Date.now()) + EPOCH) * 10_000n);
  return new Uint8Array(time);
}

/** A FILETIME as an ISO 8601 date. */
export function dateOf(filetime: Uint8Array): string {
  const time = Buffer.from(filetime).readBigUInt64LE() / 10_000n - EPOCH;
  return new Date(Number(time)).toISOString();
}
