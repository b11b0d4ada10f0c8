import type { Field, Reader } from '../../bytes/reader.js';
import { Writer } from '../../bytes/writer.js';
import { utf16 } from '../utf16.js';
import { type AvPairs, encodeAvPairs, readAvPairs } from './av-pairs.js';
import { hasFlag, isOem } from './flags.js';
import {
  MESSAGE_TYPE,
  type PayloadFields,
  Payloads,
  readMessage,
  SIGNATURE,
  VERSION,
} from './message.js';

/** CHALLENGE_MESSAGE (MS-NLMP 2.2.1.2). */
export interface ChallengeMessage {
  readonly flags: number;
  /** 8 bytes. */
  readonly serverChallenge: Uint8Array;
  /** The AV_PAIRs of TargetInfo. Empty if it is absent. */
  readonly targetInfo: AvPairs;
}

const HEADER = 56;

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeChallenge(
  token: Uint8Array,
  onField?: (field: Field) => void,
): ChallengeMessage {
  return readMessage(token, 'CHALLENGE_MESSAGE', readFields, onField);
}

function readFields(reader: Reader, payloads: PayloadFields): ChallengeMessage {
  payloads.readBytes('TargetName');
  const flags = reader.uint32le('NegotiateFlags');
  const serverChallenge = reader.opaque('ServerChallenge', 8);
  // Servers that predate TargetInfo end the message here, after 32 bytes.
  if (!hasFlag(flags, 'NEGOTIATE_TARGET_INFO')) {
    return { flags, serverChallenge, targetInfo: new Map() };
  }
  reader.opaque('Reserved', 8);
  const targetInfo = payloads.readPayload('TargetInfo', readTargetInfo);
  payloads.readVersion(flags);
  return { flags, serverChallenge, targetInfo };
}

/** Some proxies set the flag and send an empty TargetInfo. */
function readTargetInfo(reader: Reader): AvPairs {
  if (reader.remaining === 0) {
    reader.rest('TargetInfo');
    return new Map();
  }
  const pairs = reader.group('TargetInfo', readAvPairs);
  reader.finish('TargetInfo');
  return pairs;
}

/**
 * Encodes a CHALLENGE_MESSAGE. `flags` must have the type of the target and NEGOTIATE_TARGET_INFO.
 *
 * @param targetName ASCII only, if the flags select OEM
 */
export function encodeChallenge(
  { flags, serverChallenge, targetInfo }: ChallengeMessage,
  targetName: string,
  version: Uint8Array = VERSION,
): Uint8Array {
  const payloads = new Payloads(HEADER);
  const target = payloads.add(isOem(flags) ? Buffer.from(targetName, 'latin1') : utf16(targetName));
  const info = payloads.add(encodeAvPairs(targetInfo));
  const writer = new Writer(payloads.size)
    .raw(SIGNATURE)
    .uint32le(MESSAGE_TYPE.CHALLENGE_MESSAGE)
    .raw(target)
    .uint32le(flags)
    .raw(serverChallenge)
    .raw(new Uint8Array(8))
    .raw(info)
    .raw(version);
  for (const part of payloads.parts) writer.raw(part);
  return writer.finish();
}
