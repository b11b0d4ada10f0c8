import { quoteName } from '../control-characters.js';
import { SspiError } from '../error.js';
import type { Etype } from './crypto/etype.js';
import type { WeakEtypeName } from './crypto/etypes.js';
import type { ProtocolKey } from './crypto/protocol-key.js';
import type { Principal, PrincipalName } from './messages/principal-name.js';
import type { Ticket } from './messages/ticket.js';
import { formatPrincipal, isSameName } from './principal-text.js';
import { requireEtype } from './receive-key.js';
import { isTarget } from './targets.js';

/** The key usage of a ticket (RFC 4120 7.5.1). */
export const TICKET_USAGE = 2;

/** The greatest number of keys that are tried for one ticket, which anybody can send. */
const MAX_TRIALS = 16;
/** The greatest number of keys, and of names, that an error lists. */
const MAX_DESCRIBED = 8;

/** A long-term key of a service. */
export interface ServiceKey {
  /** Those that have this key. */
  readonly principals: readonly Principal[];
  readonly kvno: number;
  readonly key: ProtocolKey;
}

/**
 * The keys that a ticket may have: those of its realm and, with targets, those of a target. The name in the ticket does
 * not choose, because it is outside the encryption (RFC 4120 5.3): an attacker could send a ticket for another service
 * under the name of this one.
 *
 * @throws SspiError SEC_E_NO_KERB_KEY if there are none
 */
export function keysFor(
  { sname, realm }: Ticket,
  keys: readonly ServiceKey[],
  targets: readonly string[] | undefined,
): ServiceKey[] {
  const isOfTarget = ({ name }: Principal) => targets === undefined || isTarget(name, targets);
  // The keytab of an account of Active Directory may have the name of the account only, such as SRV$.
  const isWanted = keys.some(hasPrincipal(isOfTarget)) ? isOfTarget : isAccount;
  const found = keys.filter(
    hasPrincipal((principal) => isSameRealm(principal.realm, realm) && isWanted(principal)),
  );
  if (found.length > 0) return found;
  const whose = targets === undefined ? '' : ' for a target';
  const problem = `the ticket is for ${nameOf(sname, realm)}, and the keytab has no key${whose} in its realm: klist -ek shows what it has`;
  throw new SspiError('SEC_E_NO_KERB_KEY', problem);
}

function hasPrincipal(isWanted: (principal: Principal) => boolean) {
  return ({ principals }: ServiceKey): boolean => principals.some(isWanted);
}

function isAccount({ name }: Principal): boolean {
  return name.nameString.length === 1;
}

/** In any case: administrators write realms in either, and the realm of a ticket is not authenticated. */
function isSameRealm(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/**
 * Decrypts a ticket with the key that has its encryption type and version.
 *
 * An account of Active Directory has one key and many names, so a key of another name is tried, too: whoever can
 * encrypt a ticket with it is the KDC or the service itself. Keys of the ticket's name come first, and then newer ones.
 * A ticket that fits none costs at most {@link MAX_TRIALS} decryptions.
 *
 * @returns the plaintext, which the caller overwrites
 * @throws SspiError SEC_E_KDC_UNKNOWN_ETYPE, SEC_E_NO_KERB_KEY, SEC_E_MESSAGE_ALTERED
 */
export function decryptTicket(
  keys: readonly ServiceKey[],
  ticket: Ticket,
  allowWeak: readonly WeakEtypeName[],
): Uint8Array {
  const { etype, kvno, cipher } = ticket.encPart;
  const ticketEtype = requireEtype('the ticket', etype, allowWeak);
  const usable = keys.filter(
    (entry) => entry.key.etype.number === etype && (kvno === undefined || entry.kvno === kvno),
  );
  if (usable.length === 0) {
    const problem = `there is no key for the ticket: ${describeBoth(ticket, ticketEtype, keys)}. Export the keytab again`;
    throw new SspiError('SEC_E_NO_KERB_KEY', problem);
  }
  for (const { key } of usable.length === 1 ? usable : keysToTry(usable, ticket.sname)) {
    try {
      return key.decrypt(TICKET_USAGE, cipher);
    } catch (error) {
      if (!(error instanceof SspiError && error.code === 'SEC_E_MESSAGE_ALTERED')) throw error;
    }
  }
  const problem = `the ticket is for another key, or it was altered: ${describeBoth(ticket, ticketEtype, keys)}. The keytab may be old`;
  throw new SspiError('SEC_E_MESSAGE_ALTERED', problem);
}

/** Keys of the name first, and then newer ones. */
function keysToTry(keys: readonly ServiceKey[], sname: PrincipalName): ServiceKey[] {
  const isNamed = ({ principals }: ServiceKey) =>
    principals.some(({ name }) => isSameName(name, sname));
  const byAge = newestFirst(keys);
  const byName = [...byAge.filter(isNamed), ...byAge.filter((entry) => !isNamed(entry))];
  return byName.slice(0, MAX_TRIALS);
}

function newestFirst(keys: readonly ServiceKey[]): ServiceKey[] {
  return keys.toSorted((a, b) => b.kvno - a.kvno);
}

/** What a ticket has outside its encryption, and what the keytab has. */
function describeBoth(
  { sname, realm, encPart }: Ticket,
  etype: Etype,
  keys: readonly ServiceKey[],
): string {
  return `it is for ${nameOf(sname, realm)} and has ${describeKey(encPart.kvno, etype)}; ${describeKeytab(keys)}`;
}

function nameOf(sname: PrincipalName, realm: string): string {
  return quoteName(formatPrincipal(sname, realm)) ?? 'another service';
}

/** The kvno and encryption type are no secret: a ticket has both outside its encryption. */
function describeKey(kvno: number | undefined, { number, name }: Etype): string {
  return `${kvno === undefined ? 'no kvno' : `kvno ${kvno}`} with etype ${number} (${name})`;
}

/** Newer keys first. */
function describeKeytab(keys: readonly ServiceKey[]): string {
  if (keys.length === 0) return 'the keytab has no key';
  const described = firstOf(newestFirst(keys), ({ kvno, key }) => [describeKey(kvno, key.etype)]);
  const names = firstOf(keys, ({ principals }) =>
    principals.map(({ name, realm }) => formatPrincipal(name, realm)),
  );
  return `the keytab has ${described}, of ${names}`;
}

/** The first different texts of the keys. */
function firstOf(
  keys: readonly ServiceKey[],
  describe: (key: ServiceKey) => readonly string[],
): string {
  const different = new Set<string>();
  for (const key of keys) {
    for (const text of describe(key)) different.add(text);
    if (different.size > MAX_DESCRIBED) break;
  }
  const others = different.size > MAX_DESCRIBED ? ' and others' : '';
  return `${[...different].slice(0, MAX_DESCRIBED).join(', ')}${others}`;
}
