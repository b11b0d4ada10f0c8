import { ownValue } from '../../../bytes/has-own.js';
import type { Field, Reader } from '../../../bytes/reader.js';
import { derInteger } from '../../../bytes/write-der.js';
import {
  type EncryptedData,
  type EncryptionKey,
  encodeEncryptedData,
  encodeEncryptionKey,
  readEncryptedData,
  readEncryptionKey,
} from './encrypted-data.js';
import {
  decodeMessage,
  readField,
  readHeader,
  readKerberosTime,
  readMicroseconds,
  readOptionalField,
  readUInt32,
} from './read-types.js';
import {
  encodeField,
  encodeHeader,
  encodeKerberosTime,
  encodeMessage,
  encodeOptionalField,
} from './write-types.js';

/** The msg-type and the [APPLICATION] number of AP-REP (RFC 4120 5.5.2). */
const AP_REP = 15;
const ENC_AP_REP_PART = 27;

/** EncAPRepPart (RFC 4120 5.5.2). Times in seconds since 1970. */
export interface EncApRepPart {
  readonly ctime: number;
  readonly cusec: number;
  readonly subkey?: EncryptionKey | undefined;
  readonly seqNumber?: number | undefined;
}

/** Decodes an AP-REP, whose only field is its encrypted part. @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeApRep(bytes: Uint8Array, onField?: (field: Field) => void): EncryptedData {
  return decodeMessage(bytes, 'AP-REP', [AP_REP], readApRep, onField);
}

function readApRep(fields: Reader): EncryptedData {
  readHeader(fields, 0, AP_REP);
  return readField(fields, 'enc-part', 2, readEncryptedData);
}

export function encodeApRep(encPart: EncryptedData): Uint8Array {
  return encodeMessage(
    AP_REP,
    ...encodeHeader(0, AP_REP),
    encodeField(2, encodeEncryptedData(encPart)),
  );
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeEncApRepPart(
  bytes: Uint8Array,
  onField?: (field: Field) => void,
): EncApRepPart {
  return decodeMessage(bytes, 'EncAPRepPart', [ENC_AP_REP_PART], readEncApRepPart, onField);
}

function readEncApRepPart(fields: Reader): EncApRepPart {
  return {
    ctime: readField(fields, 'ctime', 0, readKerberosTime),
    cusec: readField(fields, 'cusec', 1, readMicroseconds),
    subkey: readOptionalField(fields, 'subkey', 2, readEncryptionKey),
    seqNumber: readOptionalField(fields, 'seq-number', 3, readUInt32),
  };
}

export function encodeEncApRepPart(part: EncApRepPart): Uint8Array {
  return encodeMessage(
    ENC_AP_REP_PART,
    encodeField(0, encodeKerberosTime(part.ctime)),
    encodeField(1, derInteger(part.cusec)),
    encodeOptionalField(2, ownValue(part, 'subkey'), encodeEncryptionKey),
    encodeOptionalField(3, ownValue(part, 'seqNumber'), derInteger),
  );
}
