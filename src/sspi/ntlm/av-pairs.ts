import type { Reader } from '../../bytes/reader.js';
import { Writer } from '../../bytes/writer.js';

/** AvId of MS-NLMP 2.2.2.1. */
export const AV_ID = {
  MsvAvEOL: 0,
  MsvAvNbComputerName: 1,
  MsvAvNbDomainName: 2,
  MsvAvDnsComputerName: 3,
  MsvAvDnsDomainName: 4,
  MsvAvDnsTreeName: 5,
  MsvAvFlags: 6,
  MsvAvTimestamp: 7,
  MsvAvSingleHost: 8,
  MsvAvTargetName: 9,
  MsvAvChannelBindings: 10,
} as const;

/** Bits of MsvAvFlags. */
export const AV_FLAG = { constrained: 1, mic: 2, untrustedTarget: 4 } as const;

/** The values of a list of AV_PAIRs by AvId, in the order of the list. */
export type AvPairs = ReadonlyMap<number, Uint8Array>;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(AV_ID).map(([name, id]) => [id, name]),
);

/** The values of fixed length, in bytes (MS-NLMP 2.2.2.1). */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [AV_ID.MsvAvEOL, 0],
  [AV_ID.MsvAvFlags, 4],
  [AV_ID.MsvAvTimestamp, 8],
  [AV_ID.MsvAvChannelBindings, 16],
]);

/** The values in UTF-16LE. */
const TEXTS: ReadonlySet<number> = new Set([
  AV_ID.MsvAvNbComputerName,
  AV_ID.MsvAvNbDomainName,
  AV_ID.MsvAvDnsComputerName,
  AV_ID.MsvAvDnsDomainName,
  AV_ID.MsvAvDnsTreeName,
  AV_ID.MsvAvTargetName,
]);

/** Reads AV_PAIRs up to MsvAvEOL. It rejects a repeated AvId, which would be ambiguous. */
export function readAvPairs(reader: Reader): AvPairs {
  const pairs = new Map<number, Uint8Array>();
  for (;;) {
    const start = reader.offset;
    const id = reader.uint16le('AvId');
    const name = NAMES.get(id) ?? `AvId ${id}`;
    const value = reader.opaque(name, reader.uint16le('AvLen'));
    const length = LENGTHS.get(id) ?? value.length;
    if (value.length !== length) {
      reader.fail(name, start, `has ${value.length} bytes, not ${length}`);
    }
    if (TEXTS.has(id) && value.length % 2 !== 0) {
      reader.fail(name, start, 'has an odd number of bytes');
    }
    if (id === AV_ID.MsvAvEOL) return pairs;
    if (pairs.has(id)) reader.fail(name, start, 'is repeated');
    pairs.set(id, value);
  }
}

/** Encodes AV_PAIRs and a final MsvAvEOL. */
export function encodeAvPairs(pairs: AvPairs): Uint8Array {
  const values = [...pairs.values()];
  const writer = new Writer(values.reduce((sum, { length }) => sum + 4 + length, 4));
  for (const [id, value] of pairs) writer.uint16le(id).uint16le(value.length).raw(value);
  return writer.uint32le(AV_ID.MsvAvEOL).finish();
}

/** MsvAvFlags, or 0 if the pair is absent. */
export function avFlags(pairs: AvPairs): number {
  return pairs.get(AV_ID.MsvAvFlags)?.[0] ?? 0;
}

/** Milliseconds from 1601 to 1970. */
const EPOCH = 11_644_473_600_000n;

/** MsvAvTimestamp of the current time: a FILETIME, 8 bytes, units of 100 ns since 1601, little-endian. */
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
