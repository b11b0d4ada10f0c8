import { randomBytes, timingSafeEqual } from 'node:crypto';
import { invalidToken, logonDenied, unsupported } from '../failure.js';
import type { CheckedAccept } from '../provider.js';
import type { Step } from '../security-context.js';
import type { NtHashLookup } from './accounts.js';
import { type AuthenticateMessage, decodeAuthenticate } from './authenticate-message.js';
import { AV_ID, type AvPairs } from './av-pairs.js';
import { encodeChallenge } from './challenge-message.js';
import { filetimeNow } from './filetime.js';
import { flagsOf, hasFlag } from './flags.js';
import { hmacMd5 } from './hmac-md5.js';
import { KEY_LENGTH, ntowfv2, ntProof } from './keys.js';
import { decodeNegotiate } from './negotiate-message.js';
import type { Ntlmv2Response } from './ntlmv2-response.js';
import { rc4 } from './rc4.js';
import { checkBindings, checkMic, checkTarget, checkTargetInfo } from './server-checks.js';
import {
  agreedFlags,
  bitsOf,
  NtlmSession,
  protects,
  requireFlags,
  requireStrength,
} from './session.js';
import { utf16 } from './text.js';

/** What a server tells of itself in its CHALLENGE_MESSAGE. */
export interface NtlmServerNames {
  readonly computer: string;
  readonly domain: string;
  readonly dnsComputer: string;
  readonly dnsDomain: string;
}

/** What a client can get by asking for it; datagrams only where the server wants them. */
const OFFER = flagsOf(
  'REQUEST_TARGET',
  'NEGOTIATE_SIGN',
  'NEGOTIATE_SEAL',
  'NEGOTIATE_ALWAYS_SIGN',
  'NEGOTIATE_EXTENDED_SESSIONSECURITY',
  'NEGOTIATE_IDENTIFY',
  'NEGOTIATE_128',
  'NEGOTIATE_KEY_EXCH',
  'NEGOTIATE_56',
);

const ALWAYS = flagsOf(
  'NEGOTIATE_UNICODE',
  'NEGOTIATE_NTLM',
  'NEGOTIATE_TARGET_INFO',
  'NEGOTIATE_VERSION',
);

/** The server's CHALLENGE_MESSAGE, for what comes after it. */
interface Challenge {
  readonly flags: number;
  readonly serverChallenge: Uint8Array;
  readonly targetInfo: AvPairs;
  /** Everything before the AUTHENTICATE_MESSAGE, which the MIC covers. */
  readonly transcript: readonly Uint8Array[];
}

/** The server's side of an NTLMv2 handshake (MS-NLMP 3.2). */
export class NtlmServer {
  readonly #names: NtlmServerNames;
  readonly #ntHashOf: NtHashLookup;
  readonly #options: CheckedAccept;
  readonly #required: number;
  #challenge: Challenge | undefined;
  /** Whether the client's messages came under a MIC, which was right. */
  hasMic = false;
  session: NtlmSession | undefined;

  constructor(names: NtlmServerNames, ntHashOf: NtHashLookup, options: CheckedAccept) {
    this.#names = names;
    this.#ntHashOf = ntHashOf;
    this.#options = options;
    this.#required = bitsOf(options.flags);
  }

  async step(token: Uint8Array): Promise<Step> {
    if (this.#challenge === undefined) return { token: this.#begin(token), done: false };
    this.session = await this.#authenticate(token, this.#challenge);
    return { token: new Uint8Array(0), done: true };
  }

  /** Overwrites the key material. */
  close(): void {
    this.session?.close();
  }

  /** MS-NLMP 3.2.5.1.1; of a datagram context 3.2.5.2.1. */
  #begin(token: Uint8Array): Uint8Array {
    const flags = hasFlag(this.#required, 'NEGOTIATE_DATAGRAM')
      ? this.#offerDatagrams(token)
      : this.#agree(token);
    const { domain, computer } = this.#names;
    const isMember = domain !== computer;
    const type = isMember ? flagsOf('TARGET_TYPE_DOMAIN') : flagsOf('TARGET_TYPE_SERVER');
    const serverChallenge = randomBytes(8);
    const targetInfo = this.#targetInfo();
    const message = { flags: (flags | type) >>> 0, serverChallenge, targetInfo };
    const challenge = encodeChallenge(message, isMember ? domain : computer);
    this.#challenge = { ...message, transcript: [new Uint8Array(token), challenge] };
    return challenge;
  }

  #offerDatagrams(token: Uint8Array): number {
    if (token.length > 0) throw invalidToken('a server of datagrams begins: it takes no token');
    return (OFFER | ALWAYS | this.#required) >>> 0;
  }

  #agree(token: Uint8Array): number {
    const { flags: theirs } = decodeNegotiate(token);
    if (!hasFlag(theirs, 'NEGOTIATE_UNICODE')) throw unsupported('the client has no Unicode');
    const flags = (agreedFlags(OFFER, theirs) | ALWAYS) >>> 0;
    requireFlags(flags, this.#required);
    requireStrength(flags, this.#options.allowWeak);
    return flags;
  }

  #targetInfo(): AvPairs {
    const { domain, computer, dnsDomain, dnsComputer } = this.#names;
    return new Map([
      [AV_ID.MsvAvNbDomainName, utf16(domain)],
      [AV_ID.MsvAvNbComputerName, utf16(computer)],
      [AV_ID.MsvAvDnsDomainName, utf16(dnsDomain)],
      [AV_ID.MsvAvDnsComputerName, utf16(dnsComputer)],
      [AV_ID.MsvAvTimestamp, filetimeNow()],
    ]);
  }

  /** MS-NLMP 3.2.5.1.2. */
  async #authenticate(token: Uint8Array, challenge: Challenge): Promise<NtlmSession> {
    const bytes = new Uint8Array(token);
    const message = decodeAuthenticate(bytes);
    const { response } = message;
    if (response === undefined || !isIdentity(message)) throw logonDenied();
    const keyExchangeKey = await this.#prove(message, response, challenge.serverChallenge);
    const flags = agreedFlags(challenge.flags, message.flags);
    const key = exportedSessionKey(message, flags, keyExchangeKey);
    const session = new NtlmSession('server', flags, key, message);
    this.hasMic = message.mic !== undefined;
    try {
      checkMic(message.mic, key, challenge.transcript, bytes);
      checkTargetInfo(challenge.targetInfo, response.pairs);
      requireFlags(flags, this.#required);
      requireStrength(flags, this.#options.allowWeak);
      checkBindings(response.pairs, this.#options);
      checkTarget(response.pairs, this.#options);
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  /**
   * KeyExchangeKey, where the response is that of the account. Without an account the steps are the same.
   *
   * @throws SspiError SEC_E_LOGON_DENIED
   */
  async #prove(
    { user, domain, workstation }: AuthenticateMessage,
    { proof, temp }: Ntlmv2Response,
    serverChallenge: Uint8Array,
  ): Promise<Uint8Array> {
    const { ntHash, exists } = await this.#ntHashOf({ user, domain, workstation });
    const responseKey = ntowfv2(ntHash, user, domain);
    const expected = ntProof(responseKey, serverChallenge, temp);
    const keyExchangeKey = hmacMd5(responseKey, expected);
    for (const secret of [ntHash, responseKey]) secret.fill(0);
    if (timingSafeEqual(expected, proof) && exists) return keyExchangeKey;
    keyExchangeKey.fill(0);
    throw logonDenied();
  }
}

/** With a backslash in a part of it, `DOMAIN\user` could be that of two. */
function isIdentity({ domain, user }: AuthenticateMessage): boolean {
  return user !== '' && !`${domain}${user}`.includes('\\');
}

/** ExportedSessionKey, which may be the key it comes from; that is overwritten otherwise. */
function exportedSessionKey(
  { encryptedSessionKey }: AuthenticateMessage,
  flags: number,
  keyExchangeKey: Uint8Array,
): Uint8Array {
  const isExchanged = hasFlag(flags, 'NEGOTIATE_KEY_EXCH');
  // Without signing and sealing there need not be a key (MS-NLMP 3.1.5.1.2).
  if (!isExchanged || (encryptedSessionKey.length === 0 && !protects(flags))) {
    return keyExchangeKey;
  }
  const key = rc4(keyExchangeKey, encryptedSessionKey);
  keyExchangeKey.fill(0);
  if (key.length !== KEY_LENGTH) throw invalidToken('there is no EncryptedRandomSessionKey');
  return key;
}
