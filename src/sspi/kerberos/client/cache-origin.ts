import { SspiError } from '../../error.js';
import { secretCopy } from '../../secret.js';
import type { CachedTicket } from '../ccache/cache-file.js';
import { appendTicket, cacheState, readCredentialCache } from '../ccache/credential-cache.js';
import { MAX_SKEW, secondsNow } from '../clock.js';
import { findEtype, type WeakEtypeName } from '../crypto/etypes.js';
import { ProtocolKey } from '../crypto/protocol-key.js';
import type { Principal } from '../messages/principal-name.js';
import { decodeTicket, INVALID_TICKET } from '../messages/ticket.js';
import { isSameName, isSamePrincipal } from '../principal-text.js';
import type { TicketOrigin } from './client-tickets.js';
import { grantedRealm, type KdcTicket } from './kdc-ticket.js';
import type { Target } from './parse-target.js';
import type { RequestedEtypes } from './tgs-exchange.js';
import { isFresh } from './ticket-lifetime.js';

/** A credential cache. It is read again for each ticket: somebody else logs on, such as kinit, and renews the logon. */
export class CacheOrigin implements TicketOrigin {
  readonly #name: string;
  readonly #client: Principal;
  readonly #allowWeak: readonly WeakEtypeName[];
  /** Of the file when its client was last compared. */
  #state: string | undefined;

  private constructor(name: string, client: Principal, allowWeak: readonly WeakEtypeName[]) {
    this.#name = name;
    this.#client = client;
    this.#allowWeak = allowWeak;
  }

  /**
   * @param allowWeak the weak encryption types of the session key of a ticket-granting ticket
   * @throws SspiError SEC_E_NO_CREDENTIALS without a valid ticket, SEC_E_UNKNOWN_CREDENTIALS
   */
  static async open(name: string, allowWeak: readonly WeakEtypeName[]): Promise<CacheOrigin> {
    const { principal, tickets } = await readCredentialCache(name);
    for (const { key } of tickets) key.keyvalue.fill(0);
    if (tickets.some(isValid)) return new CacheOrigin(name, principal, allowWeak);
    throw noTicket('no valid ticket', principal);
  }

  /** The tickets end with the cache: after kdestroy, and after kinit of another user. */
  async check(): Promise<void> {
    const state = await cacheState(this.#name);
    if (state === this.#state) return;
    await this.#find(() => false);
    this.#state = state;
  }

  async logOn(): Promise<KdcTicket> {
    const { realm } = this.#client;
    const ticket = await this.#find(
      ({ server, key }) =>
        server.realm === realm &&
        grantedRealm(server.name) === realm &&
        findEtype(key.keytype, this.#allowWeak) !== undefined,
    );
    if (ticket !== undefined) return ticket;
    throw noTicket('no valid ticket-granting ticket', this.#client);
  }

  async find(
    { realm, name }: Target,
    { etypes, allowWeak }: RequestedEtypes,
  ): Promise<KdcTicket | undefined> {
    return this.#find(
      (cached) =>
        isSameName(cached.server.name, name) &&
        (realm === undefined || cached.server.realm === realm) &&
        etypes.includes(cached.key.keytype) &&
        isFresh(cached) &&
        isAllowed(cached.ticket, allowWeak),
    );
  }

  /** A cache that cannot be written is no obstacle: the ticket is there. */
  async add({ key, ...ticket }: KdcTicket): Promise<void> {
    const { authtime, starttime = authtime, endtime, renewTill = 0 } = ticket;
    const keyvalue = secretCopy(key.bytes);
    try {
      await appendTicket(this.#name, {
        ...ticket,
        key: { keytype: key.etype.number, keyvalue },
        authtime: toTimestamp(authtime),
        starttime: toTimestamp(starttime),
        endtime: toTimestamp(endtime),
        renewTill: toTimestamp(renewTill),
      });
    } catch (error) {
      if (!(error instanceof SspiError)) throw error;
    } finally {
      keyvalue.fill(0);
    }
  }

  /** It has no keys of its own. */
  close(): void {}

  /** The wanted ticket that is valid for the longest time, and of several the last one: it may replace a rejected one. */
  async #find(isWanted: (ticket: CachedTicket) => boolean): Promise<KdcTicket | undefined> {
    const { principal, tickets } = await readCredentialCache(this.#name);
    try {
      if (!isSamePrincipal(principal, this.#client)) {
        const problem = 'the credential cache now belongs to another client: acquire credentials';
        throw new SspiError('SEC_E_NO_CREDENTIALS', problem);
      }
      const [best] = tickets
        .filter((ticket) => isValid(ticket) && isWanted(ticket))
        .reverse()
        .sort((a, b) => b.endtime - a.endtime);
      return best && kdcTicketOf(best);
    } finally {
      for (const { key } of tickets) key.keyvalue.fill(0);
    }
  }
}

/** The nearest time that a credential cache can hold: from 1970 to 2106. The years of a KDC are 100 to 9999. */
function toTimestamp(seconds: number): number {
  return Math.min(Math.max(seconds, 0), 2 ** 32 - 1);
}

function isValid({ flags, starttime, endtime }: CachedTicket): boolean {
  const now = secondsNow();
  return (flags & INVALID_TICKET) === 0 && starttime <= now + MAX_SKEW && endtime > now;
}

/** Whether a ticket has an encryption type that is allowed. What is no ticket has none. */
function isAllowed(ticket: Uint8Array, allowWeak: readonly WeakEtypeName[]): boolean {
  try {
    return findEtype(decodeTicket(ticket).encPart.etype, allowWeak) !== undefined;
  } catch (error) {
    if (error instanceof SspiError) return false;
    throw error;
  }
}

function kdcTicketOf({ key, ...ticket }: CachedTicket): KdcTicket {
  const etype = findEtype(key.keytype, ['rc4-hmac']);
  if (etype === undefined) throw new Error('the caller knows the encryption type');
  return { ...ticket, key: new ProtocolKey(etype, key.keyvalue) };
}

function noTicket(what: string, { realm }: Principal): SspiError {
  const problem = `the credential cache has ${what} of the realm ${realm}: log on with kinit`;
  return new SspiError('SEC_E_NO_CREDENTIALS', problem);
}
