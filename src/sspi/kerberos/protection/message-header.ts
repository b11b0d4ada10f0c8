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

/** A header (RFC 4121 4.2.6). That of a Wrap token has EC and RRC zero. */
export function encodeHeader(tokenId: number, flags: number, sequence: number): Uint8Array {
  const header = new Uint8Array(HEADER_LENGTH);
  writeUint16(header, 0, tokenId);
  header[FLAGS_OFFSET] = flags;
  header.fill(FILLER, FLAGS_OFFSET + 1, fillerEnd(tokenId));
  const high = Math.floor(sequence / 2 ** 32);
  writeUint16(header, SEQUENCE_OFFSET, high >>> 16);
  writeUint16(header, SEQUENCE_OFFSET + 2, high);
  writeUint16(header, SEQUENCE_OFFSET + 4, sequence >>> 16);
  writeUint16(header, SEQUENCE_OFFSET + 6, sequence);
  return header;
}

/** Whether the TOK_ID and the filler of a header are those of a kind of token. */
export function isHeader(header: Uint8Array, tokenId: number): boolean {
  const filler = header.subarray(FLAGS_OFFSET + 1, fillerEnd(tokenId));
  return readUint16(header, 0) === tokenId && filler.every((byte) => byte === FILLER);
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

/** Whether SND_SEQ is this number. */
export function hasSequence(header: Uint8Array, sequence: number): boolean {
  const expected = encodeHeader(MIC_TOKEN, 0, sequence);
  for (let index = SEQUENCE_OFFSET; index < HEADER_LENGTH; index++) {
    if (header[index] !== expected[index]) return false;
  }
  return true;
}

/** A MIC token has a filler where a Wrap token has EC and RRC. */
function fillerEnd(tokenId: number): number {
  return tokenId === MIC_TOKEN ? SEQUENCE_OFFSET : EC_OFFSET;
}

function readUint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}
