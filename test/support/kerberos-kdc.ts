import { readSequenceOf } from '../../src/bytes/read-der.js';
import type { Reader } from '../../src/bytes/reader.js';
import { derElement, derInteger } from '../../src/bytes/write-der.js';
import { encodeAuthorizationData } from '../../src/sspi/kerberos/messages/authorization-data.js';
import {
  type EncryptedData,
  encodeEncryptedData,
  encodeEncryptionKey,
  readEncryptedData,
} from '../../src/sspi/kerberos/messages/encrypted-data.js';
import {
  type HostAddress,
  readHostAddresses,
} from '../../src/sspi/kerberos/messages/host-address.js';
import {
  type EncKdcRepPart,
  KDC_REPLY,
  type KdcRep,
} from '../../src/sspi/kerberos/messages/kdc-reply.js';
import { KDC_REQUEST, type KdcReqBody } from '../../src/sspi/kerberos/messages/kdc-request.js';
import {
  type EtypeInfo2Entry,
  encodeMethodData,
  type PaData,
  readMethodData,
} from '../../src/sspi/kerberos/messages/pa-data.js';
import {
  encodePrincipalName,
  readPrincipalName,
} from '../../src/sspi/kerberos/messages/principal-name.js';
import {
  decodeMessage,
  decodeValue,
  readField,
  readHeader,
  readInt32,
  readKerberosFlags,
  readKerberosString,
  readKerberosTime,
  readMicroseconds,
  readOptionalField,
  readSequence,
  readUInt32,
} from '../../src/sspi/kerberos/messages/read-types.js';
import {
  type EncTicketPart,
  readTicket,
  type Ticket,
} from '../../src/sspi/kerberos/messages/ticket.js';
import {
  encodeField,
  encodeHeader,
  encodeKerberosFlags,
  encodeKerberosString,
  encodeKerberosTime,
  encodeMessage,
  encodeOctetString,
  encodeOptionalField,
  encodeSequence,
} from '../../src/sspi/kerberos/messages/write-types.js';

// The messages that only a KDC reads or writes.

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

export function decodeKdcReq(type: keyof typeof KDC_REQUEST, bytes: Uint8Array): KdcReq {
  const number = KDC_REQUEST[type];
  return decodeMessage(bytes, type, [number], (fields) => {
    readHeader(fields, 1, number);
    return {
      padata: readOptionalField(fields, 'padata', 3, readMethodData),
      body: readField(fields, 'req-body', 4, readKdcReqBody),
    };
  });
}

export function decodeKdcReqBody(bytes: Uint8Array): KdcReq['body'] {
  return decodeValue(bytes, 'KDC-REQ-BODY', readKdcReqBody);
}

function readKdcReqBody(reader: Reader): KdcReq['body'] {
  return readSequence(reader, (fields) => ({
    kdcOptions: readField(fields, 'kdc-options', 0, readKerberosFlags),
    cname: readOptionalField(fields, 'cname', 1, readPrincipalName),
    realm: readField(fields, 'realm', 2, readKerberosString),
    sname: readOptionalField(fields, 'sname', 3, readPrincipalName) ?? {
      nameType: 0,
      nameString: [],
    },
    from: readOptionalField(fields, 'from', 4, readKerberosTime),
    till: readField(fields, 'till', 5, readKerberosTime),
    rtime: readOptionalField(fields, 'rtime', 6, readKerberosTime),
    nonce: readField(fields, 'nonce', 7, readUInt32),
    etype: readField(fields, 'etype', 8, (list) =>
      readSequenceOf(list, '', 'Int32', 64, readInt32),
    ),
    addresses: readOptionalField(fields, 'addresses', 9, readHostAddresses),
    encAuthorizationData: readOptionalField(
      fields,
      'enc-authorization-data',
      10,
      readEncryptedData,
    ),
    additionalTickets: readOptionalField(fields, 'additional-tickets', 11, (list) =>
      readSequenceOf(list, '', 'Ticket', 8, readTicket),
    ),
  }));
}

export function decodePaEncTsEnc(bytes: Uint8Array): {
  patimestamp: number;
  pausec: number | undefined;
} {
  return decodeValue(bytes, 'PA-ENC-TS-ENC', (reader) =>
    readSequence(reader, (fields) => ({
      patimestamp: readField(fields, 'patimestamp', 0, readKerberosTime),
      pausec: readOptionalField(fields, 'pausec', 1, readMicroseconds),
    })),
  );
}

export function encodeTicket({ realm, sname, encPart }: Omit<Ticket, 'der'>): Uint8Array {
  return encodeMessage(
    1,
    encodeField(0, derInteger(5)),
    encodeField(1, encodeKerberosString(realm)),
    encodeField(2, encodePrincipalName(sname)),
    encodeField(3, encodeEncryptedData(encPart)),
  );
}

export function encodeEncTicketPart(part: EncTicketPart): Uint8Array {
  const { trType, contents } = part.transited;
  return encodeMessage(
    3,
    encodeField(0, encodeKerberosFlags(part.flags)),
    encodeField(1, encodeEncryptionKey(part.key)),
    encodeField(2, encodeKerberosString(part.crealm)),
    encodeField(3, encodePrincipalName(part.cname)),
    encodeField(
      4,
      encodeSequence(
        encodeField(0, derInteger(trType)),
        encodeField(1, encodeOctetString(contents)),
      ),
    ),
    encodeField(5, encodeKerberosTime(part.authtime)),
    encodeOptionalField(6, part.starttime, encodeKerberosTime),
    encodeField(7, encodeKerberosTime(part.endtime)),
    encodeOptionalField(8, part.renewTill, encodeKerberosTime),
    encodeOptionalField(9, part.caddr, encodeHostAddresses),
    encodeOptionalField(10, part.authorizationData, encodeAuthorizationData),
  );
}

export function encodeKdcRep(type: keyof typeof KDC_REPLY, reply: KdcRep): Uint8Array {
  const number = KDC_REPLY[type];
  return encodeMessage(
    number,
    ...encodeHeader(0, number),
    encodeOptionalField(2, reply.padata, encodeMethodData),
    encodeField(3, encodeKerberosString(reply.crealm)),
    encodeField(4, encodePrincipalName(reply.cname)),
    encodeField(5, reply.ticket.der),
    encodeField(6, encodeEncryptedData(reply.encPart)),
  );
}

/** @param application 25 for EncASRepPart, 26 for EncTGSRepPart */
export function encodeEncKdcRepPart(application: 25 | 26, part: EncKdcRepPart): Uint8Array {
  const lastReq = part.lastReq.map(({ lrType, lrValue }) =>
    encodeSequence(encodeField(0, derInteger(lrType)), encodeField(1, encodeKerberosTime(lrValue))),
  );
  return encodeMessage(
    application,
    encodeField(0, encodeEncryptionKey(part.key)),
    encodeField(1, encodeSequence(...lastReq)),
    encodeField(2, derInteger(part.nonce)),
    encodeOptionalField(3, part.keyExpiration, encodeKerberosTime),
    encodeField(4, encodeKerberosFlags(part.flags)),
    encodeField(5, encodeKerberosTime(part.authtime)),
    encodeOptionalField(6, part.starttime, encodeKerberosTime),
    encodeField(7, encodeKerberosTime(part.endtime)),
    encodeOptionalField(8, part.renewTill, encodeKerberosTime),
    encodeField(9, encodeKerberosString(part.srealm)),
    encodeField(10, encodePrincipalName(part.sname)),
    encodeOptionalField(11, part.caddr, encodeHostAddresses),
    encodeOptionalField(12, part.encryptedPaData, encodeMethodData),
  );
}

export function encodeEtypeInfo2(entries: readonly EtypeInfo2Entry[]): Uint8Array {
  const GENERAL_STRING = 0x1b;
  return encodeSequence(
    ...entries.map(({ etype, salt, s2kparams }) =>
      encodeSequence(
        encodeField(0, derInteger(etype)),
        encodeOptionalField(1, salt, (value) => derElement(GENERAL_STRING, value)),
        encodeOptionalField(2, s2kparams, encodeOctetString),
      ),
    ),
  );
}

function encodeHostAddresses(addresses: readonly HostAddress[]): Uint8Array {
  return encodeSequence(
    ...addresses.map(({ addrType, address }) =>
      encodeSequence(
        encodeField(0, derInteger(addrType)),
        encodeField(1, encodeOctetString(address)),
      ),
    ),
  );
}
