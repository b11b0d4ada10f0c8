import { readSequenceOf } from '../../../bytes/read-der.js';
import type { Field, Reader } from '../../../bytes/reader.js';
import { derInteger } from '../../../bytes/write-der.js';
import { decodeValue, readField, readInt32, readOctetString, readSequence } from './read-types.js';
import { encodeElement, encodeField, encodeOctetString, encodeSequence } from './write-types.js';

const MAX_ELEMENTS = 256;

/** An element of AuthorizationData (RFC 4120 5.2.6). Some types have AuthorizationData as their adData. */
export interface AuthorizationDataElement {
  readonly adType: number;
  readonly adData: Uint8Array;
}

export function readAuthorizationData(reader: Reader): AuthorizationDataElement[] {
  return readSequenceOf(reader, '', 'element', MAX_ELEMENTS, (item) =>
    readSequence(item, (fields) => ({
      adType: readField(fields, 'ad-type', 0, readInt32),
      adData: readField(fields, 'ad-data', 1, readOctetString),
    })),
  );
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeAuthorizationData(
  bytes: Uint8Array,
  onField?: (field: Field) => void,
): AuthorizationDataElement[] {
  return decodeValue(bytes, 'AuthorizationData', readAuthorizationData, onField);
}

export function encodeAuthorizationData(elements: readonly AuthorizationDataElement[]): Uint8Array {
  return encodeElement(
    encodeSequence(
      ...elements.map(({ adType, adData }) =>
        encodeSequence(
          encodeField(0, derInteger(adType)),
          encodeField(1, encodeOctetString(adData)),
        ),
      ),
    ),
  );
}
