import { readSequenceOf } from '../../../bytes/read-der.js';
import type { Reader } from '../../../bytes/reader.js';
import { readField, readInt32, readOctetString, readSequence } from './read-types.js';

const MAX_ADDRESSES = 256;

/** HostAddress (RFC 4120 5.2.5). */
export interface HostAddress {
  readonly addrType: number;
  readonly address: Uint8Array;
}

export function readHostAddresses(reader: Reader): HostAddress[] {
  return readSequenceOf(reader, '', 'HostAddress', MAX_ADDRESSES, (item) =>
    readSequence(item, (fields) => ({
      addrType: readField(fields, 'addr-type', 0, readInt32),
      address: readField(fields, 'address', 1, readOctetString),
    })),
  );
}
