import { readSequenceOf } from '../../../bytes/read-der.js';
import type { Field, Reader } from '../../../bytes/reader.js';
import { type EncryptedData, readEncryptedData } from './encrypted-data.js';
import { type HostAddress, readHostAddresses } from './host-address.js';
import { KDC_REQUEST, type KdcReqBody } from './kdc-request.js';
import { type PaData, readMethodData } from './pa-data.js';
import { readPrincipalName } from './principal-name.js';
import {
  decodeMessage,
  decodeValue,
  readField,
  readHeader,
  readInt32,
  readKerberosFlags,
  readKerberosString,
  readKerberosTime,
  readOptionalField,
  readSequence,
  readUInt32,
} from './read-types.js';
import { readTicket, type Ticket } from './ticket.js';

const MAX_ETYPES = 64;
const MAX_TICKETS = 8;

/** KDC-REQ (RFC 4120 5.4.1). */
export interface KdcReq {
  readonly padata?: readonly PaData[] | undefined;
  readonly body: KdcReqBody & {
    readonly from?: number | undefined;
    readonly addresses?: readonly HostAddress[] | undefined;
    readonly encAuthorizationData?: EncryptedData | undefined;
    readonly additionalTickets?: readonly Ticket[] | undefined;
  };
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeKdcReq(
  type: keyof typeof KDC_REQUEST,
  bytes: Uint8Array,
  onField?: (field: Field) => void,
): KdcReq {
  const number = KDC_REQUEST[type];
  const readKdcReq = (fields: Reader) => {
    readHeader(fields, 1, number);
    return {
      padata: readOptionalField(fields, 'padata', 3, readMethodData),
      body: readField(fields, 'req-body', 4, readKdcReqBody),
    };
  };
  return decodeMessage(bytes, type, [number], readKdcReq, onField);
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeKdcReqBody(bytes: Uint8Array): KdcReq['body'] {
  return decodeValue(bytes, 'KDC-REQ-BODY', readKdcReqBody);
}

function readKdcReqBody(reader: Reader): KdcReq['body'] {
  return readSequence(reader, (fields) => ({
    kdcOptions: readField(fields, 'kdc-options', 0, readKerberosFlags),
    cname: readOptionalField(fields, 'cname', 1, readPrincipalName),
    realm: readField(fields, 'realm', 2, readKerberosString),
    sname: readOptionalField(fields, 'sname', 3, readPrincipalName) ?? NO_NAME,
    from: readOptionalField(fields, 'from', 4, readKerberosTime),
    till: readField(fields, 'till', 5, readKerberosTime),
    rtime: readOptionalField(fields, 'rtime', 6, readKerberosTime),
    nonce: readField(fields, 'nonce', 7, readUInt32),
    etype: readField(fields, 'etype', 8, readEtypes),
    addresses: readOptionalField(fields, 'addresses', 9, readHostAddresses),
    encAuthorizationData: readOptionalField(
      fields,
      'enc-authorization-data',
      10,
      readEncryptedData,
    ),
    additionalTickets: readOptionalField(fields, 'additional-tickets', 11, readTickets),
  }));
}

const NO_NAME = { nameType: 0, nameString: [] };

function readEtypes(list: Reader): number[] {
  return readSequenceOf(list, '', 'etype', MAX_ETYPES, readInt32);
}

function readTickets(list: Reader): Ticket[] {
  return readSequenceOf(list, '', 'Ticket', MAX_TICKETS, readTicket);
}
