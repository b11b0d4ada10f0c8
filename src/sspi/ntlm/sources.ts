import { randomBytes } from 'node:crypto';

/** Where a handshake takes what is new each time. */
export interface Sources {
  random(length: number): Uint8Array;
  /** The time as a FILETIME: 8 bytes, 100 ns since 1601, little-endian. */
  now(): Uint8Array;
}

/** Milliseconds from 1601 to 1970. */
const EPOCH = 11_644_473_600_000n;

export const SYSTEM_SOURCES: Sources = {
  random: (length) => new Uint8Array(randomBytes(length)),
  now: () => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE((BigInt(Date.now()) + EPOCH) * 10_000n);
    return new Uint8Array(time);
  },
};

/** A FILETIME as an ISO 8601 date. */
export function dateOf(filetime: Uint8Array): string {
  const time = Buffer.from(filetime).readBigUInt64LE() / 10_000n - EPOCH;
  return new Date(Number(time)).toISOString();
}
