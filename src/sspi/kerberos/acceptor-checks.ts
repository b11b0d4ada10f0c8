import { timingSafeEqual } from 'node:crypto';
import { hasControlCharacters } from '../control-characters.js';
import { hashChannelBindings } from '../crypto/bindings-hash.js';
import { SspiError } from '../error.js';
import { invalidToken, logonDenied } from '../failure.js';
import type { CheckedAccept } from '../provider.js';
import { knowsBindings } from './authenticator-data.js';
import type { Authenticator } from './messages/ap-request.js';
import {
  type AuthenticatorChecksum,
  decodeAuthenticatorChecksum,
  GSS_CHECKSUM_TYPE,
} from './messages/authenticator-checksum.js';
import { NT_WELLKNOWN } from './messages/principal-name.js';
import { type EncTicketPart, INVALID_TICKET } from './messages/ticket.js';
import { isSameName } from './principal-text.js';

// The checks of an AP-REQ besides its keys (RFC 4120 3.2.3).

/** Bits of TicketFlags (RFC 4120 5.3, RFC 8062 3). */
const ANONYMOUS = 0x00008000;
const TRANSITED_POLICY_CHECKED = 0x00080000;

/**
 * Checks the times of a ticket and its flags.
 *
 * @param now in seconds since 1970
 * @throws SspiError SEC_E_TIME_SKEW if it is not valid yet, SEC_E_CONTEXT_EXPIRED if it is expired,
 * SEC_E_LOGON_DENIED for a path of realms that no KDC has checked
 */
export function checkTicket(part: EncTicketPart, now: number, skew: number): void {
  const start = part.starttime ?? part.authtime;
  if (start > now + skew || (part.flags & INVALID_TICKET) !== 0) {
    throw new SspiError(
      'SEC_E_TIME_SKEW',
      'the ticket is not valid yet: compare the clocks of KDC and server',
    );
  }
  if (part.endtime < now - skew) {
    throw new SspiError(
      'SEC_E_CONTEXT_EXPIRED',
      'the ticket is expired: the client must get a new one',
    );
  }
  const isChecked = (part.flags & TRANSITED_POLICY_CHECKED) !== 0;
  if (part.transited.contents.length > 0 && !isChecked) throw logonDenied();
}

/**
 * Checks that a ticket names a client. Anybody gets a ticket without a name in a realm that has anonymous PKINIT
 * (RFC 8062). A service must know a well-known name to accept it (RFC 6111 3), and this one knows none. Names are
 * compared in any case, as Active Directory does.
 *
 * @throws SspiError SEC_E_LOGON_DENIED for an anonymous client, a well-known or an empty name, or one with control
 * characters
 */
export function checkClient({ flags, crealm, cname }: EncTicketPart): void {
  const { nameType, nameString } = cname;
  const isWellKnown =
    nameType === NT_WELLKNOWN ||
    nameString[0]?.toUpperCase() === 'WELLKNOWN' ||
    crealm.toUpperCase().startsWith('WELLKNOWN:');
  const isNamed = nameString.length > 0 && [crealm, ...nameString].every((part) => part !== '');
  if ((flags & ANONYMOUS) !== 0 || isWellKnown || !isNamed) throw logonDenied();
  if ([crealm, ...nameString].some(hasControlCharacters)) throw logonDenied();
}

/**
 * Checks that an authenticator belongs to the ticket and to the present.
 *
 * @throws SspiError SEC_E_LOGON_DENIED for another client, SEC_E_TIME_SKEW
 */
export function checkAuthenticator(
  { crealm, cname, ctime, cusec }: Authenticator,
  part: EncTicketPart,
  now: number,
  skew: number,
): void {
  if (crealm !== part.crealm || !isSameName(cname, part.cname)) throw logonDenied();
  if (Math.abs(ctime + cusec / 1_000_000 - now) > skew) {
    const problem = `the clocks of client and server differ by more than ${skew} s: set them by NTP`;
    throw new SspiError('SEC_E_TIME_SKEW', problem);
  }
}

/** @throws SspiError SEC_E_INVALID_TOKEN without the checksum 0x8003 (RFC 4121 4.1.1) */
export function readChecksumOf({ cksum }: Authenticator): AuthenticatorChecksum {
  if (cksum?.cksumtype !== GSS_CHECKSUM_TYPE) {
    throw invalidToken('the authenticator has no checksum of the type 0x8003');
  }
  return decodeAuthenticatorChecksum(cksum.checksum);
}

/** @throws SspiError SEC_E_BAD_BINDINGS */
export function checkBindings(
  { bindings }: AuthenticatorChecksum,
  authenticator: Authenticator,
  { channelBindings, channelBindingPolicy }: CheckedAccept,
): void {
  if (channelBindings === undefined || channelBindingPolicy === 'ignore') return;
  if (timingSafeEqual(bindings, hashChannelBindings(channelBindings))) return;
  const isAbsent = bindings.every((byte) => byte === 0);
  // A client that knows channel bindings and has none sees no channel: somebody may be relaying it.
  if (isAbsent && channelBindingPolicy === 'accept' && !knowsBindings(authenticator)) return;
  const problem = isAbsent ? 'the client has no channel bindings' : 'the channel bindings differ';
  throw new SspiError('SEC_E_BAD_BINDINGS', problem);
}
