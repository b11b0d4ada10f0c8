import type { ContextFlag } from '../context-options.js';

type FlagBits = Readonly<Record<ContextFlag, number>>;

/** The ISC_REQ_ bits of sspi.h. The ISC_RET_ bits of the same names are the same numbers. */
const CLIENT_BITS: FlagBits = {
  'mutual-auth': 0x00000002,
  'replay-detect': 0x00000004,
  'sequence-detect': 0x00000008,
  confidentiality: 0x00000010,
  datagram: 0x00000400,
  integrity: 0x00010000,
  identify: 0x00020000,
};

/** The ASC_REQ_ and ASC_RET_ bits. Two of them differ from the client's. */
const SERVER_BITS: FlagBits = {
  ...CLIENT_BITS,
  integrity: 0x00020000,
  identify: 0x00080000,
};

export const ASC_REQ_ALLOW_MISSING_BINDINGS = 0x10000000;

/** The side of a context. */
export type Role = 'client' | 'server';

/** What differs between the sides: the function's name, ISC_RET_ and ASC_RET_ bits. */
export const ROLES: Readonly<
  Record<Role, { stepName: string; bits: FlagBits; nullSession: number }>
> = {
  client: { stepName: 'InitializeSecurityContext', bits: CLIENT_BITS, nullSession: 0x00040000 },
  server: { stepName: 'AcceptSecurityContext', bits: SERVER_BITS, nullSession: 0x00100000 },
};

/** Both together let a connection accept each message once and in order, as NTLM does. */
const IN_ORDER: readonly ContextFlag[] = ['replay-detect', 'sequence-detect'];
const PROTECTION: readonly ContextFlag[] = ['integrity', 'confidentiality'];

/** The ISC_REQ_ bits of a client that requires these flags. */
export function clientBitsOf(flags: readonly ContextFlag[]): number {
  return bitsOf([...flags, ...impliedBy(flags)], CLIENT_BITS);
}

/** The ASC_REQ_ bits of a server that requires these flags. Its clients may request protection themselves. */
export function serverBitsOf(flags: readonly ContextFlag[]): number {
  const detections = flags.includes('datagram') ? [] : IN_ORDER;
  return bitsOf([...flags, ...detections, ...impliedBy(flags)], SERVER_BITS);
}

/** What protected messages need besides. The caller of a datagram context detects replays itself. */
function impliedBy(flags: readonly ContextFlag[]): readonly ContextFlag[] {
  const isProtected = PROTECTION.some((flag) => flags.includes(flag));
  return isProtected && !flags.includes('datagram') ? ['integrity', ...IN_ORDER] : [];
}

/** The flags whose bits are set in `sum`. */
export function flagsIn(sum: number, bits: FlagBits): ContextFlag[] {
  const names = Object.keys(bits) as ContextFlag[];
  return names.filter((name) => (sum & bits[name]) !== 0);
}

/** Whether replayed and missing messages are detected. */
export function isInOrder(flags: readonly ContextFlag[]): boolean {
  return IN_ORDER.every((flag) => flags.includes(flag));
}

export function withoutProtection(flags: readonly ContextFlag[]): ContextFlag[] {
  return flags.filter((flag) => !PROTECTION.includes(flag));
}

function bitsOf(flags: readonly ContextFlag[], bits: FlagBits): number {
  return flags.reduce((sum, flag) => (sum | bits[flag]) >>> 0, 0);
}
