import { withoutPrototype } from '../../../bytes/without-prototype.js';
import { derInteger } from '../../../bytes/write-der.js';
import { encodeMethodData, type PaData } from './pa-data.js';
import { encodePrincipalName, type PrincipalName } from './principal-name.js';
import {
  encodeElement,
  encodeField,
  encodeHeader,
  encodeKerberosFlags,
  encodeKerberosString,
  encodeKerberosTime,
  encodeMessage,
  encodeOptionalField,
  encodeSequence,
} from './write-types.js';

/** The msg-type of a request, which is also its [APPLICATION] number (RFC 4120 5.4.1). */
export const KDC_REQUEST = { 'AS-REQ': 10, 'TGS-REQ': 12 } as const;

/** CANONICALIZE of KDCOptions (RFC 6806 3). */
export const CANONICALIZE = 0x00010000;

/** The fields of KDC-REQ-BODY (RFC 4120 5.4.1) that a client of this package sends. Times in seconds since 1970. */
export interface KdcReqBody {
  readonly kdcOptions: number;
  /** Only in an AS-REQ. */
  readonly cname?: PrincipalName | undefined;
  readonly realm: string;
  readonly sname: PrincipalName;
  readonly till: number;
  readonly rtime?: number | undefined;
  /** Below 2^31: some KDCs read it as Int32. */
  readonly nonce: number;
  /** Numbers of encryption types, most preferred first. */
  readonly etype: readonly number[];
}

/** Encodes a KDC-REQ-BODY. The authenticator of a TGS-REQ has a checksum over these bytes (RFC 4120 7.2.2). */
export function encodeKdcReqBody(body: KdcReqBody): Uint8Array {
  const { kdcOptions, cname, realm, sname, till, rtime, nonce, etype } = withoutPrototype({
    ...body,
  });
  return encodeElement(
    encodeSequence(
      encodeField(0, encodeKerberosFlags(kdcOptions)),
      encodeOptionalField(1, cname, encodePrincipalName),
      encodeField(2, encodeKerberosString(realm)),
      encodeField(3, encodePrincipalName(sname)),
      encodeField(5, encodeKerberosTime(till)),
      encodeOptionalField(6, rtime, encodeKerberosTime),
      encodeField(7, derInteger(nonce)),
      encodeField(8, encodeSequence(...etype.map(derInteger))),
    ),
  );
}

/**
 * Encodes an AS-REQ or a TGS-REQ.
 *
 * @param padata undefined leaves the field out
 * @param body of {@link encodeKdcReqBody}
 */
export function encodeKdcReq(
  type: keyof typeof KDC_REQUEST,
  padata: readonly PaData[] | undefined,
  body: Uint8Array,
): Uint8Array {
  const number = KDC_REQUEST[type];
  return encodeMessage(
    number,
    ...encodeHeader(1, number),
    encodeOptionalField(3, padata, encodeMethodData),
    encodeField(4, body),
  );
}
