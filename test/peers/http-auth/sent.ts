import { decodeAuthenticate } from '../../../src/sspi/ntlm/authenticate-message.js';
import { AV_ID } from '../../../src/sspi/ntlm/av-pairs.js';
import { hasFlag } from '../../../src/sspi/ntlm/flags.js';
import { decodeNegotiate } from '../../../src/sspi/ntlm/negotiate-message.js';
import { decodeNegTokenInit, decodeNegTokenResp } from '../../../src/sspi/spnego/token.js';

/** What a client has sent in the two messages of a logon with NTLM. */
export interface SentLogon {
  readonly scheme: string;
  /** Whether SPNEGO carries the messages. */
  readonly spnego: boolean;
  readonly encoding: 'UTF-16' | 'OEM';
  readonly extendedSessionSecurity: boolean;
  readonly mic: boolean;
  /** `zero`: the client says that it has no channel bindings. */
  readonly bindings: 'hash' | 'zero' | 'absent';
  /** The name of the service; undefined if there is none. */
  readonly target: string | undefined;
}

const NTLM_SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');

/** @param authorizations the field of each request of one connection; those without a token are skipped */
export function describeLogon(authorizations: readonly string[]): SentLogon {
  const tokens = authorizations
    .map((field) => /^(\S+) (\S+)$/.exec(field))
    .filter((match) => match !== null);
  const [first, second] = tokens.map(([, , text = '']) => Buffer.from(text, 'base64'));
  if (first === undefined || second === undefined) throw new Error('there are no two tokens');
  const spnego = !isNtlm(first);
  const { flags } = decodeNegotiate(
    spnego ? (decodeNegTokenInit(first).mechToken ?? first) : first,
  );
  const message = decodeAuthenticate(
    isNtlm(second) ? second : (decodeNegTokenResp(second).responseToken ?? second),
  );
  const { response } = message;
  if (response === undefined) throw new Error('the response is not one of NTLMv2');
  const hash = response.pairs.get(AV_ID.MsvAvChannelBindings);
  const target = response.pairs.get(AV_ID.MsvAvTargetName);
  return {
    scheme: tokens[0]?.[1] ?? '',
    spnego,
    encoding: hasFlag(message.flags, 'NEGOTIATE_UNICODE') ? 'UTF-16' : 'OEM',
    extendedSessionSecurity: hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY'),
    mic: message.mic !== undefined,
    bindings: hash === undefined ? 'absent' : hash.some((byte) => byte !== 0) ? 'hash' : 'zero',
    target: target && Buffer.from(target).toString('utf16le'),
  };
}

function isNtlm(token: Uint8Array): boolean {
  return Buffer.from(token).subarray(0, NTLM_SIGNATURE.length).equals(NTLM_SIGNATURE);
}
