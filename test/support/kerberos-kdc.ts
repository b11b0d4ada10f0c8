import { derElement, derInteger } from '../../src/bytes/write-der.js';
import { encodeHostAddresses } from '../../src/conformance/sspi/kerberos/encode-ticket.js';
import {
  encodeEncryptedData,
  encodeEncryptionKey,
} from '../../src/sspi/kerberos/messages/encrypted-data.js';
import {
  type EncKdcRepPart,
  KDC_REPLY,
  type KdcRep,
} from '../../src/sspi/kerberos/messages/kdc-reply.js';
import {
  type EtypeInfo2Entry,
  encodeMethodData,
} from '../../src/sspi/kerberos/messages/pa-data.js';
import { encodePrincipalName } from '../../src/sspi/kerberos/messages/principal-name.js';
import {
  decodeValue,
  readField,
  readKerberosTime,
  readMicroseconds,
  readOptionalField,
  readSequence,
} from '../../src/sspi/kerberos/messages/read-types.js';
import {
  encodeElement,
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
  return encodeElement(
    encodeSequence(
      ...entries.map(({ etype, salt, s2kparams }) =>
        encodeSequence(
          encodeField(0, derInteger(etype)),
          encodeOptionalField(1, salt, (value) => derElement(GENERAL_STRING, value)),
          encodeOptionalField(2, s2kparams, encodeOctetString),
        ),
      ),
    ),
  );
}
