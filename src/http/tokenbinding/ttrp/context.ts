import { encodeBase64url } from '../../../bytes/base64url.js';
import { Writer } from '../../../bytes/writer.js';
import { decodeBase64url } from '../../../tokenbinding/decode-base64url.js';
import { type KeyType, keyParametersOf, keyTypeOf } from '../../../tokenbinding/types.js';
import type { HttpTokenBindingError } from '../error.js';
import { CONTEXT } from '../fields.js';
import { wrongFields } from './wrong-fields.js';

/** What a backend needs to verify the message of a client on a connection that ended at a proxy. */
export interface TokenBindingContext {
  /** The negotiated key type, of provided bindings. */
  readonly keyType: KeyType;
  /** The exported keying material of the connection between client and proxy: 32 bytes. A secret (RFC 8473 7.2). */
  readonly ekm: Uint8Array;
}

const EKM_LENGTH = 32;
/** The version, of two octets, and the key parameters. */
const HEAD_LENGTH = 3;

/** Encodes a Token Binding Context Message (draft-campbell-tokbind-tls-term-00 2): 47 characters. */
export function encodeContext({ keyType, ekm }: TokenBindingContext): string {
  const writer = new Writer(HEAD_LENGTH + EKM_LENGTH).uint8(1).uint8(0);
  return encodeBase64url(writer.uint8(keyParametersOf(keyType)).raw(ekm).finish());
}

/**
 * Decodes a Token Binding Context Message.
 *
 * @throws HttpTokenBindingError ERR_HTTP_TB_PROXY for another length, version or key type
 * @throws TokenBindingError ERR_TB_MALFORMED
 */
export function decodeContext(text: string): TokenBindingContext {
  const bytes = decodeBase64url(text, CONTEXT);
  if (bytes.length !== HEAD_LENGTH + EKM_LENGTH) {
    throw wrongContext(`has ${bytes.length} bytes, not ${HEAD_LENGTH + EKM_LENGTH}`);
  }
  const [major = 0, minor = 0, keyParameters = 0] = bytes;
  if (!isKnownVersion(major, minor)) throw wrongContext(`has the version ${major}.${minor}`);
  const keyType = keyTypeOf(keyParameters);
  if (typeof keyType === 'number') throw wrongContext(`has unknown key parameters, ${keyType}`);
  return { keyType, ekm: bytes.slice(HEAD_LENGTH) };
}

/** Version 1.0, and the drafts from 0.10 on, whose messages are the same. */
function isKnownVersion(major: number, minor: number): boolean {
  return major === 1 ? minor === 0 : major === 0 && minor >= 10;
}

function wrongContext(problem: string): HttpTokenBindingError {
  return wrongFields(`the field ${CONTEXT} ${problem}`);
}
