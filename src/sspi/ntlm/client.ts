import { randomBytes } from 'node:crypto';
import { hashChannelBindings } from '../crypto/bindings-hash.js';
import { hmacMd5 } from '../crypto/hmac-md5.js';
import { rc4 } from '../crypto/rc4.js';
import { invalidToken, logonDenied, unsupported } from '../failure.js';
import type { CheckedInitialize } from '../provider.js';
import { secretCopy, secretRandom } from '../secret.js';
import type { Step } from '../security-context.js';
import type { Handshake } from '../session.js';
import { utf16 } from '../utf16.js';
import { encodeAuthenticate, MIC_OFFSET } from './authenticate-message.js';
import { AV_FLAG, AV_ID, type AvPairs, avFlags, filetimeNow } from './av-pairs.js';
import { type ChallengeMessage, decodeChallenge } from './challenge-message.js';
import { flagsOf, hasFlag, NTLM_FLAGS } from './flags.js';
import { KEY_LENGTH, ntowfv2, ntProof } from './keys.js';
import { encodeNegotiate } from './negotiate-message.js';
import { encodeTemp } from './ntlmv2-response.js';
import {
  agreedFlags,
  isSigned,
  NtlmSession,
  negotiateFlagsOf,
  requireFlags,
  requireStrength,
} from './session.js';

/** The identity of a client, with NTOWFv1 in place of the password. */
export interface NtlmIdentity {
  readonly user: string;
  readonly domain: string;
  readonly workstation: string;
  readonly ntHash: Uint8Array;
}

/** The longest payload, in bytes. */
const MAX_PAYLOAD = 0xffff;

/** The flags that a client always requests (MS-NLMP 3.1.5.1.1). */
const OFFER = flagsOf(
  'NEGOTIATE_UNICODE',
  'REQUEST_TARGET',
  'NEGOTIATE_NTLM',
  'NEGOTIATE_ALWAYS_SIGN',
  'NEGOTIATE_EXTENDED_SESSIONSECURITY',
  'NEGOTIATE_128',
  'NEGOTIATE_56',
);

/** The pairs that only a client sets: a server that sends one would speak for the client. */
const CLIENT_PAIRS = [
  AV_ID.MsvAvFlags,
  AV_ID.MsvAvSingleHost,
  AV_ID.MsvAvTargetName,
  AV_ID.MsvAvChannelBindings,
];

/** The client's side of an NTLMv2 handshake (MS-NLMP 3.1). */
export class NtlmClient implements Handshake {
  readonly #identity: NtlmIdentity;
  readonly #options: CheckedInitialize;
  readonly #required: number;
  /** Undefined before the first step. Empty in a datagram context, which has no NEGOTIATE_MESSAGE. */
  #negotiate: Uint8Array | undefined;
  session: NtlmSession | undefined;

  constructor(identity: NtlmIdentity, options: CheckedInitialize) {
    this.#identity = { ...identity, ntHash: secretCopy(identity.ntHash) };
    this.#options = options;
    this.#required = negotiateFlagsOf(options.flags);
  }

  step(token: Uint8Array): Step {
    if (this.#negotiate !== undefined) {
      return { token: this.#answer(token, this.#negotiate), done: true };
    }
    if (token.length > 0)
      throw invalidToken('the client sends the first token: its first step takes none');
    const isDatagram = hasFlag(this.#required, 'NEGOTIATE_DATAGRAM');
    this.#negotiate = isDatagram ? new Uint8Array(0) : encodeNegotiate(this.#offer);
    return { token: this.#negotiate, done: false };
  }

  /** Overwrites the key material. */
  close(): void {
    this.#identity.ntHash.fill(0);
    this.session?.close();
  }

  /**
   * A context that protects no messages exchanges no key (MS-NLMP 3.1.5.1.2). It does not offer the flag either:
   * gss-ntlmssp crashes if the flag is offered and not used.
   */
  get #offer(): number {
    const keyExchange = isSigned(this.#required) ? flagsOf('NEGOTIATE_KEY_EXCH') : 0;
    return (OFFER | this.#required | keyExchange) >>> 0;
  }

  /** MS-NLMP 3.1.5.1.2. */
  #answer(token: Uint8Array, negotiate: Uint8Array): Uint8Array {
    const challenge = decodeChallenge(token);
    const flags = this.#agree(challenge);
    const pairs = this.#answerPairs(challenge.targetInfo);
    const time = challenge.targetInfo.get(AV_ID.MsvAvTimestamp) ?? filetimeNow();
    const temp = encodeTemp(time, randomBytes(8), pairs);
    if (KEY_LENGTH + temp.length > MAX_PAYLOAD) {
      throw invalidToken('the target information is too long');
    }
    const { proof, keyExchangeKey } = this.#prove(challenge.serverChallenge, temp);
    const isExchanged = hasFlag(flags, 'NEGOTIATE_KEY_EXCH') && isSigned(flags);
    const key = isExchanged ? secretRandom(KEY_LENGTH) : secretCopy(keyExchangeKey);
    this.session = new NtlmSession({
      role: 'client',
      flags,
      key,
      identity: this.#identity,
      // Every server of NTLM sends it with integrity (MS-SPNG appendix A).
      requiresMechListMic: true,
    });
    const parts = {
      ...this.#identity,
      flags,
      // 24 zeros in place of an LMv2 response (MS-NLMP 3.1.5.1.2, for servers that send a timestamp).
      lmResponse: new Uint8Array(24),
      ntResponse: Buffer.concat([proof, temp]),
      encryptedSessionKey: isExchanged ? rc4(keyExchangeKey, key) : new Uint8Array(0),
    };
    keyExchangeKey.fill(0);
    const withMic = (avFlags(pairs) & AV_FLAG.mic) !== 0;
    const authenticate = encodeAuthenticate(parts, withMic);
    if (withMic) authenticate.set(hmacMd5(key, negotiate, token, authenticate), MIC_OFFSET);
    return authenticate;
  }

  /** Computes the proof (MS-NLMP 3.3.2), and overwrites the hash, which is not needed again. */
  #prove(
    serverChallenge: Uint8Array,
    temp: Uint8Array,
  ): { proof: Uint8Array; keyExchangeKey: Uint8Array } {
    const { user, domain, ntHash } = this.#identity;
    const responseKey = ntowfv2(ntHash, user, domain);
    const proof = ntProof(responseKey, serverChallenge, temp);
    const keyExchangeKey = hmacMd5(responseKey, proof);
    for (const secret of [responseKey, ntHash]) secret.fill(0);
    return { proof, keyExchangeKey };
  }

  /** The flags that both sides have. Throws if a required one is missing. */
  #agree({ flags: theirs, targetInfo }: ChallengeMessage): number {
    if (!hasFlag(theirs, 'NEGOTIATE_UNICODE'))
      throw unsupported('the server does not support Unicode');
    const flags = agreedFlags(this.#offer, theirs);
    requireFlags(flags, this.#required);
    requireStrength(flags, this.#options.allowWeak);
    // Integrity and confidentiality require both names (MS-NLMP 3.1.5.1.2).
    const names = [AV_ID.MsvAvNbComputerName, AV_ID.MsvAvNbDomainName];
    if (isSigned(flags) && !names.every((name) => targetInfo.has(name))) throw logonDenied();
    const hasTargetInfo = theirs & NTLM_FLAGS.NEGOTIATE_TARGET_INFO;
    return (flags | flagsOf('NEGOTIATE_VERSION') | hasTargetInfo) >>> 0;
  }

  /** The AV_PAIRs of the server, and those of the client (MS-NLMP 3.1.5.1.2). */
  #answerPairs(challenge: AvPairs): AvPairs {
    const pairs = new Map(challenge);
    for (const id of CLIENT_PAIRS) pairs.delete(id);
    const mic = challenge.has(AV_ID.MsvAvTimestamp) ? AV_FLAG.mic : 0;
    const flags = (avFlags(challenge) & AV_FLAG.constrained) | mic;
    if (flags !== 0) pairs.set(AV_ID.MsvAvFlags, Uint8Array.of(flags, 0, 0, 0));
    const { target, channelBindings } = this.#options;
    if (channelBindings !== undefined) {
      pairs.set(AV_ID.MsvAvChannelBindings, hashChannelBindings(channelBindings));
    }
    if (target !== undefined) pairs.set(AV_ID.MsvAvTargetName, utf16(target));
    return pairs;
  }
}
