import { timingSafeEqual } from 'node:crypto';
import { hashChannelBindings } from '../crypto/bindings-hash.js';
import { SspiError } from '../error.js';
import { invalidToken, logonDenied } from '../failure.js';
import type { CheckedAccept } from '../provider.js';
import type { Authenticator } from './messages/ap-request.js';
import {
  type AuthenticatorChecksum,
  decodeAuthenticatorChecksum,
  GSS_CHECKSUM_TYPE,
} from './messages/authenticator-checksum.js';
import {
  type AuthorizationDataElement,
  decodeAuthorizationData,
} from './messages/authorization-data.js';
import type { EncTicketPart, Ticket } from './messages/ticket.js';
import { isSameName } from './principal-text.js';

// The checks of an AP-REQ besides its keys (RFC 4120 3.2.3).

/** Bits of TicketFlags (RFC 4120 5.3). */
const INVALID_TICKET = 0x01000000;
const TRANSITED_POLICY_CHECKED = 0x00080000;

/** Elements of authorization data (RFC 4120 5.2.6, MS-KILE 3.2.5.8). */
const AD_IF_RELEVANT = 1;
const AD_AUTH_DATA_AP_OPTIONS = 143;
const KERB_AP_OPTIONS_CBT = 0x4000;

/** @throws SspiError SEC_E_WRONG_PRINCIPAL unless the ticket is for one of the targets, in any case */
export function checkService({ sname }: Ticket, { targets }: CheckedAccept): void {
  if (targets === undefined) return;
  const named = sname.nameString.join('/').toLowerCase();
  if (targets.some((target) => target.toLowerCase() === named)) return;
  throw new SspiError('SEC_E_WRONG_PRINCIPAL', 'the ticket is for another target');
}

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
    throw new SspiError('SEC_E_TIME_SKEW', 'the ticket is not valid yet');
  }
  if (part.endtime < now - skew) {
    throw new SspiError('SEC_E_CONTEXT_EXPIRED', 'the ticket is expired');
  }
  const isChecked = (part.flags & TRANSITED_POLICY_CHECKED) !== 0;
  if (part.transited.contents.length > 0 && !isChecked) throw logonDenied();
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
    const problem = `the clocks of client and server differ by more than ${skew} s`;
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
  // A client that knows channel bindings and has none is on another channel (MS-KILE 3.4.5).
  if (isAbsent && channelBindingPolicy === 'accept' && !knowsBindings(authenticator)) return;
  const problem = isAbsent ? 'the client has no channel bindings' : 'the channel bindings differ';
  throw new SspiError('SEC_E_BAD_BINDINGS', problem);
}

/** Whether the client says that it sends channel bindings wherever it has some (MS-KILE 3.2.5.8). */
function knowsBindings({ authorizationData = [] }: Authenticator): boolean {
  return authorizationData.some((element) => {
    const inner = element.adType === AD_IF_RELEVANT ? decodeAuthorizationData(element.adData) : [];
    return [element, ...inner].some(hasBindingOption);
  });
}

function hasBindingOption({ adType, adData }: AuthorizationDataElement): boolean {
  if (adType !== AD_AUTH_DATA_AP_OPTIONS) return false;
  if (adData.length !== 4) throw invalidToken('AD-AUTH-DATA-AP-OPTIONS does not have 4 bytes');
  return (Buffer.from(adData).readUInt32LE() & KERB_AP_OPTIONS_CBT) !== 0;
}
