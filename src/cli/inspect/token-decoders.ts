import type { Field } from '../../bytes/reader.js';
import { SspiError } from '../../errors.js';
import { MAX_TOKEN } from '../../sspi/arguments.js';
import { decodeApRep } from '../../sspi/kerberos/messages/ap-reply.js';
import { decodeApReq } from '../../sspi/kerberos/messages/ap-request.js';
import { decodeAuthenticatorChecksum } from '../../sspi/kerberos/messages/authenticator-checksum.js';
import { decodeAuthorizationData } from '../../sspi/kerberos/messages/authorization-data.js';
import { decodeGssToken } from '../../sspi/kerberos/messages/gss-token.js';
import { decodeKdcRep, type KDC_REPLY } from '../../sspi/kerberos/messages/kdc-reply.js';
import { decodeKrbError } from '../../sspi/kerberos/messages/krb-error.js';
import { decodeEtypeInfo2, decodeMethodData } from '../../sspi/kerberos/messages/pa-data.js';
import { decodeKdcReq } from '../../sspi/kerberos/messages/read-kdc-request.js';
import type { ServiceKey } from '../../sspi/kerberos/service-keys.js';
import { decodeAuthenticate } from '../../sspi/ntlm/authenticate-message.js';
import { decodeChallenge } from '../../sspi/ntlm/challenge-message.js';
import { isNtlm } from '../../sspi/ntlm/message.js';
import { decodeNegotiate } from '../../sspi/ntlm/negotiate-message.js';
import { decodeNegTokenInit2, decodeNegTokenResp } from '../../sspi/spnego/token.js';
import { decryptRequest, decryptTicketPart } from './decrypt-parts.js';
import { decodeMicToken, decodeWrapToken } from './message-token.js';
import { isFramedKerberos, isKerberosMessage, isMic, isWrap } from './token-kind.js';

type OnField = (field: Field) => void;

/** Reads a structure field by field. Verifies nothing. @throws SspiError */
export type Decoder = (
  bytes: Uint8Array,
  onField: OnField,
  keys: readonly ServiceKey[] | undefined,
) => unknown;

/** By MessageType (MS-NLMP 2.2.1). */
const NTLM: Readonly<Record<number, Decoder>> = {
  1: decodeNegotiate,
  2: decodeChallenge,
  3: (bytes, onField) => decodeAuthenticate(bytes, onField),
};

/** By tag: [APPLICATION msg-type] (RFC 4120 5.10). */
const KERBEROS: Readonly<Record<number, Decoder>> = {
  106: (bytes, onField) => decodeKdcReq('AS-REQ', bytes, onField),
  107: replyDecoder('AS-REP'),
  108: (bytes, onField) => decodeKdcReq('TGS-REQ', bytes, onField),
  109: replyDecoder('TGS-REP'),
  110: decodeRequest,
  111: decodeApRep,
  126: decodeKrbError,
};

/** The decoder for a token, by its first bytes. */
export function decoderOf(token: Uint8Array): Decoder {
  if (token.length > MAX_TOKEN) {
    return reject(`has ${token.length} bytes: a token has at most ${MAX_TOKEN}`);
  }
  const found = mechanismDecoderOf(token) ?? kerberosDecoderOf(token);
  if (found !== undefined) return found;
  if (token[0] === 0x60) return decodeNegTokenInit2;
  if (token[0] === 0xa1) return decodeNegTokenResp;
  return reject('neither NTLM, SPNEGO nor Kerberos');
}

/** The decoder for a token of NTLM or Kerberos that may be in SPNEGO; undefined for another one. */
function mechanismDecoderOf(token: Uint8Array): Decoder | undefined {
  if (isNtlm(token)) {
    const type = token[8] ?? 1;
    return NTLM[type] ?? reject(`unknown NTLM message type ${type}`);
  }
  if (isMic(token)) return decodeMicToken;
  if (isWrap(token)) return decodeWrapToken;
  return isFramedKerberos(token) ? decodeGssToken : undefined;
}

function kerberosDecoderOf(message: Uint8Array): Decoder | undefined {
  return isKerberosMessage(message) ? KERBEROS[message[0] as number] : undefined;
}

/** Fields with the token of a mechanism. SPNEGO in it stays bytes: it could be nested without end. */
const TOKENS = /^(?:mechToken|responseToken|mechListMIC)$/;

/** Fields whose content depends on a field before them: by its name, and by its value in hex. */
const DEPENDENT: Readonly<Record<string, { on: string; decoders: Record<string, Decoder> }>> = {
  checksum: { on: 'cksumtype', decoders: { '008003': decodeAuthenticatorChecksum } },
  // AD-IF-RELEVANT
  'ad-data': { on: 'ad-type', decoders: { '01': decodeAuthorizationData } },
  // PA-TGS-REQ and PA-ETYPE-INFO2
  'padata-value': { on: 'padata-type', decoders: { '01': decodeApReq, '13': decodeEtypeInfo2 } },
  // KDC_ERR_PREAUTH_REQUIRED
  'e-data': { on: 'error-code', decoders: { '19': decodeMethodData } },
};

/**
 * The decoder for the content of a field that is a structure itself.
 *
 * @param siblingOf the bytes of another field of the same structure, in hex
 */
export function innerDecoderOf(
  name: string,
  value: Uint8Array,
  siblingOf: (name: string) => string | undefined,
): Decoder | undefined {
  if (TOKENS.test(name)) return mechanismDecoderOf(value);
  if (name === 'message') return kerberosDecoderOf(value);
  const dependent = Object.hasOwn(DEPENDENT, name) ? DEPENDENT[name] : undefined;
  return dependent?.decoders[siblingOf(dependent.on) ?? ''];
}

function decodeRequest(
  bytes: Uint8Array,
  onField: OnField,
  keys: readonly ServiceKey[] | undefined,
): void {
  const request = decodeApReq(bytes, onField);
  if (keys !== undefined) decryptRequest(request, keys, below('AP-REQ', onField));
}

function replyDecoder(type: keyof typeof KDC_REPLY): Decoder {
  return (bytes, onField, keys) => {
    const { ticket } = decodeKdcRep(type, bytes, onField);
    if (keys !== undefined) decryptTicketPart(ticket, keys, below(type, onField));
  };
}

/** Puts the fields of a decrypted part behind those of the message. */
function below(message: string, onField: OnField): OnField {
  return (field) => onField({ ...field, path: `${message}.${field.path}` });
}

function reject(problem: string): Decoder {
  return () => {
    throw new SspiError('SEC_E_INVALID_TOKEN', problem);
  };
}
