import type { RawBuffer } from '../../native/raw-sspi.js';
import type { BufferFlag } from '../message-types.js';
import type { MessageBuffer } from '../provider.js';
import { concatSecret } from '../secret.js';

/** SECBUFFER_ numbers of sspi.h. */
export const SECBUFFER = { DATA: 1, TOKEN: 2, PADDING: 9, STREAM: 10 } as const;

/** SECBUFFER_READONLY and SECBUFFER_READONLY_WITH_CHECKSUM, the attributes of a SECBUFFER_DATA. */
export const ATTRIBUTES: Readonly<Record<BufferFlag, number>> = {
  'read-only': 0x80000000,
  'read-only-with-checksum': 0x10000000,
};

/** Qualities of protection: the default of a package, and SECQOP_WRAP_NO_ENCRYPT. */
export const QOP = { default: 0, noEncrypt: 0x80000001 } as const;

/** A SECBUFFER_DATA. */
export function dataBuffer({ bytes, flag }: MessageBuffer): RawBuffer {
  const type = flag === undefined ? SECBUFFER.DATA : (SECBUFFER.DATA | ATTRIBUTES[flag]) >>> 0;
  return { type, data: bytes };
}

/** A buffer that a call writes to. */
export function outputBuffer(type: number, length: number): RawBuffer {
  return { type, data: new Uint8Array(length) };
}

/**
 * Merges adjacent buffers without a flag. The message stays the same; some packages protect only the first of
 * several SECBUFFER_DATA and report success (seen in Wine's).
 */
export function mergeAdjacent(buffers: readonly MessageBuffer[]): MessageBuffer[] {
  const runs: MessageBuffer[][] = [];
  for (const buffer of buffers) {
    const run = runs.at(-1);
    if (run !== undefined && run[0]?.flag === undefined && buffer.flag === undefined) {
      run.push(buffer);
    } else runs.push([buffer]);
  }
  return runs.map((run) => ({
    bytes: concatSecret(run.map(({ bytes }) => bytes)),
    flag: run[0]?.flag,
  }));
}
