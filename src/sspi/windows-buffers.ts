import type { RawBuffer } from '../native/raw-sspi.js';
import type { MessageBuffer } from './provider.js';

/** SECBUFFER_ numbers of sspi.h. */
export const SECBUFFER = { DATA: 1, TOKEN: 2, PADDING: 9, STREAM: 10 } as const;

/** The attributes of a SECBUFFER_DATA. */
const ATTRIBUTES = { READONLY: 0x80000000, READONLY_WITH_CHECKSUM: 0x10000000 } as const;

/** The SECBUFFER_DATA of a message. */
export function dataBuffers(buffers: readonly MessageBuffer[]): RawBuffer[] {
  return buffers.map(({ bytes, flag }) => ({
    type: flag === undefined ? SECBUFFER.DATA : (SECBUFFER.DATA | ATTRIBUTES[flag]) >>> 0,
    data: bytes,
  }));
}

/** What a call put into the buffers `first` to `first + count - 1`. */
export function contents(
  buffers: readonly RawBuffer[],
  first: number,
  count: number,
): Uint8Array[] {
  return buffers.slice(first, first + count).map(({ data }) => data);
}
