import type { Reader } from '../../bytes/reader.js';
import { Writer } from '../../bytes/writer.js';
import { type AvPairs, encodeAvPairs, readAvPairs } from './av-pairs.js';

/** NTLMv2_RESPONSE (MS-NLMP 2.2.2.8). */
export interface Ntlmv2Response {
  /** NTProofStr: 16 bytes. */
  readonly proof: Uint8Array;
  /** The rest of the response, which the proof covers with the server's challenge: `temp` of MS-NLMP 3.3.2. */
  readonly temp: Uint8Array;
  /** The AV_PAIRs of the client's challenge. */
  readonly pairs: AvPairs;
}

/** The shortest response in bytes: everything before the AV_PAIRs. An NTLMv1 response has 24. */
export const MIN_NTLMV2_RESPONSE = 44;

/** Reads to the end of the enclosing structure. After MsvAvEOL there may be padding with any content. */
export function readNtlmv2Response(reader: Reader): Ntlmv2Response {
  const proof = reader.opaque('Response', 16);
  const start = reader.offset;
  const type = reader.uint8('RespType');
  const highest = reader.uint8('HiRespType');
  if (type !== 1 || highest !== 1) reader.fail('RespType', start, 'is not NTLMv2');
  reader.opaque('Reserved1', 6);
  reader.opaque('TimeStamp', 8);
  reader.opaque('ChallengeFromClient', 8);
  reader.opaque('Reserved3', 4);
  const pairs = reader.group('AvPairs', readAvPairs);
  reader.rest('Padding');
  return { proof, temp: reader.since(start), pairs };
}

/** Encodes `temp` of MS-NLMP 3.3.2. */
export function encodeTemp(
  timestamp: Uint8Array,
  clientChallenge: Uint8Array,
  pairs: AvPairs,
): Uint8Array {
  const list = encodeAvPairs(pairs);
  return new Writer(32 + list.length)
    .uint16le(0x0101)
    .raw(new Uint8Array(6))
    .raw(timestamp)
    .raw(clientChallenge)
    .uint32le(0)
    .raw(list)
    .uint32le(0)
    .finish();
}
