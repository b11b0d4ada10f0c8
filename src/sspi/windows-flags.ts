import type { ContextFlag } from './context-options.js';

type FlagBits = Readonly<Record<ContextFlag, number>>;

/** The ISC_REQ_ bits of sspi.h; ISC_RET_ bits of the same names have the same numbers. */
export const CLIENT_BITS: FlagBits = {
  'mutual-auth': 0x00000002,
  'replay-detect': 0x00000004,
  'sequence-detect': 0x00000008,
  confidentiality: 0x00000010,
  datagram: 0x00000400,
  integrity: 0x00010000,
  identify: 0x00020000,
};

/** The ASC_REQ_ bits, likewise: two of them are others than the client's. */
export const SERVER_BITS: FlagBits = {
  ...CLIENT_BITS,
  integrity: 0x00020000,
  identify: 0x00080000,
};

export const ASC_REQ_ALLOW_MISSING_BINDINGS = 0x10000000;

/** Which side of a context this is. */
export type Role = 'client' | 'server';

/** What differs between the sides: names, ISC_RET_ and ASC_RET_ bits. */
export const ROLES: Readonly<
  Record<Role, { stepName: string; bits: FlagBits; nullSession: number }>
> = {
  client: { stepName: 'InitializeSecurityContext', bits: CLIENT_BITS, nullSession: 0x00040000 },
  server: { stepName: 'AcceptSecurityContext', bits: SERVER_BITS, nullSession: 0x00100000 },
};

/** What is asked for so that each message of a connection comes once, in its place, as with NTLM. */
const IN_ORDER: readonly ContextFlag[] = ['replay-detect', 'sequence-detect'];
const PROTECTION: readonly ContextFlag[] = ['integrity', 'confidentiality'];

/** The ISC_REQ_ bits of a client that requires these flags. */
export function clientBitsOf(flags: readonly ContextFlag[]): number {
  const isProtected = PROTECTION.some((flag) => flags.includes(flag));
  return sumOf(isProtected ? brought(flags, ['integrity', ...IN_ORDER]) : flags, CLIENT_BITS);
}

/** The ASC_REQ_ bits of a server that requires these flags; a client may ask it for more. */
export function serverBitsOf(flags: readonly ContextFlag[]): number {
  const isProtected = PROTECTION.some((flag) => flags.includes(flag));
  const more = isProtected ? (['integrity', ...IN_ORDER] as const) : IN_ORDER;
  return sumOf(brought(flags, more), SERVER_BITS);
}

export function flagsIn(sum: number, bits: FlagBits): ContextFlag[] {
  const names = Object.keys(bits) as ContextFlag[];
  return names.filter((name) => (sum & bits[name]) !== 0);
}

/** Whether messages cannot come twice or be left out unnoticed; of datagrams the caller notices. */
export function isInOrder(flags: readonly ContextFlag[]): boolean {
  return flags.includes('datagram') || IN_ORDER.every((flag) => flags.includes(flag));
}

export function withoutProtection(flags: readonly ContextFlag[]): ContextFlag[] {
  return flags.filter((flag) => !PROTECTION.includes(flag));
}

function brought(
  flags: readonly ContextFlag[],
  more: readonly ContextFlag[],
): readonly ContextFlag[] {
  return flags.includes('datagram') ? flags : [...flags, ...more];
}

function sumOf(flags: readonly ContextFlag[], bits: FlagBits): number {
  return flags.reduce((sum, flag) => (sum | bits[flag]) >>> 0, 0);
}
