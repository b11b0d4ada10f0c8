import { applicationTag } from '../../../bytes/read-der.js';
import type { Field, Reader } from '../../../bytes/reader.js';
import { withoutPrototype } from '../../../bytes/without-prototype.js';
import { derInteger } from '../../../bytes/write-der.js';
import { encodePrincipalName, type PrincipalName, readPrincipalName } from './principal-name.js';
import {
  decodeMessage,
  readField,
  readHeader,
  readInt32,
  readKerberosString,
  readKerberosTime,
  readMicroseconds,
  readOctetString,
  readOptionalField,
  readStringBytes,
} from './read-types.js';
import {
  encodeField,
  encodeHeader,
  encodeKerberosString,
  encodeKerberosTime,
  encodeMessage,
  encodeOctetString,
  encodeOptionalField,
} from './write-types.js';

/** The msg-type and the [APPLICATION] number of KRB-ERROR (RFC 4120 5.9.1). */
const KRB_ERROR = 30;

/** KRB-ERROR (RFC 4120 5.9.1). Nothing of it is authenticated. Times in seconds since 1970. */
export interface KrbError {
  readonly ctime?: number | undefined;
  readonly cusec?: number | undefined;
  readonly stime: number;
  readonly susec: number;
  readonly errorCode: number;
  readonly crealm?: string | undefined;
  readonly cname?: PrincipalName | undefined;
  readonly realm: string;
  readonly sname: PrincipalName;
  readonly eText?: string | undefined;
  /** METHOD-DATA or another type, depending on the code and on the implementation. */
  readonly eData?: Uint8Array | undefined;
}

/** Whether a message has the tag of a KRB-ERROR. */
export function isKrbError([tag]: Uint8Array): boolean {
  return tag === applicationTag(KRB_ERROR);
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeKrbError(bytes: Uint8Array, onField?: (field: Field) => void): KrbError {
  return decodeMessage(bytes, 'KRB-ERROR', [KRB_ERROR], readKrbError, onField);
}

function readKrbError(fields: Reader): KrbError {
  readHeader(fields, 0, KRB_ERROR);
  return {
    ctime: readOptionalField(fields, 'ctime', 2, readKerberosTime),
    cusec: readOptionalField(fields, 'cusec', 3, readMicroseconds),
    stime: readField(fields, 'stime', 4, readKerberosTime),
    susec: readField(fields, 'susec', 5, readMicroseconds),
    errorCode: readField(fields, 'error-code', 6, readInt32),
    crealm: readOptionalField(fields, 'crealm', 7, readKerberosString),
    cname: readOptionalField(fields, 'cname', 8, readPrincipalName),
    realm: readField(fields, 'realm', 9, readKerberosString),
    sname: readField(fields, 'sname', 10, readPrincipalName),
    eText: readOptionalField(fields, 'e-text', 11, readText),
    eData: readOptionalField(fields, 'e-data', 12, readOctetString),
  };
}

/** A text for people, in any encoding. Some KDCs send the NUL at the end of a C string. */
function readText(reader: Reader): string {
  return new TextDecoder().decode(readStringBytes(reader)).replace(/\0$/, '');
}

export function encodeKrbError(fields: KrbError): Uint8Array {
  const error = withoutPrototype({ ...fields });
  return encodeMessage(
    KRB_ERROR,
    ...encodeHeader(0, KRB_ERROR),
    encodeOptionalField(2, error.ctime, encodeKerberosTime),
    encodeOptionalField(3, error.cusec, derInteger),
    encodeField(4, encodeKerberosTime(error.stime)),
    encodeField(5, derInteger(error.susec)),
    encodeField(6, derInteger(error.errorCode)),
    encodeOptionalField(7, error.crealm, encodeKerberosString),
    encodeOptionalField(8, error.cname, encodePrincipalName),
    encodeField(9, encodeKerberosString(error.realm)),
    encodeField(10, encodePrincipalName(error.sname)),
    encodeOptionalField(11, error.eText, encodeKerberosString),
    encodeOptionalField(12, error.eData, encodeOctetString),
  );
}
