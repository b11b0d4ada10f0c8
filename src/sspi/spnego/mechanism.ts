import type { NegotiateMechanism } from '../credentials.js';
import { SspiError, type SspiErrorCode } from '../error.js';
import { KERBEROS, MICROSOFT_KERBEROS } from '../kerberos/messages/gss-token.js';
import type { Handshake } from '../session.js';
import { NTLM } from './token.js';

/** A mechanism that SPNEGO can choose, with its own handshake. */
export interface Mechanism {
  readonly name: NegotiateMechanism;
  readonly handshake: Handshake;
}

/** The OID with which a client offers a mechanism. */
export const OID_OF: Readonly<Record<NegotiateMechanism, string>> = { Kerberos: KERBEROS, NTLM };

const NAMES: ReadonlyMap<string, NegotiateMechanism> = new Map([
  [KERBEROS, 'Kerberos'],
  // The same mechanism under another OID (MS-SPNG 3.1.5.2).
  [MICROSOFT_KERBEROS, 'Kerberos'],
  [NTLM, 'NTLM'],
]);

/** The mechanism of an OID; undefined if it is unknown. */
export function mechanismOf(oid: string | undefined): NegotiateMechanism | undefined {
  return oid === undefined ? undefined : NAMES.get(oid);
}

/** Why Kerberos cannot begin: the service, the KDC or the tickets are missing. */
const ABSENCES: readonly SspiErrorCode[] = [
  'SEC_E_TARGET_UNKNOWN',
  'SEC_E_NO_AUTHENTICATING_AUTHORITY',
  'SEC_E_NO_CREDENTIALS',
];

/**
 * Whether another mechanism of the caller's list may take the place of one that failed so, before it sent a token. Any
 * other failure, such as a KDC's rejection, is final.
 */
export function isAbsence(error: unknown): boolean {
  return error instanceof SspiError && ABSENCES.includes(error.code);
}
