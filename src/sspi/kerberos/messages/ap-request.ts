import { ownValue } from '../../../bytes/has-own.js';
import type { Field, Reader } from '../../../bytes/reader.js';
import { derInteger } from '../../../bytes/write-der.js';
import {
  type AuthorizationDataElement,
  encodeAuthorizationData,
  readAuthorizationData,
} from './authorization-data.js';
import {
  type Checksum,
  type EncryptedData,
  type EncryptionKey,
  encodeChecksum,
  encodeEncryptedData,
  encodeEncryptionKey,
  readChecksum,
  readEncryptedData,
  readEncryptionKey,
} from './encrypted-data.js';
import { encodePrincipalName, type PrincipalName, readPrincipalName } from './principal-name.js';
import {
  decodeMessage,
  readField,
  readHeader,
  readKerberosFlags,
  readKerberosString,
  readKerberosTime,
  readMicroseconds,
  readOptionalField,
  readUInt32,
  readVersion,
} from './read-types.js';
import { readTicket, type Ticket } from './ticket.js';
import {
  encodeField,
  encodeHeader,
  encodeKerberosFlags,
  encodeKerberosString,
  encodeKerberosTime,
  encodeMessage,
  encodeOptionalField,
} from './write-types.js';

/** The msg-type and the [APPLICATION] number of AP-REQ (RFC 4120 5.5.1). */
const AP_REQ = 14;
const AUTHENTICATOR = 2;

/** AP-REQ (RFC 4120 5.5.1). */
export interface ApReq {
  readonly apOptions: number;
  readonly ticket: Ticket;
  readonly authenticator: EncryptedData;
}

/** Authenticator (RFC 4120 5.5.1). Times in seconds since 1970. */
export interface Authenticator {
  readonly crealm: string;
  readonly cname: PrincipalName;
  readonly cksum?: Checksum | undefined;
  readonly cusec: number;
  readonly ctime: number;
  readonly subkey?: EncryptionKey | undefined;
  readonly seqNumber?: number | undefined;
  readonly authorizationData?: readonly AuthorizationDataElement[] | undefined;
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeApReq(bytes: Uint8Array, onField?: (field: Field) => void): ApReq {
  return decodeMessage(bytes, 'AP-REQ', [AP_REQ], readApReq, onField);
}

function readApReq(fields: Reader): ApReq {
  readHeader(fields, 0, AP_REQ);
  return {
    apOptions: readField(fields, 'ap-options', 2, readKerberosFlags),
    ticket: readField(fields, 'ticket', 3, readTicket),
    authenticator: readField(fields, 'authenticator', 4, readEncryptedData),
  };
}

/** @param ticket the DER of the ticket, as the KDC sent it */
export function encodeApReq(
  apOptions: number,
  ticket: Uint8Array,
  authenticator: EncryptedData,
): Uint8Array {
  return encodeMessage(
    AP_REQ,
    ...encodeHeader(0, AP_REQ),
    encodeField(2, encodeKerberosFlags(apOptions)),
    encodeField(3, ticket),
    encodeField(4, encodeEncryptedData(authenticator)),
  );
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeAuthenticator(
  bytes: Uint8Array,
  onField?: (field: Field) => void,
): Authenticator {
  return decodeMessage(bytes, 'Authenticator', [AUTHENTICATOR], readAuthenticator, onField);
}

function readAuthenticator(fields: Reader): Authenticator {
  readField(fields, 'authenticator-vno', 0, readVersion);
  return {
    crealm: readField(fields, 'crealm', 1, readKerberosString),
    cname: readField(fields, 'cname', 2, readPrincipalName),
    cksum: readOptionalField(fields, 'cksum', 3, readChecksum),
    cusec: readField(fields, 'cusec', 4, readMicroseconds),
    ctime: readField(fields, 'ctime', 5, readKerberosTime),
    subkey: readOptionalField(fields, 'subkey', 6, readEncryptionKey),
    seqNumber: readOptionalField(fields, 'seq-number', 7, readUInt32),
    authorizationData: readOptionalField(fields, 'authorization-data', 8, readAuthorizationData),
  };
}

export function encodeAuthenticator(authenticator: Authenticator): Uint8Array {
  const { crealm, cname, cusec, ctime } = authenticator;
  return encodeMessage(
    AUTHENTICATOR,
    encodeField(0, derInteger(5)),
    encodeField(1, encodeKerberosString(crealm)),
    encodeField(2, encodePrincipalName(cname)),
    encodeOptionalField(3, ownValue(authenticator, 'cksum'), encodeChecksum),
    encodeField(4, derInteger(cusec)),
    encodeField(5, encodeKerberosTime(ctime)),
    encodeOptionalField(6, ownValue(authenticator, 'subkey'), encodeEncryptionKey),
    encodeOptionalField(7, ownValue(authenticator, 'seqNumber'), derInteger),
    encodeOptionalField(8, ownValue(authenticator, 'authorizationData'), encodeAuthorizationData),
  );
}
