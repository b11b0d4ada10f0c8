import { readSequenceOf } from '../../../bytes/read-der.js';
import type { Field, Reader } from '../../../bytes/reader.js';
import { derInteger } from '../../../bytes/write-der.js';
import {
  decodeValue,
  readField,
  readInt32,
  readOctetString,
  readOptionalField,
  readSequence,
  readStringBytes,
} from './read-types.js';
import {
  encodeElement,
  encodeField,
  encodeKerberosTime,
  encodeOctetString,
  encodeSequence,
} from './write-types.js';

const MAX_ITEMS = 256;

/** Types of PA-DATA (RFC 4120 7.5.2). */
export const PA = { 'TGS-REQ': 1, 'ENC-TIMESTAMP': 2, 'ETYPE-INFO2': 19 } as const;

/** PA-DATA (RFC 4120 5.2.7). */
export interface PaData {
  readonly padataType: number;
  readonly padataValue: Uint8Array;
}

/** Reads METHOD-DATA (RFC 4120 5.2.7). It may be empty. */
export function readMethodData(reader: Reader): PaData[] {
  return readSequenceOf(reader, '', 'PA-DATA', MAX_ITEMS, (item) =>
    readSequence(item, (fields) => ({
      padataType: readField(fields, 'padata-type', 1, readInt32),
      padataValue: readField(fields, 'padata-value', 2, readOctetString),
    })),
  );
}

/**
 * Decodes METHOD-DATA: the e-data of a KRB-ERROR that asks for pre-authentication.
 *
 * @throws SspiError SEC_E_INVALID_TOKEN
 */
export function decodeMethodData(bytes: Uint8Array, onField?: (field: Field) => void): PaData[] {
  return decodeValue(bytes, 'METHOD-DATA', readMethodData, onField);
}

export function encodeMethodData(list: readonly PaData[]): Uint8Array {
  return encodeElement(
    encodeSequence(
      ...list.map(({ padataType, padataValue }) =>
        encodeSequence(
          encodeField(1, derInteger(padataType)),
          encodeField(2, encodeOctetString(padataValue)),
        ),
      ),
    ),
  );
}

/** ETYPE-INFO2-ENTRY (RFC 4120 5.2.7.5). */
export interface EtypeInfo2Entry {
  readonly etype: number;
  readonly salt?: Uint8Array | undefined;
  readonly s2kparams?: Uint8Array | undefined;
}

/** Decodes the value of PA-ETYPE-INFO2, the KDC's order of preference. @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeEtypeInfo2(
  bytes: Uint8Array,
  onField?: (field: Field) => void,
): EtypeInfo2Entry[] {
  const readEntry = (item: Reader) =>
    readSequence(item, (fields) => ({
      etype: readField(fields, 'etype', 0, readInt32),
      salt: readOptionalField(fields, 'salt', 1, readStringBytes),
      s2kparams: readOptionalField(fields, 's2kparams', 2, readOctetString),
    }));
  return decodeValue(
    bytes,
    'ETYPE-INFO2',
    (reader) => readSequenceOf(reader, '', 'entry', MAX_ITEMS, readEntry),
    onField,
  );
}

/**
 * PA-ENC-TS-ENC (RFC 4120 5.2.7.2), the encrypted part of PA-ENC-TIMESTAMP.
 *
 * @param patimestamp in seconds since 1970
 * @param pausec the microseconds of that time
 */
export function encodePaEncTsEnc(patimestamp: number, pausec: number): Uint8Array {
  return encodeElement(
    encodeSequence(
      encodeField(0, encodeKerberosTime(patimestamp)),
      encodeField(1, derInteger(pausec)),
    ),
  );
}
