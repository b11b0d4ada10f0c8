import type { Field, Reader } from '../../bytes/reader.js';
import { Writer } from '../../bytes/writer.js';
import { flagsOf, hasFlag } from './flags.js';
import {
  MESSAGE_TYPE,
  readBytes,
  readMessage,
  readVersion,
  SIGNATURE,
  VERSION,
} from './message.js';

/** NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1), as far as anyone acts on it. */
export interface NegotiateMessage {
  readonly flags: number;
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeNegotiate(
  token: Uint8Array,
  onField?: (field: Field) => void,
): NegotiateMessage {
  return readMessage(token, 'NEGOTIATE_MESSAGE', readFields, onField);
}

/** Old clients end after the flags, or after the fields: what is not there is empty. */
function readFields(reader: Reader): NegotiateMessage {
  const flags = reader.uint32le('NegotiateFlags');
  readSupplied(reader, 'DomainName', hasFlag(flags, 'NEGOTIATE_OEM_DOMAIN_SUPPLIED'));
  readSupplied(reader, 'Workstation', hasFlag(flags, 'NEGOTIATE_OEM_WORKSTATION_SUPPLIED'));
  if (reader.left >= 8) readVersion(reader, flags);
  return { flags };
}

/** The fields of what is not supplied are not looked at (MS-NLMP 2.2.1.1). */
function readSupplied(reader: Reader, name: string, isSupplied: boolean): void {
  if (isSupplied) readBytes(reader, name);
  else if (reader.left >= 8) reader.opaque(`${name}Fields`, 8);
}

/** Encodes a NEGOTIATE_MESSAGE with a Version, and without a domain or a workstation. */
export function encodeNegotiate(flags: number): Uint8Array {
  return new Writer(40)
    .raw(SIGNATURE)
    .uint32le(MESSAGE_TYPE.NEGOTIATE_MESSAGE)
    .uint32le((flags | flagsOf('NEGOTIATE_VERSION')) >>> 0)
    .raw(new Uint8Array(16))
    .raw(VERSION)
    .finish();
}
