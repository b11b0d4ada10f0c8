import { ownValue } from '../../../bytes/has-own.js';
import type { Reader } from '../../../bytes/reader.js';
import { derInteger } from '../../../bytes/write-der.js';
import {
  readField,
  readInt32,
  readOctetString,
  readOptionalField,
  readSequence,
  readUInt32,
} from './read-types.js';
import {
  type Element,
  encodeField,
  encodeOctetString,
  encodeOptionalField,
  encodeSequence,
} from './write-types.js';

/** EncryptedData (RFC 4120 5.2.9). */
export interface EncryptedData {
  readonly etype: number;
  readonly kvno?: number | undefined;
  readonly cipher: Uint8Array;
}

export function readEncryptedData(reader: Reader): EncryptedData {
  return readSequence(reader, readEncryptedDataFields);
}

function readEncryptedDataFields(fields: Reader): EncryptedData {
  return {
    etype: readField(fields, 'etype', 0, readInt32),
    kvno: readOptionalField(fields, 'kvno', 1, readUInt32),
    cipher: readField(fields, 'cipher', 2, readOctetString),
  };
}

export function encodeEncryptedData(data: EncryptedData): Element {
  return encodeSequence(
    encodeField(0, derInteger(data.etype)),
    encodeOptionalField(1, ownValue(data, 'kvno'), derInteger),
    encodeField(2, encodeOctetString(data.cipher)),
  );
}

/** EncryptionKey (RFC 4120 5.2.9). */
export interface EncryptionKey {
  readonly keytype: number;
  /** In the memory of the decrypted part, which the caller overwrites. */
  readonly keyvalue: Uint8Array;
}

export function readEncryptionKey(reader: Reader): EncryptionKey {
  return readSequence(reader, readEncryptionKeyFields);
}

function readEncryptionKeyFields(fields: Reader): EncryptionKey {
  return {
    keytype: readField(fields, 'keytype', 0, readInt32),
    keyvalue: readField(fields, 'keyvalue', 1, readOctetString),
  };
}

export function encodeEncryptionKey({ keytype, keyvalue }: EncryptionKey): Element {
  return encodeSequence(
    encodeField(0, derInteger(keytype)),
    encodeField(1, encodeOctetString(keyvalue)),
  );
}

/** Checksum (RFC 4120 5.2.9). */
export interface Checksum {
  readonly cksumtype: number;
  readonly checksum: Uint8Array;
}

export function readChecksum(reader: Reader): Checksum {
  return readSequence(reader, readChecksumFields);
}

function readChecksumFields(fields: Reader): Checksum {
  return {
    cksumtype: readField(fields, 'cksumtype', 0, readInt32),
    checksum: readField(fields, 'checksum', 1, readOctetString),
  };
}

export function encodeChecksum({ cksumtype, checksum }: Checksum): Element {
  return encodeSequence(
    encodeField(0, derInteger(cksumtype)),
    encodeField(1, encodeOctetString(checksum)),
  );
}
