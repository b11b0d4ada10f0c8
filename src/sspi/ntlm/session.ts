import type { ContextFlag, WeakSecurity } from '../context-options.js';
import { unsupported } from '../failure.js';
import { flagsOf, hasFlag } from './flags.js';
import { MessageSecurity } from './message-security.js';

/** What two sides have agreed on. */
export class NtlmSession {
  /** The NegotiateFlags that hold. */
  readonly flags: number;
  /** Whose session it is: `DOMAIN\user`, or as the client sent it. */
  readonly userName: string;
  /** ExportedSessionKey: 16 bytes. */
  readonly key: Uint8Array;
  /** Absent without integrity. */
  readonly security: MessageSecurity | undefined;

  constructor(
    role: 'client' | 'server',
    flags: number,
    key: Uint8Array,
    { domain, user }: { domain: string; user: string },
  ) {
    this.flags = flags;
    this.userName = domain === '' ? user : `${domain}\\${user}`;
    this.key = key;
    this.security = protects(flags) ? new MessageSecurity(key, flags, role) : undefined;
  }

  /** Overwrites the key material. */
  close(): void {
    this.key.fill(0);
    this.security?.close();
  }
}

const SIGN = flagsOf('NEGOTIATE_SIGN');

/** Nothing in NTLM proves who the server is. */
type NtlmContextFlag = Exclude<ContextFlag, 'mutual-auth'>;

/** The NegotiateFlags that a context flag stands for. */
const BITS: Readonly<Record<NtlmContextFlag, number>> = {
  integrity: SIGN,
  'replay-detect': SIGN,
  'sequence-detect': SIGN,
  confidentiality: flagsOf('NEGOTIATE_SIGN', 'NEGOTIATE_SEAL'),
  identify: flagsOf('NEGOTIATE_IDENTIFY'),
  // Datagrams always have a key exchange (MS-NLMP 2.2.2.5). Without extended session security a number would
  // stand for one stream in both directions, with a shorter key (MS-NLMP 3.4.5.3).
  datagram: flagsOf(
    'NEGOTIATE_DATAGRAM',
    'NEGOTIATE_KEY_EXCH',
    'NEGOTIATE_EXTENDED_SESSIONSECURITY',
  ),
};

/** What a context gives by its counter, which a datagram context does not have. */
const COUNTED: readonly NtlmContextFlag[] = ['replay-detect', 'sequence-detect'];

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for mutual authentication */
export function bitsOf(flags: readonly ContextFlag[]): number {
  return flags.reduce((bits, flag) => {
    if (flag === 'mutual-auth') throw unsupported('NTLM does not prove who the server is');
    return (bits | BITS[flag]) >>> 0;
  }, 0);
}

export function contextFlagsOf(bits: number): NtlmContextFlag[] {
  const names = Object.keys(BITS) as NtlmContextFlag[];
  const given = names.filter((name) => (bits & BITS[name]) >>> 0 === BITS[name]);
  return hasFlag(bits, 'NEGOTIATE_DATAGRAM')
    ? given.filter((name) => !COUNTED.includes(name))
    : given;
}

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for flags that no context gives together */
export function checkTogether(flags: readonly ContextFlag[]): void {
  const counted = COUNTED.find((flag) => flags.includes(flag));
  if (counted !== undefined && flags.includes('datagram')) {
    throw unsupported(`datagrams come in any order: there is no ${counted}`);
  }
}

/** Whether messages are protected at all: sealed ones are signed too. */
export function protects(flags: number): boolean {
  return hasFlag(flags, 'NEGOTIATE_SIGN');
}

/** The flags that both sides have; sealing brings signing. */
export function agreedFlags(ours: number, theirs: number): number {
  const flags = ours & theirs;
  return (hasFlag(flags, 'NEGOTIATE_SEAL') ? flags | SIGN : flags) >>> 0;
}

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION unless `flags` give what is required */
export function requireFlags(flags: number, required: number): void {
  if ((flags & required) >>> 0 === required) return;
  const missing = contextFlagsOf(required).filter(
    (flag) => (flags & BITS[flag]) >>> 0 !== BITS[flag],
  );
  throw unsupported(`the other side does not go along with ${missing.join(', ')}`);
}

/**
 * Refuses message security that is weaker than what is allowed by name.
 *
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION (MS-NLMP 3.1.5.1.2, 3.2.5.1.1)
 */
export function requireStrength(flags: number, allowed: readonly WeakSecurity[]): void {
  if (!protects(flags)) return;
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
