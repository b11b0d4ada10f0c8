import type { Field, Reader } from '../../bytes/reader.js';
import { withoutPrototype } from '../../bytes/without-prototype.js';
import { Writer } from '../../bytes/writer.js';
import { utf16 } from '../utf16.js';
import { AV_FLAG, avFlags } from './av-pairs.js';
import { KEY_LENGTH } from './keys.js';
import {
  decodeText,
  MESSAGE_TYPE,
  type PayloadFields,
  Payloads,
  readMessage,
  SIGNATURE,
  VERSION,
} from './message.js';
import { MIN_NTLMV2_RESPONSE, type Ntlmv2Response, readNtlmv2Response } from './ntlmv2-response.js';

/** A parsed AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3). Nothing in it is verified. */
export interface AuthenticateMessage {
  readonly flags: number;
  /** A name is undefined if it has bytes above 0x7f in an unknown code page. */
  readonly domain: string | undefined;
  readonly user: string | undefined;
  readonly workstation: string | undefined;
  /** Undefined for an anonymous logon and for an NTLMv1 response. */
  readonly response: Ntlmv2Response | undefined;
  /** EncryptedRandomSessionKey: 16 bytes, or empty without a key exchange. */
  readonly encryptedSessionKey: Uint8Array;
  /** 16 bytes, if MsvAvFlags of the response announce it. */
  readonly mic: Uint8Array | undefined;
}

/** The offset of the MIC: after the fields, the flags and the Version. */
export const MIC_OFFSET = 72;

/**
 * @param negotiated the NegotiateFlags of the CHALLENGE_MESSAGE, which tell the encoding of names. Default: the
 * flags of the message itself
 * @throws SspiError SEC_E_INVALID_TOKEN
 */
export function decodeAuthenticate(
  token: Uint8Array,
  onField?: (field: Field) => void,
  negotiated?: number,
): AuthenticateMessage {
  const read = (reader: Reader, payloads: PayloadFields) =>
    readFields(reader, payloads, negotiated);
  return readMessage(token, 'AUTHENTICATE_MESSAGE', read, onField);
}

function readFields(
  reader: Reader,
  payloads: PayloadFields,
  negotiated: number | undefined,
): AuthenticateMessage {
  payloads.readBytes('LmChallengeResponse');
  const response = payloads.readPayload('NtChallengeResponse', readResponse);
  const names = NAMES.map((name) => [name, payloads.readText(name)] as const);
  const encryptedSessionKey = payloads.readPayload('EncryptedRandomSessionKey', readSessionKey);
  const flags = reader.uint32le('NegotiateFlags');
  const [domain, user, workstation] = names.map(([name, text]) =>
    decodeText(reader, name, text, negotiated ?? flags),
  );
  const message = { flags, domain, user, workstation, response, encryptedSessionKey };
  // Offsets cannot tell a MIC from a payload. The flag, which the proof covers, decides.
  if (response === undefined || (avFlags(response.pairs) & AV_FLAG.mic) === 0) {
    payloads.readVersion(flags);
    return { ...message, mic: undefined };
  }
  reader.opaque('Version', 8);
  return { ...message, mic: reader.opaque('MIC', KEY_LENGTH) };
}

const NAMES = ['DomainName', 'UserName', 'Workstation'] as const;

function readSessionKey(reader: Reader): Uint8Array {
  const start = reader.offset;
  const key = reader.rest('EncryptedRandomSessionKey');
  if (key.length !== 0 && key.length !== KEY_LENGTH) {
    reader.fail('EncryptedRandomSessionKey', start, `has ${key.length} bytes, not ${KEY_LENGTH}`);
  }
  return key;
}

function readResponse(reader: Reader): Ntlmv2Response | undefined {
  if (reader.remaining >= MIN_NTLMV2_RESPONSE)
    return reader.group('NtChallengeResponse', readNtlmv2Response);
  reader.rest('NtChallengeResponse');
  return undefined;
}

/** The parts of an AUTHENTICATE_MESSAGE to encode. */
export interface AuthenticateParts {
  readonly flags: number;
  readonly domain: string;
  readonly user: string;
  readonly workstation: string;
  readonly lmResponse: Uint8Array;
  readonly ntResponse: Uint8Array;
  readonly encryptedSessionKey: Uint8Array;
  readonly version?: Uint8Array;
}

/** Encodes an AUTHENTICATE_MESSAGE, without a MIC or with one of zeros. */
export function encodeAuthenticate(parts: AuthenticateParts, withMic: boolean): Uint8Array {
  const { version = VERSION } = withoutPrototype({ ...parts });
  const payloads = new Payloads(withMic ? MIC_OFFSET + KEY_LENGTH : MIC_OFFSET);
  const domain = payloads.add(utf16(parts.domain));
  const user = payloads.add(utf16(parts.user));
  const workstation = payloads.add(utf16(parts.workstation));
  const lmResponse = payloads.add(parts.lmResponse);
  const ntResponse = payloads.add(parts.ntResponse);
  const sessionKey = payloads.add(parts.encryptedSessionKey);
  const writer = new Writer(payloads.size).raw(SIGNATURE);
  writer.uint32le(MESSAGE_TYPE.AUTHENTICATE_MESSAGE);
  for (const field of [lmResponse, ntResponse, domain, user, workstation, sessionKey]) {
    writer.raw(field);
  }
  writer.uint32le(parts.flags).raw(version);
  if (withMic) writer.raw(new Uint8Array(KEY_LENGTH));
  for (const part of payloads.parts) writer.raw(part);
  return writer.finish();
}
