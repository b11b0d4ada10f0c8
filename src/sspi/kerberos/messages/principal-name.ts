import { readSequenceOf } from '../../../bytes/read-der.js';
import type { Reader } from '../../../bytes/reader.js';
import { derInteger } from '../../../bytes/write-der.js';
import { readField, readInt32, readKerberosString, readSequence } from './read-types.js';
import { type Element, encodeField, encodeKerberosString, encodeSequence } from './write-types.js';

const MAX_COMPONENTS = 64;

/** PrincipalName (RFC 4120 5.2.2). */
export interface PrincipalName {
  readonly nameType: number;
  readonly nameString: readonly string[];
}

/** A name in a realm. */
export interface Principal {
  readonly realm: string;
  readonly name: PrincipalName;
}

/** Types of names (RFC 4120 6.2, RFC 6111 3.1, RFC 6806 5). */
export const NT_PRINCIPAL = 1;
export const NT_SRV_INST = 2;
export const NT_SRV_HST = 3;
export const NT_ENTERPRISE = 10;
export const NT_WELLKNOWN = 11;

export function readPrincipalName(reader: Reader): PrincipalName {
  return readSequence(reader, readNameFields);
}

function readNameFields(fields: Reader): PrincipalName {
  return {
    nameType: readField(fields, 'name-type', 0, readInt32),
    nameString: readField(fields, 'name-string', 1, readComponents),
  };
}

function readComponents(reader: Reader): string[] {
  return readSequenceOf(reader, '', 'component', MAX_COMPONENTS, readKerberosString);
}

export function encodePrincipalName({ nameType, nameString }: PrincipalName): Element {
  return encodeSequence(
    encodeField(0, derInteger(nameType)),
    encodeField(1, encodeSequence(...nameString.map(encodeKerberosString))),
  );
}
