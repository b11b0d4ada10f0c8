import { MAX_TOKEN } from '../../arguments.js';
import { SspiError } from '../../error.js';
import { invalidToken } from '../../failure.js';
import { MAX_SKEW, secondsNow } from '../clock.js';
import { findEtype, type WeakEtypeName } from '../crypto/etypes.js';
import type { EncKdcRepPart, KdcRep } from '../messages/kdc-reply.js';
import type { PrincipalName } from '../messages/principal-name.js';
import { INVALID_TICKET } from '../messages/ticket.js';
import { isSameName } from '../principal-text.js';
import { receiveKey } from '../receive-key.js';
import type { KdcTicket } from './kdc-ticket.js';

/** The largest ticket that leaves room for the rest of the AP-REQ and for SPNEGO in a token. */
const MAX_TICKET = MAX_TOKEN - 2048;

/** What a reply must have for its request. */
export interface ExpectedReply {
  /** The message and its sender, for errors. */
  readonly what: string;
  readonly nonce: number;
  /** The realm of the KDC. */
  readonly realm: string;
  readonly etypes: readonly number[];
  readonly isClient: (realm: string, name: PrincipalName) => boolean;
  readonly isServer: (name: PrincipalName) => boolean;
}

/**
 * Checks a reply against its request (RFC 4120 3.1.5, 3.3.4) and takes the ticket out of it. The names beside the
 * encrypted part are not authenticated: they must be those that were asked for.
 *
 * @param part the decrypted part
 * @param allowWeak the weak encryption types of the session key
 * @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_TIME_SKEW, SEC_E_CONTEXT_EXPIRED, SEC_E_KDC_UNKNOWN_ETYPE;
 * SEC_E_INVALID_TOKEN for a ticket that does not fit into a token
 */
export function ticketOf(
  reply: KdcRep,
  part: EncKdcRepPart,
  expected: ExpectedReply,
  allowWeak: readonly WeakEtypeName[],
): KdcTicket {
  const { what, nonce, realm, etypes, isClient, isServer } = expected;
  const { crealm, cname, ticket } = reply;
  const fail = (problem: string) => {
    throw new SspiError('SEC_E_MESSAGE_ALTERED', `${what} ${problem}`);
  };
  if (part.nonce !== nonce) fail('answers another request: its nonce differs');
  if (!isClient(crealm, cname)) {
    fail('is for another client or realm: write the realm as the KDC does, in full');
  }
  if (part.srealm !== realm || !isServer(part.sname)) fail('is for another service');
  if (ticket.realm !== part.srealm || !isSameName(ticket.sname, part.sname)) {
    fail('has a ticket for another service');
  }
  if (ticket.der.length > MAX_TICKET) {
    const problem = `${what} has a ticket of ${ticket.der.length} bytes, of ${MAX_TICKET} allowed`;
    throw invalidToken(problem);
  }
  checkTimes(what, part);
  if (!etypes.includes(part.key.keytype)) {
    const problem = `${what} has a session key of the encryption type ${part.key.keytype}, which was not requested`;
    throw new SspiError('SEC_E_KDC_UNKNOWN_ETYPE', problem);
  }
  const { flags, authtime, starttime, endtime, renewTill } = part;
  return {
    client: { realm: crealm, name: cname },
    server: { realm, name: part.sname },
    key: receiveKey('the session key', part.key, allowWeak),
    ...{ flags, authtime, starttime, endtime, renewTill },
    ticket: new Uint8Array(ticket.der),
  };
}

/** Whether the encrypted part may have this encryption type. @throws SspiError SEC_E_KDC_UNKNOWN_ETYPE */
export function checkReplyEtype(what: string, number: number, etypes: readonly number[]): void {
  if (etypes.includes(number)) return;
  const problem = `${what} has the encryption type ${number}, which was not requested`;
  throw new SspiError('SEC_E_KDC_UNKNOWN_ETYPE', problem);
}

/**
 * Checks that a key protects the ticket that is not weak: whoever finds it makes tickets of his own.
 *
 * @throws SspiError SEC_E_KDC_UNKNOWN_ETYPE
 */
export function checkTicketEtype(
  what: string,
  number: number,
  allowWeak: readonly WeakEtypeName[],
): void {
  if (findEtype(number, allowWeak) !== undefined) return;
  const problem = `${what} has a ticket of the encryption type ${number}, which is unknown or not allowed: give the account of the service an AES key`;
  throw new SspiError('SEC_E_KDC_UNKNOWN_ETYPE', problem);
}

/**
 * Checks the time of a logon, which is that of the KDC.
 *
 * @throws SspiError SEC_E_TIME_SKEW
 */
export function checkClock(what: string, { authtime }: EncKdcRepPart): void {
  const difference = Math.round(Math.abs(authtime - secondsNow()));
  if (difference <= MAX_SKEW) return;
  const problem = `${what} says that the clocks of client and KDC differ by ${difference} s, allowed are ${MAX_SKEW}: set them by NTP`;
  throw new SspiError('SEC_E_TIME_SKEW', problem);
}

function checkTimes(
  what: string,
  { flags, authtime, starttime = authtime, endtime }: EncKdcRepPart,
): void {
  const now = secondsNow();
  if (starttime > now + MAX_SKEW || (flags & INVALID_TICKET) !== 0) {
    const problem = `${what} has a ticket that is not valid yet: compare the clocks of client and KDC`;
    throw new SspiError('SEC_E_TIME_SKEW', problem);
  }
  if (endtime > now) return;
  const problem = `${what} has a ticket that is expired: compare the clocks of client and KDC`;
  throw new SspiError('SEC_E_CONTEXT_EXPIRED', problem);
}
