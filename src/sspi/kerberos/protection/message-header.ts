/** The length of the header of a MIC token and of a Wrap token in bytes (RFC 4121 4.2.6). */
export const HEADER_LENGTH = 16;

/** TOK_ID of the tokens that protect messages, big-endian. */
export const MIC_TOKEN = 0x0404;
export const WRAP_TOKEN = 0x0504;

/** The bits of the field Flags (RFC 4121 4.2.2). A receiver ignores the others. */
export const FLAG = { sentByAcceptor: 1, sealed: 2, acceptorSubkey: 4 } as const;
const KNOWN_FLAGS = FLAG.sentByAcceptor | FLAG.sealed | FLAG.acceptorSubkey;

const FLAGS_OFFSET = 2;
const FILLER = 0xff;
const EC_OFFSET = 4;
const RRC_OFFSET = 6;
const SEQUENCE_OFFSET = 8;

/** Writes a header (RFC 4121 4.2.6). That of a Wrap token has EC and RRC zero. */
export function writeHeader(
  header: Uint8Array,
  tokenId: number,
  flags: number,
  sequence: number,
): void {
  writeUint16(header, 0, tokenId);
  header[FLAGS_OFFSET] = flags;
  const end = fillerEnd(tokenId);
  for (let index = FLAGS_OFFSET + 1; index < SEQUENCE_OFFSET; index++) {
    header[index] = index < end ? FILLER : 0;
  }
  const high = Math.floor(sequence / 2 ** 32);
  writeUint16(header, SEQUENCE_OFFSET, high >>> 16);
  writeUint16(header, SEQUENCE_OFFSET + 2, high);
  writeUint16(header, SEQUENCE_OFFSET + 4, sequence >>> 16);
  writeUint16(header, SEQUENCE_OFFSET + 6, sequence);
}

/** Copies the header at the start of a token. */
export function copyHeader(token: Uint8Array, header: Uint8Array): void {
  for (let index = 0; index < HEADER_LENGTH; index++) header[index] = token[index] as number;
}

/** Whether the TOK_ID and the filler of a header are those of a kind of token. */
export function isHeader(header: Uint8Array, tokenId: number): boolean {
  const end = fillerEnd(tokenId);
  let isFilled = readUint16(header, 0) === tokenId;
  for (let index = FLAGS_OFFSET + 1; index < end; index++) {
    isFilled = isFilled && header[index] === FILLER;
  }
  return isFilled;
}

/** Whether `bytes` from `start` are the header as it was before the rotation: with RRC zero (RFC 4121 4.2.4). */
export function isHeaderWithoutRotation(
  bytes: Uint8Array,
  start: number,
  header: Uint8Array,
): boolean {
  let difference = 0;
  for (let index = 0; index < HEADER_LENGTH; index++) {
    const isRotation = index >= RRC_OFFSET && index < SEQUENCE_OFFSET;
    const expected = isRotation ? 0 : (header[index] as number);
    difference |= expected ^ (bytes[start + index] as number);
  }
  return difference === 0;
}

/** The known bits of Flags. */
export function readFlags(header: Uint8Array): number {
  return (header[FLAGS_OFFSET] as number) & KNOWN_FLAGS;
}

/** EC, the extra count (RFC 4121 4.2.3). */
export function readExtraCount(header: Uint8Array): number {
  return readUint16(header, EC_OFFSET);
}

/** RRC, the right rotation count (RFC 4121 4.2.5). */
export function readRotation(header: Uint8Array): number {
  return readUint16(header, RRC_OFFSET);
}

export function writeExtraCount(header: Uint8Array, count: number): void {
  writeUint16(header, EC_OFFSET, count);
}

export function writeRotation(header: Uint8Array, count: number): void {
  writeUint16(header, RRC_OFFSET, count);
}

/** Whether SND_SEQ is this number, which is below 2^33. */
export function hasSequence(header: Uint8Array, sequence: number): boolean {
  const isHigh = readUint32(header, SEQUENCE_OFFSET) === Math.floor(sequence / 2 ** 32);
  return isHigh && readUint32(header, SEQUENCE_OFFSET + 4) === sequence % 2 ** 32;
}

/** A MIC token has a filler where a Wrap token has EC and RRC. */
function fillerEnd(tokenId: number): number {
  return tokenId === MIC_TOKEN ? SEQUENCE_OFFSET : EC_OFFSET;
}

function readUint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset) * 0x10000 + readUint16(bytes, offset + 2);
}

function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}
