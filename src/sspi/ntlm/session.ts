import type { KeyInfo } from '../context-attributes.js';
import { COUNTED_FLAGS, type ContextFlag, type WeakSecurity } from '../context-options.js';
import { unsupported } from '../failure.js';
import type { Session } from '../session.js';
import { flagsOf, hasFlag } from './flags.js';
import { MessageSecurity } from './message-security.js';

/** The result of a handshake. */
export class NtlmSession implements Session {
  readonly mechanism = 'NTLM';
  /** The client's name: `DOMAIN\user`, or as the client sent it. */
  readonly userName: string;
  readonly authorizationData = undefined;
  /** ExportedSessionKey: 16 bytes. */
  readonly keyBytes: Uint8Array;
  /** Absent without integrity. */
  readonly security: MessageSecurity | undefined;
  readonly requiresMechListMic: boolean;
  /** The negotiated NegotiateFlags. */
  readonly #flags: number;

  constructor({ role, flags, key, identity, requiresMechListMic }: Agreement) {
    const { domain, user } = identity;
    this.userName = domain === '' ? user : `${domain}\\${user}`;
    this.keyBytes = key;
    this.security = isSigned(flags) ? new MessageSecurity(key, flags, role) : undefined;
    this.requiresMechListMic = requiresMechListMic;
    this.#flags = flags;
  }

  get contextFlags(): NtlmContextFlag[] {
    return contextFlagsOf(this.#flags);
  }

  get keyInfo(): KeyInfo {
    return keyInfoOf(this.#flags);
  }

  /** Overwrites the key material. */
  close(): void {
    this.keyBytes.fill(0);
    this.security?.close();
  }
}

/** What the two sides agreed on in a handshake. */
interface Agreement {
  readonly role: 'client' | 'server';
  /** The negotiated NegotiateFlags. */
  readonly flags: number;
  /** ExportedSessionKey, which becomes that of the session. */
  readonly key: Uint8Array;
  /** The client. */
  readonly identity: { readonly domain: string; readonly user: string };
  readonly requiresMechListMic: boolean;
}

const SIGN = flagsOf('NEGOTIATE_SIGN');

/** NTLM does not prove the server's identity. */
type NtlmContextFlag = Exclude<ContextFlag, 'mutual-auth'>;

/** The NegotiateFlags that a context flag requires. */
const BITS: Readonly<Record<NtlmContextFlag, number>> = {
  integrity: SIGN,
  'replay-detect': SIGN,
  'sequence-detect': SIGN,
  confidentiality: flagsOf('NEGOTIATE_SIGN', 'NEGOTIATE_SEAL'),
  identify: flagsOf('NEGOTIATE_IDENTIFY'),
  // Datagrams always have a key exchange (MS-NLMP 2.2.2.5). Without extended session security a sequence number
  // would give both directions the same key stream, with a shorter key (MS-NLMP 3.4.5.3).
  datagram: flagsOf(
    'NEGOTIATE_DATAGRAM',
    'NEGOTIATE_KEY_EXCH',
    'NEGOTIATE_EXTENDED_SESSIONSECURITY',
  ),
};

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for mutual authentication */
export function negotiateFlagsOf(flags: readonly ContextFlag[]): number {
  return flags.reduce((bits, flag) => {
    if (flag === 'mutual-auth') throw unsupported('NTLM has no mutual authentication');
    return (bits | BITS[flag]) >>> 0;
  }, 0);
}

/** The context flags that NegotiateFlags provide. */
function contextFlagsOf(bits: number): NtlmContextFlag[] {
  const names = Object.keys(BITS) as NtlmContextFlag[];
  const given = names.filter((name) => (bits & BITS[name]) >>> 0 === BITS[name]);
  return hasFlag(bits, 'NEGOTIATE_DATAGRAM')
    ? given.filter((name) => !COUNTED_FLAGS.includes(name))
    : given;
}

/** Whether the session protects messages. Sealed messages are signed too. */
export function isSigned(flags: number): boolean {
  return hasFlag(flags, 'NEGOTIATE_SIGN');
}

/** The flags that both sides have. Sealing implies signing. */
export function agreedFlags(ours: number, theirs: number): number {
  const flags = ours & theirs;
  return (hasFlag(flags, 'NEGOTIATE_SEAL') ? flags | SIGN : flags) >>> 0;
}

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION if `flags` lack a required flag */
export function requireFlags(flags: number, required: number): void {
  if ((flags & required) >>> 0 === required) return;
  const missing = contextFlagsOf(required).filter(
    (flag) => (flags & BITS[flag]) >>> 0 !== BITS[flag],
  );
  throw unsupported(`the other side does not offer ${missing.join(', ')}`);
}

/**
 * Rejects weak message security that is not allowed by name.
 *
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION (MS-NLMP 3.1.5.1.2, 3.2.5.1.1)
 */
export function requireStrength(flags: number, allowed: readonly WeakSecurity[]): void {
  if (!isSigned(flags)) return;
  for (const weakness of weaknessesOf(flags)) {
    if (!allowed.includes(weakness)) {
      throw unsupported(`the other side offers only weak security: ${weakness}`);
    }
  }
}

function weaknessesOf(flags: number): WeakSecurity[] {
  const weaknesses: WeakSecurity[] = [];
  if (!hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY')) {
    weaknesses.push('no-extended-session-security');
  }
  if (!hasFlag(flags, 'NEGOTIATE_KEY_EXCH')) weaknesses.push('no-key-exchange');
  if (!hasFlag(flags, 'NEGOTIATE_128')) {
    weaknesses.push(hasFlag(flags, 'NEGOTIATE_56') ? '56-bit' : '40-bit');
  }
  return weaknesses;
}

/** KERB_CHECKSUM_ numbers of ntsecapi.h as unsigned 32 bits, and an ALG_ID of wincrypt.h. */
const KERB_CHECKSUM_HMAC_MD5 = 0xffffff76;
const KERB_CHECKSUM_RC4_MD5 = 0xffffff7c;
const CALG_RC4 = 0x6801;

/**
 * The algorithms that protect messages (MS-NLMP 3.4), with the names and numbers of Windows' NTLM. Microsoft does
 * not document them; Wine's tests of secur32, which also run on Windows, expect them.
 */
export function keyInfoOf(flags: number): KeyInfo {
  const isExtended = hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY');
  return {
    signatureAlgorithmName: isExtended ? 'HMAC-MD5' : 'RSADSI RC4-CRC32',
    encryptAlgorithmName: 'RSADSI RC4',
    keySize: hasFlag(flags, 'NEGOTIATE_128') ? 128 : hasFlag(flags, 'NEGOTIATE_56') ? 56 : 40,
    signatureAlgorithm: isExtended ? KERB_CHECKSUM_HMAC_MD5 : KERB_CHECKSUM_RC4_MD5,
    encryptAlgorithm: CALG_RC4,
  };
}
