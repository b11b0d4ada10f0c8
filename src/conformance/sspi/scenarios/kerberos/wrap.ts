import type { SealOptions } from '../../../../sspi/message-types.js';
import type { SecurityContext } from '../../../../sspi/security-context.js';
import type { Json, Observations } from '../../../outcome.js';

/** Lengths and offsets of the header of a token (RFC 4121 4.2.6). */
export const HEADER = 16;
const EC = 4;
export const RRC = 6;
const SEQUENCE = 8;

/** A sealed message in one piece, as GSS_Wrap makes it. */
export function wrap(from: SecurityContext, message: Uint8Array, options?: SealOptions): Buffer {
  const { trailer, data, padding = new Uint8Array(0) } = from.encryptMessage(message, options);
  return Buffer.concat([trailer, data, padding]);
}

/** What the headers of two messages of each kind say. */
export function headersOf(from: SecurityContext, message: Uint8Array): Observations {
  const sign = () => Buffer.from(from.makeSignature(message));
  const seal = () => wrap(from, message);
  const sealWithoutEncryption = () => wrap(from, message, { encrypt: false });
  const kinds = [sign, seal, sealWithoutEncryption];
  const tokens = [...kinds, ...kinds].map((make) => make());
  const [signed, sealed, unencrypted] = tokens as [Buffer, Buffer, Buffer];
  const numbers = tokens.map((token) => token.readBigUInt64BE(SEQUENCE));
  return {
    signed: { ...fieldsOf(signed), filler: signed.toString('hex', 3, SEQUENCE) },
    sealed: { ...fieldsOf(sealed), ...countsOf(sealed) },
    unencrypted: { ...fieldsOf(unencrypted), ...countsOf(unencrypted) },
    steps: numbers.slice(1).map((number, index) => Number(number - (numbers[index] as bigint))),
  };
}

function fieldsOf(token: Buffer): { readonly [name: string]: Json } {
  return { tokenId: token.toString('hex', 0, 2), flags: token[2] ?? null };
}

function countsOf(token: Buffer): { readonly [name: string]: Json } {
  return { extraCount: token.readUInt16BE(EC), rotation: token.readUInt16BE(RRC) };
}
