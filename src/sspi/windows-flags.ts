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

/** What protected messages of a connection are also asked to have, as NTLM's have: each comes once, in order. */
const IN_ORDER: readonly ContextFlag[] = ['integrity', 'replay-detect', 'sequence-detect'];

/** The bits that a context with these flags asks for. */
export function bitsOf(flags: readonly ContextFlag[], bits: FlagBits): number {
  const isProtected = flags.includes('integrity') || flags.includes('confidentiality');
  const brought = isProtected && !flags.includes('datagram') ? IN_ORDER : [];
  return [...flags, ...brought].reduce((sum, flag) => (sum | bits[flag]) >>> 0, 0);
}

export function flagsIn(sum: number, bits: FlagBits): ContextFlag[] {
  const names = Object.keys(bits) as ContextFlag[];
  return names.filter((name) => (sum & bits[name]) !== 0);
}
