import type { WeakSecurity } from '../../context-options.js';
import { invalidHandle } from '../../failure.js';
import type { KerberosConfiguration } from '../configuration/configuration.js';
import { isWeakEtype } from '../crypto/etypes.js';
import type { ServiceTicket } from '../initiator.js';
import type { KdcConnection } from './kdc-connection.js';
import { isGrantingRejection } from './kdc-error.js';
import type { KdcTicket } from './kdc-ticket.js';
import { parseTarget, type Target } from './parse-target.js';
import { requestedEtypes } from './requested-etypes.js';
import { SharedCalls } from './shared-calls.js';
import { type RequestedEtypes, requestServiceTicket } from './tgs-exchange.js';
import { isFresh } from './ticket-lifetime.js';
import type { TicketSource } from './ticket-source.js';

/** What the tickets of a client come from: a logon or a credential cache. */
export interface TicketOrigin {
  /**
   * Gets a ticket-granting ticket for the realm of the client.
   *
   * @throws SspiError
   */
  logOn(signal: AbortSignal): Promise<KdcTicket>;
  /**
   * Checks that kept tickets are still those of the client.
   *
   * @throws SspiError
   */
  check(): Promise<void>;
  /** Finds a ticket for a service that is there already. @throws SspiError */
  find(target: Target, requested: RequestedEtypes): Promise<KdcTicket | undefined>;
  /** Adds a ticket for a service, for others. */
  add(ticket: KdcTicket): Promise<void>;
  /** Overwrites the keys. */
  close(): void;
}

/** What {@link ClientTickets} needs. */
export interface TicketSettings {
  readonly configuration: KerberosConfiguration;
  readonly connection: KdcConnection;
  readonly origin: TicketOrigin;
}

/** A ticket for a service. */
interface Kept {
  readonly ticket: KdcTicket;
  /** Whether the service rejected it. The key is overwritten then. */
  readonly isRejected: boolean;
}

/** The number of service tickets that are kept. */
const MAX_TICKETS = 1000;

/** The tickets of a client: the one of its logon, which is renewed in time, and those for services. */
export class ClientTickets implements TicketSource {
  readonly #settings: TicketSettings;
  readonly #closing = new AbortController();
  readonly #services = new Map<string, Kept>();
  readonly #calls = new SharedCalls<KdcTicket>();
  #granting: KdcTicket | undefined;

  constructor(settings: TicketSettings) {
    this.#settings = settings;
  }

  /** Logs on now, if no logon is valid. @throws SspiError with the reason of the KDC */
  async logOn(): Promise<void> {
    await this.#logOn(this.#closing.signal);
  }

  async ticketFor(
    target: string | undefined,
    allowWeak: readonly WeakSecurity[],
    closing: AbortController,
  ): Promise<ServiceTicket> {
    const { configuration, origin } = this.#settings;
    const weak = allowWeak.filter(isWeakEtype);
    const name = JSON.stringify([target, weak]);
    if (this.#services.has(name)) await origin.check();
    this.#requireOpen();
    const kept = this.#services.get(name);
    const isRejected = kept?.isRejected === true;
    if (kept !== undefined && !isRejected && isFresh(kept.ticket)) {
      return serviceTicketOf(kept.ticket);
    }
    const service = parseTarget(target, configuration);
    const ticket = await this.#calls.run(name, closing.signal, async (limited) => {
      const requested = { etypes: requestedEtypes(configuration, weak), allowWeak: weak };
      // What the origin has can be the rejected ticket.
      const found = isRejected ? undefined : await origin.find(service, requested);
      const next = found ?? (await this.#request(service, requested, limited));
      this.#keep(name, next);
      return next;
    });
    return serviceTicketOf(ticket);
  }

  dropTicket({ ticket: bytes }: ServiceTicket): void {
    for (const [name, { ticket }] of this.#services) {
      if (ticket.ticket !== bytes) continue;
      ticket.key.close();
      this.#services.set(name, { ticket, isRejected: true });
    }
  }

  close(): void {
    this.#closing.abort();
    this.#calls.close();
    this.#settings.origin.close();
    this.#granting?.key.close();
    for (const { ticket } of this.#services.values()) ticket.key.close();
    this.#services.clear();
  }

  async #request(
    service: Target,
    requested: RequestedEtypes,
    signal: AbortSignal,
  ): Promise<KdcTicket> {
    const { connection, origin } = this.#settings;
    const request = (granting: KdcTicket) =>
      requestServiceTicket(connection, granting, service, requested, signal);
    const kept = this.#granting;
    const granting = await this.#logOn(signal);
    const ticket = await request(granting).catch(async (error: unknown) => {
      // A new one would be rejected as well.
      if (granting !== kept || !isGrantingRejection(error)) throw error;
      this.#dropGranting(granting);
      return request(await this.#logOn(signal));
    });
    if (isFresh(ticket)) await origin.add(ticket);
    return ticket;
  }

  async #logOn(signal: AbortSignal): Promise<KdcTicket> {
    if (this.#granting !== undefined && isFresh(this.#granting)) return this.#granting;
    return this.#calls.run('', signal, async (limited) => {
      const ticket = await this.#settings.origin.logOn(limited);
      this.#requireOpen(ticket);
      if (this.#granting !== undefined) this.#dropGranting(this.#granting);
      this.#granting = ticket;
      return ticket;
    });
  }

  #dropGranting(ticket: KdcTicket): void {
    ticket.key.close();
    if (this.#granting === ticket) this.#granting = undefined;
  }

  #keep(name: string, ticket: KdcTicket): void {
    this.#requireOpen(ticket);
    this.#drop(name);
    const [oldest] = this.#services.keys();
    if (this.#services.size >= MAX_TICKETS && oldest !== undefined) this.#drop(oldest);
    this.#services.set(name, { ticket, isRejected: false });
  }

  #drop(name: string): void {
    this.#services.get(name)?.ticket.key.close();
    this.#services.delete(name);
  }

  #requireOpen(ticket?: KdcTicket): void {
    if (!this.#closing.signal.aborted) return;
    ticket?.key.close();
    throw invalidHandle('the credentials are closed');
  }
}

function serviceTicketOf({ ticket, key, client }: KdcTicket): ServiceTicket {
  return {
    ticket,
    sessionKey: key.share(),
    crealm: client.realm,
    cname: client.name,
  };
}
