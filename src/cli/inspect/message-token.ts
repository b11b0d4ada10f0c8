import type { Field, Reader } from '../../bytes/reader.js';
import { FLAG, MIC_TOKEN, WRAP_TOKEN } from '../../sspi/kerberos/protection/message-header.js';
import { tokenReader } from '../../sspi/token-reader.js';

// The tokens that protect messages in Kerberos (RFC 4121 4.2.6), as far as they can be read without a key.

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeMicToken(token: Uint8Array, onField: (field: Field) => void): void {
  tokenReader(token, onField).group('MIC token', (reader) => {
    readStart(reader, MIC_TOKEN, 5);
    reader.opaque('SND_SEQ', 8);
    reader.rest('SGN_CKSUM');
  });
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeWrapToken(token: Uint8Array, onField: (field: Field) => void): void {
  tokenReader(token, onField).group('Wrap token', (reader) => {
    const flags = readStart(reader, WRAP_TOKEN, 1);
    const extra = reader.uint16('EC');
    const rotation = reader.uint16('RRC');
    reader.opaque('SND_SEQ', 8);
    if ((flags & FLAG.sealed) !== 0) reader.rest('ciphertext');
    else readUnsealed(reader, extra, rotation);
  });
}

/** @returns Flags */
function readStart(reader: Reader, tokenId: number, fillerLength: number): number {
  const start = reader.offset;
  const found = reader.uint16('TOK_ID');
  if (found !== tokenId) reader.fail('TOK_ID', start, `is ${found}, not ${tokenId}`);
  const flags = reader.uint8('Flags');
  const filler = reader.opaque('Filler', fillerLength);
  if (filler.some((byte) => byte !== 0xff)) reader.fail('Filler', start + 3, 'is not ff');
  return flags;
}

/** EC is the length of the checksum, which the usual rotation puts before the data (RFC 4121 4.2.4). */
function readUnsealed(reader: Reader, extra: number, rotation: number): void {
  if (rotation === extra) {
    reader.opaque('checksum', extra);
    reader.rest('data');
  } else {
    reader.rest('rotated data and checksum');
  }
}
