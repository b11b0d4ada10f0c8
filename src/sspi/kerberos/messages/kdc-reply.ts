import { readSequenceOf } from '../../../bytes/read-der.js';
import type { Field, Reader } from '../../../bytes/reader.js';
import {
  type EncryptedData,
  type EncryptionKey,
  readEncryptedData,
  readEncryptionKey,
} from './encrypted-data.js';
import { type HostAddress, readHostAddresses } from './host-address.js';
import { type PaData, readMethodData } from './pa-data.js';
import { type PrincipalName, readPrincipalName } from './principal-name.js';
import {
  decodeMessage,
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

/** The msg-type of a reply, which is also its [APPLICATION] number (RFC 4120 5.4.2). */
export const KDC_REPLY = { 'AS-REP': 11, 'TGS-REP': 13 } as const;

const MAX_LAST_REQUESTS = 64;

/** KDC-REP (RFC 4120 5.4.2). */
export interface KdcRep {
  readonly padata?: readonly PaData[] | undefined;
  readonly crealm: string;
  readonly cname: PrincipalName;
  readonly ticket: Ticket;
  readonly encPart: EncryptedData;
}

/** An entry of LastReq (RFC 4120 5.4.2). The time in seconds since 1970. */
export interface LastReqEntry {
  readonly lrType: number;
  readonly lrValue: number;
}

/** EncKDCRepPart (RFC 4120 5.4.2) with the field of RFC 6806 11. Times in seconds since 1970. */
export interface EncKdcRepPart {
  readonly key: EncryptionKey;
  readonly lastReq: readonly LastReqEntry[];
  readonly nonce: number;
  readonly keyExpiration?: number | undefined;
  readonly flags: number;
  readonly authtime: number;
  readonly starttime?: number | undefined;
  readonly endtime: number;
  readonly renewTill?: number | undefined;
  readonly srealm: string;
  readonly sname: PrincipalName;
  readonly caddr?: readonly HostAddress[] | undefined;
  readonly encryptedPaData?: readonly PaData[] | undefined;
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeKdcRep(
  type: keyof typeof KDC_REPLY,
  bytes: Uint8Array,
  onField?: (field: Field) => void,
): KdcRep {
  const number = KDC_REPLY[type];
  return decodeMessage(bytes, type, [number], (fields) => readKdcRep(fields, number), onField);
}

function readKdcRep(fields: Reader, messageType: number): KdcRep {
  readHeader(fields, 0, messageType);
  return {
    padata: readOptionalField(fields, 'padata', 2, readMethodData),
    crealm: readField(fields, 'crealm', 3, readKerberosString),
    cname: readField(fields, 'cname', 4, readPrincipalName),
    ticket: readField(fields, 'ticket', 5, readTicket),
    encPart: readField(fields, 'enc-part', 6, readEncryptedData),
  };
}

/**
 * Decodes EncASRepPart or EncTGSRepPart. Some KDCs, such as MIT's, use the tag of EncTGSRepPart in both replies
 * (RFC 4120 5.4.2).
 *
 * @throws SspiError SEC_E_INVALID_TOKEN
 */
export function decodeEncKdcRepPart(
  bytes: Uint8Array,
  onField?: (field: Field) => void,
): EncKdcRepPart {
  return decodeMessage(bytes, 'EncKDCRepPart', [25, 26], readEncKdcRepPart, onField);
}

function readEncKdcRepPart(fields: Reader): EncKdcRepPart {
  return {
    key: readField(fields, 'key', 0, readEncryptionKey),
    lastReq: readField(fields, 'last-req', 1, readLastReq),
    nonce: readField(fields, 'nonce', 2, readUInt32),
    keyExpiration: readOptionalField(fields, 'key-expiration', 3, readKerberosTime),
    flags: readField(fields, 'flags', 4, readKerberosFlags),
    authtime: readField(fields, 'authtime', 5, readKerberosTime),
    starttime: readOptionalField(fields, 'starttime', 6, readKerberosTime),
    endtime: readField(fields, 'endtime', 7, readKerberosTime),
    renewTill: readOptionalField(fields, 'renew-till', 8, readKerberosTime),
    srealm: readField(fields, 'srealm', 9, readKerberosString),
    sname: readField(fields, 'sname', 10, readPrincipalName),
    caddr: readOptionalField(fields, 'caddr', 11, readHostAddresses),
    encryptedPaData: readOptionalField(fields, 'encrypted-pa-data', 12, readMethodData),
  };
}

function readLastReq(reader: Reader): LastReqEntry[] {
  return readSequenceOf(reader, '', 'entry', MAX_LAST_REQUESTS, (item) =>
    readSequence(item, (fields) => ({
      lrType: readField(fields, 'lr-type', 0, readInt32),
      lrValue: readField(fields, 'lr-value', 1, readKerberosTime),
    })),
  );
}
