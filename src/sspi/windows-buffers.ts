import type { RawBuffer } from '../native/raw-sspi.js';
import { joinedBytes } from './joined-bytes.js';
import type { MessageBuffer } from './provider.js';
import type { BufferFlag } from './security-context.js';

/** SECBUFFER_ numbers of sspi.h. */
export const SECBUFFER = { DATA: 1, TOKEN: 2, PADDING: 9, STREAM: 10 } as const;

/** SECBUFFER_READONLY and SECBUFFER_READONLY_WITH_CHECKSUM, the attributes of a SECBUFFER_DATA. */
export const ATTRIBUTES: Readonly<Record<BufferFlag, number>> = {
  'read-only': 0x80000000,
  'read-only-with-checksum': 0x10000000,
};

/** Qualities of protection: that of a package by default, and SECQOP_WRAP_NO_ENCRYPT. */
export const QOP = { default: 0, noEncrypt: 0x80000001 } as const;

/** A SECBUFFER_DATA. */
export function dataBuffer({ bytes, flag }: MessageBuffer): RawBuffer {
  const type = flag === undefined ? SECBUFFER.DATA : (SECBUFFER.DATA | ATTRIBUTES[flag]) >>> 0;
  return { type, data: bytes };
}

/** A buffer for a call to write to. */
export function roomFor(type: number, length: number): RawBuffer {
  return { type, data: new Uint8Array(length) };
}

/**
 * Neighbours without a flag as one buffer, which is the same message: Wine's packages protect the first of
 * them alone, and say that they have succeeded.
 */
export function joinNeighbours(buffers: readonly MessageBuffer[]): MessageBuffer[] {
  const runs: MessageBuffer[][] = [];
  for (const buffer of buffers) {
    const run = runs.at(-1);
    if (run !== undefined && run[0]?.flag === undefined && buffer.flag === undefined) {
      run.push(buffer);
    } else runs.push([buffer]);
  }
  return runs.map((run) => ({
    bytes: joinedBytes(run.map(({ bytes }) => bytes)),
    flag: run[0]?.flag,
  }));
}

/**
 * What {@link joinNeighbours} has joined, in pieces as long as the buffers, which together are as long as it:
 * copies, unless it is one piece.
 */
export function cutLike(buffers: readonly MessageBuffer[], whole: Uint8Array): Uint8Array[] {
  if (buffers.length === 1) return [whole];
  let end = 0;
  return buffers.map(({ bytes }) => {
    end += bytes.length;
    return new Uint8Array(whole.subarray(end - bytes.length, end));
  });
}
