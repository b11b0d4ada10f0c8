import { applicationTag, readBytes, readElement, TAG } from '../../../bytes/read-der.js';
import type { Field, Reader } from '../../../bytes/reader.js';
import { derElement } from '../../../bytes/write-der.js';
import { SspiError } from '../../error.js';
import { tokenReader } from '../../token-reader.js';

/** 1.2.840.113554.1.2.2 (RFC 4121 2) */
export const KERBEROS = '2a864886f712010202';
/** 1.2.840.48018.1.2.2, that of early versions of Windows (MS-SPNG 3.1.5.2). */
export const MICROSOFT_KERBEROS = '2a864882f712010202';

const THIS_MECH = derElement(TAG.oid, Buffer.from(KERBEROS, 'hex'));
const MECHANISMS = [KERBEROS, MICROSOFT_KERBEROS].map((oid) => Buffer.from(oid, 'hex'));

/** TOK_ID of the tokens of a handshake (RFC 4121 4.1), big-endian. */
export const TOKEN_ID = { 'AP-REQ': 0x0100, 'AP-REP': 0x0200, 'KRB-ERROR': 0x0300 } as const;

/** A token of a handshake without its framing (RFC 4121 4.1). */
export interface GssToken {
  readonly tokenId: number;
  /** The Kerberos message. */
  readonly message: Uint8Array;
}

/**
 * Decodes the framing of RFC 2743 3.1.
 *
 * @throws SspiError SEC_E_INVALID_TOKEN; SEC_E_SECPKG_NOT_FOUND for the token of another mechanism
 */
export function decodeGssToken(token: Uint8Array, onField?: (field: Field) => void): GssToken {
  const reader = tokenReader(token, onField);
  const decoded = readElement(reader, 'InitialContextToken', applicationTag(0), readGssToken);
  reader.finish('InitialContextToken');
  return decoded;
}

function readGssToken(element: Reader): GssToken {
  const mechanism = readBytes(element, 'thisMech', TAG.oid);
  if (!MECHANISMS.some((known) => known.equals(mechanism))) {
    const problem = 'the token belongs to a mechanism other than Kerberos';
    throw new SspiError('SEC_E_SECPKG_NOT_FOUND', problem);
  }
  return { tokenId: element.uint16('TOK_ID'), message: element.rest('message') };
}

export function encodeGssToken(tokenId: number, message: Uint8Array): Uint8Array {
  return derElement(applicationTag(0), THIS_MECH, Uint8Array.of(tokenId >>> 8, tokenId), message);
}
