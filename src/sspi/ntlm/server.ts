import { randomBytes, timingSafeEqual } from 'node:crypto';
import { hasControlCharacters } from '../control-characters.js';
import type { ClaimedIdentity } from '../credentials.js';
import { hmacMd5 } from '../crypto/hmac-md5.js';
import { rc4 } from '../crypto/rc4.js';
import type { SspiError } from '../error.js';
import { invalidToken, logonDenied, unsupported } from '../failure.js';
import type { CheckedAccept } from '../provider.js';
import type { Step } from '../security-context.js';
import type { Handshake } from '../session.js';
import { utf16 } from '../utf16.js';
import type { NtHashLookup } from './accounts.js';
import { type AuthenticateMessage, decodeAuthenticate } from './authenticate-message.js';
import { AV_ID, type AvPairs, filetimeNow } from './av-pairs.js';
import { encodeChallenge } from './challenge-message.js';
import { flagsOf, hasFlag, isOem } from './flags.js';
import { KEY_LENGTH, ntowfv2, ntProof } from './keys.js';
import { decodeNegotiate } from './negotiate-message.js';
import type { Ntlmv2Response } from './ntlmv2-response.js';
import { checkBindings, checkMic, checkTarget, checkTargetInfo } from './server-checks.js';
import {
  agreedFlags,
  isSigned,
  NtlmSession,
  negotiateFlagsOf,
  requireFlags,
  requireStrength,
} from './session.js';
import { isAscii } from './text.js';

/** The names that a server tells in its CHALLENGE_MESSAGE. */
export interface NtlmServerNames {
  readonly computer: string;
  readonly domain: string;
  readonly dnsComputer: string;
  readonly dnsDomain: string;
}

/** The flags that a client can request. Datagrams need a server that requires them. */
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

const ALWAYS = flagsOf('NEGOTIATE_NTLM', 'NEGOTIATE_TARGET_INFO', 'NEGOTIATE_VERSION');
const UNICODE = flagsOf('NEGOTIATE_UNICODE');
const KEY_EXCHANGE = flagsOf('NEGOTIATE_KEY_EXCH');
const OEM = flagsOf('NEGOTIATE_OEM');

/** The CHALLENGE_MESSAGE that was sent. */
interface Challenge {
  readonly flags: number;
  readonly serverChallenge: Uint8Array;
  readonly targetInfo: AvPairs;
  /** The messages before the AUTHENTICATE_MESSAGE: the MIC covers them. */
  readonly transcript: readonly Uint8Array[];
}

/** The server's side of an NTLMv2 handshake (MS-NLMP 3.2). */
export class NtlmServer implements Handshake {
  readonly #names: NtlmServerNames;
  readonly #findNtHash: NtHashLookup;
  readonly #options: CheckedAccept;
  readonly #required: number;
  #challenge: Challenge | undefined;
  session: NtlmSession | undefined;

  constructor(names: NtlmServerNames, findNtHash: NtHashLookup, options: CheckedAccept) {
    this.#names = names;
    this.#findNtHash = findNtHash;
    this.#options = options;
    this.#required = negotiateFlagsOf(options.flags);
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

  /** MS-NLMP 3.2.5.1.1, and 3.2.5.2.1 for a datagram context. */
  #begin(token: Uint8Array): Uint8Array {
    const flags = hasFlag(this.#required, 'NEGOTIATE_DATAGRAM')
      ? this.#offerDatagrams(token)
      : this.#agree(token);
    const { domain, computer } = this.#names;
    const isMember = domain !== computer;
    const name = isMember ? domain : computer;
    if (isOem(flags) && !isAscii(name)) throw unreadable("this server's name");
    const type = isMember ? flagsOf('TARGET_TYPE_DOMAIN') : flagsOf('TARGET_TYPE_SERVER');
    const serverChallenge = randomBytes(8);
    const targetInfo = this.#targetInfo();
    const message = { flags: (flags | type) >>> 0, serverChallenge, targetInfo };
    const challenge = encodeChallenge(message, name);
    this.#challenge = { ...message, transcript: [new Uint8Array(token), challenge] };
    return challenge;
  }

  #offerDatagrams(token: Uint8Array): number {
    if (token.length > 0)
      throw invalidToken(
        'the server of a datagram context sends the first token: its first step takes none',
      );
    return (OFFER | ALWAYS | UNICODE | this.#required) >>> 0;
  }

  #agree(token: Uint8Array): number {
    const { flags: theirs } = decodeNegotiate(token);
    // Unicode wins if the client has both (MS-NLMP 2.2.2.5, A and B).
    const charset = (theirs & UNICODE) !== 0 ? UNICODE : theirs & OEM;
    if (charset === 0) throw unsupported('the client supports neither Unicode nor OEM');
    const agreed = agreedFlags(OFFER, theirs);
    // Without signing there is no key to exchange, but Samba's client exchanges one if the flag is agreed.
    const kept = isSigned(agreed) ? agreed : agreed & ~KEY_EXCHANGE;
    const flags = (kept | ALWAYS | charset) >>> 0;
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
    const message = decodeAuthenticate(bytes, undefined, challenge.flags);
    const { response } = message;
    const claimed = readIdentity(message);
    if (response === undefined || !isValidIdentity(claimed)) throw logonDenied();
    const keyExchangeKey = await this.#prove(claimed, response, challenge.serverChallenge);
    const flags = agreedFlags(challenge.flags, message.flags);
    const key = exportedSessionKey(message, flags, keyExchangeKey);
    const session = new NtlmSession({
      role: 'server',
      flags,
      key,
      identity: claimed,
      // A client whose NTLM has a MIC sends mechListMIC too (MS-SPNG appendix A).
      requiresMechListMic: message.mic !== undefined,
    });
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
   * Checks the response and returns KeyExchangeKey. An unknown user takes the same steps as a known one.
   *
   * @throws SspiError SEC_E_LOGON_DENIED
   */
  async #prove(
    claimed: ClaimedIdentity,
    { proof, temp }: Ntlmv2Response,
    serverChallenge: Uint8Array,
  ): Promise<Uint8Array> {
    const { ntHash, exists } = await this.#findNtHash(claimed);
    const responseKey = ntowfv2(ntHash, claimed.user, claimed.domain);
    const expected = ntProof(responseKey, serverChallenge, temp);
    const keyExchangeKey = hmacMd5(responseKey, expected);
    for (const secret of [ntHash, responseKey]) secret.fill(0);
    if (timingSafeEqual(expected, proof) && exists) return keyExchangeKey;
    keyExchangeKey.fill(0);
    throw logonDenied();
  }
}

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for a name in an unknown code page */
function readIdentity({ user, domain, workstation }: AuthenticateMessage): ClaimedIdentity {
  if (user === undefined) throw unreadable('UserName');
  if (domain === undefined) throw unreadable('DomainName');
  if (workstation === undefined) throw unreadable('Workstation');
  return { user, domain, workstation };
}

function unreadable(name: string): SspiError {
  return unsupported(`${name} has characters above 0x7f, and the client does not support Unicode`);
}

/** With a backslash in one part, `DOMAIN\user` would be ambiguous. */
function isValidIdentity({ domain, user, workstation }: ClaimedIdentity): boolean {
  if (user === '' || `${domain}${user}`.includes('\\')) return false;
  return !hasControlCharacters(`${domain}${user}${workstation}`);
}

/**
 * ExportedSessionKey (MS-NLMP 3.2.5.1.2). Without a key exchange it is `keyExchangeKey` itself; with one, that key
 * is overwritten. A session that protects no messages exchanges no key, whatever the client sends.
 */
function exportedSessionKey(
  { encryptedSessionKey }: AuthenticateMessage,
  flags: number,
  keyExchangeKey: Uint8Array,
): Uint8Array {
  if (!hasFlag(flags, 'NEGOTIATE_KEY_EXCH') || !isSigned(flags)) return keyExchangeKey;
  const key = rc4(keyExchangeKey, encryptedSessionKey);
  keyExchangeKey.fill(0);
  if (key.length !== KEY_LENGTH) throw invalidToken('EncryptedRandomSessionKey is missing');
  return key;
}
