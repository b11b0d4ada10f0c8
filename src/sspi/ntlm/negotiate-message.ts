import type { Field, Reader } from '../../bytes/reader.js';
import { Writer } from '../../bytes/writer.js';
import { flagsOf, hasFlag } from './flags.js';
import { MESSAGE_TYPE, type PayloadFields, readMessage, SIGNATURE, VERSION } from './message.js';

/** NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1), without the fields that nothing uses. */
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

/** Old clients end the message after the flags or after the fields. Absent fields count as empty. */
function readFields(reader: Reader, payloads: PayloadFields): NegotiateMessage {
  const flags = reader.uint32le('NegotiateFlags');
  for (const [name, flag] of SUPPLIED) {
    if (reader.remaining === 0) return { flags };
    // Without its flag a field is ignored (MS-NLMP 2.2.1.1).
    if (hasFlag(flags, flag)) payloads.readBytes(name);
    else if (reader.remaining >= 8) reader.opaque(`${name}Fields`, 8);
  }
  payloads.readVersion(flags);
  return { flags };
}

const SUPPLIED = [
  ['DomainName', 'NEGOTIATE_OEM_DOMAIN_SUPPLIED'],
  ['Workstation', 'NEGOTIATE_OEM_WORKSTATION_SUPPLIED'],
] as const;

/** Encodes a NEGOTIATE_MESSAGE with a Version and without a domain and a workstation. */
export function encodeNegotiate(flags: number): Uint8Array {
  return new Writer(40)
    .raw(SIGNATURE)
    .uint32le(MESSAGE_TYPE.NEGOTIATE_MESSAGE)
    .uint32le((flags | flagsOf('NEGOTIATE_VERSION')) >>> 0)
    .raw(new Uint8Array(16))
    .raw(VERSION)
    .finish();
}
