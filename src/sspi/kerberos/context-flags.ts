import type { ContextFlag } from '../context-options.js';
import { unsupported } from '../failure.js';

/** The flags of a Kerberos context. */
export type KerberosContextFlag = Exclude<ContextFlag, 'datagram'>;

/** The GSS_C_ flags in the checksum 0x8003 (RFC 4121 4.1.1.1), and GSS_C_IDENTIFY_FLAG of MS-KILE 3.2.1. */
const BITS: Readonly<Record<KerberosContextFlag, number>> = {
  'mutual-auth': 0x2,
  'replay-detect': 0x4,
  'sequence-detect': 0x8,
  confidentiality: 0x10,
  integrity: 0x20,
  identify: 0x2000,
};

/** GSS_C_DCE_STYLE: a third message of the handshake (MS-KILE 3.2.1). */
const DCE_STYLE = 0x1000;

/** A connection accepts each message once and in order, as with NTLM. */
const IN_ORDER = BITS['replay-detect'] | BITS['sequence-detect'];
const PROTECTION = BITS.integrity | BITS.confidentiality;

/**
 * The GSS_C_ flags that a side requires. Protected messages need integrity and both detections.
 *
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for datagrams
 */
export function gssFlagsOf(flags: readonly ContextFlag[]): number {
  const bits = flags.reduce((sum, flag) => {
    if (flag === 'datagram') throw unsupported('Kerberos has no datagram contexts here');
    return sum | BITS[flag];
  }, 0);
  const isProtected = (bits & (PROTECTION | IN_ORDER)) !== 0;
  return isProtected ? bits | BITS.integrity | IN_ORDER : bits;
}

/** The context flags that GSS_C_ flags provide. Without both detections a context counts as unprotected. */
export function contextFlagsOf(bits: number): KerberosContextFlag[] {
  const isProtected = (bits & PROTECTION) !== 0 && (bits & IN_ORDER) === IN_ORDER;
  const given = isProtected ? bits | BITS.integrity : withoutProtection(bits);
  const names = Object.keys(BITS) as KerberosContextFlag[];
  return names.filter((name) => (given & BITS[name]) !== 0);
}

/** The GSS_C_ flags of a context that protects no messages. */
export function withoutProtection(bits: number): number {
  return bits & ~(PROTECTION | IN_ORDER);
}

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION if a flag that this side requires is missing */
export function requireFlags(given: readonly KerberosContextFlag[], required: number): void {
  const missing = contextFlagsOf(required).filter((flag) => !given.includes(flag));
  if (missing.length === 0) return;
  throw unsupported(`the other side does not offer ${missing.join(', ')}`);
}

export function wantsMutualAuth(bits: number): boolean {
  return (bits & BITS['mutual-auth']) !== 0;
}

export function isDceStyle(bits: number): boolean {
  return (bits & DCE_STYLE) !== 0;
}
