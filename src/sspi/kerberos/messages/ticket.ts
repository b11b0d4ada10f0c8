import type { Field, Reader } from '../../../bytes/reader.js';
import { type AuthorizationDataElement, readAuthorizationData } from './authorization-data.js';
import {
  type EncryptedData,
  type EncryptionKey,
  readEncryptedData,
  readEncryptionKey,
} from './encrypted-data.js';
import { type HostAddress, readHostAddresses } from './host-address.js';
import { type PrincipalName, readPrincipalName } from './principal-name.js';
import {
  decodeMessage,
  decodeValue,
  readApplication,
  readField,
  readInt32,
  readKerberosFlags,
  readKerberosString,
  readKerberosTime,
  readOctetString,
  readOptionalField,
  readSequence,
  readVersion,
} from './read-types.js';

/** Ticket (RFC 4120 5.3). */
export interface Ticket {
  readonly realm: string;
  readonly sname: PrincipalName;
  readonly encPart: EncryptedData;
  /** The whole ticket as it came: a client passes it on byte for byte. */
  readonly der: Uint8Array;
}

/** INVALID of TicketFlags: of a postdated ticket that the KDC has not validated (RFC 4120 2.2). */
export const INVALID_TICKET = 0x01000000;

/** The type of the transited field, and its contents (RFC 4120 5.3). */
export interface TransitedEncoding {
  readonly trType: number;
  readonly contents: Uint8Array;
}

/** EncTicketPart (RFC 4120 5.3). Times in seconds since 1970. */
export interface EncTicketPart {
  readonly flags: number;
  readonly key: EncryptionKey;
  readonly crealm: string;
  readonly cname: PrincipalName;
  readonly transited: TransitedEncoding;
  readonly authtime: number;
  readonly starttime?: number | undefined;
  readonly endtime: number;
  readonly renewTill?: number | undefined;
  readonly caddr?: readonly HostAddress[] | undefined;
  readonly authorizationData?: readonly AuthorizationDataElement[] | undefined;
}

export function readTicket(reader: Reader): Ticket {
  const start = reader.offset;
  const { realm, sname, encPart } = readApplication(reader, '', 1, readTicketFields);
  return { realm, sname, encPart, der: reader.since(start) };
}

function readTicketFields(fields: Reader): Omit<Ticket, 'der'> {
  readField(fields, 'tkt-vno', 0, readVersion);
  return {
    realm: readField(fields, 'realm', 1, readKerberosString),
    sname: readField(fields, 'sname', 2, readPrincipalName),
    encPart: readField(fields, 'enc-part', 3, readEncryptedData),
  };
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeTicket(bytes: Uint8Array, onField?: (field: Field) => void): Ticket {
  return decodeValue(bytes, 'Ticket', readTicket, onField);
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeEncTicketPart(
  bytes: Uint8Array,
  onField?: (field: Field) => void,
): EncTicketPart {
  return decodeMessage(bytes, 'EncTicketPart', [3], readEncTicketPart, onField);
}

function readEncTicketPart(fields: Reader): EncTicketPart {
  return {
    flags: readField(fields, 'flags', 0, readKerberosFlags),
    key: readField(fields, 'key', 1, readEncryptionKey),
    crealm: readField(fields, 'crealm', 2, readKerberosString),
    cname: readField(fields, 'cname', 3, readPrincipalName),
    transited: readField(fields, 'transited', 4, readTransitedEncoding),
    authtime: readField(fields, 'authtime', 5, readKerberosTime),
    starttime: readOptionalField(fields, 'starttime', 6, readKerberosTime),
    endtime: readField(fields, 'endtime', 7, readKerberosTime),
    renewTill: readOptionalField(fields, 'renew-till', 8, readKerberosTime),
    caddr: readOptionalField(fields, 'caddr', 9, readHostAddresses),
    authorizationData: readOptionalField(fields, 'authorization-data', 10, readAuthorizationData),
  };
}

function readTransitedEncoding(reader: Reader): TransitedEncoding {
  return readSequence(reader, readTransitedFields);
}

function readTransitedFields(fields: Reader): TransitedEncoding {
  return {
    trType: readField(fields, 'tr-type', 0, readInt32),
    contents: readField(fields, 'contents', 1, readOctetString),
  };
}
