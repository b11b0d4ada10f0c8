import { invalidToken } from '../../failure.js';
import type { CheckedInitialize } from '../../provider.js';
import type { Step } from '../../security-context.js';
import type { Handshake } from '../../session.js';
import { gssFlagsOf } from '../context-flags.js';
import { KerberosInitiator, type ServiceTicket } from '../initiator.js';
import type { KerberosSession } from '../session.js';
import type { TicketSource } from './ticket-source.js';

/** The client's side of a handshake: it gets a ticket for its target, and shows it. */
export class KerberosClient implements Handshake {
  readonly #source: TicketSource;
  readonly #options: CheckedInitialize;
  readonly #closing = new AbortController();
  #ticket: ServiceTicket | undefined;
  #initiator: KerberosInitiator | undefined;

  /** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for datagrams */
  constructor(source: TicketSource, options: CheckedInitialize) {
    gssFlagsOf(options.flags);
    this.#source = source;
    this.#options = options;
  }

  get session(): KerberosSession | undefined {
    return this.#initiator?.session;
  }

  async step(token: Uint8Array): Promise<Step> {
    if (this.#initiator !== undefined) return this.#finish(this.#initiator, token);
    if (token.length > 0) throw invalidToken('the client sends the first token');
    this.#initiator = await this.#initiate();
    return this.#initiator.step(token);
  }

  /** Overwrites the key material, and ends the wait for a ticket. */
  close(): void {
    // An AbortSignal takes long to abort, and nobody waits after the first step.
    if (this.#initiator === undefined) this.#closing.abort();
    else this.#initiator.close();
  }

  #finish(initiator: KerberosInitiator, token: Uint8Array): Step {
    try {
      return initiator.step(token);
    } catch (error) {
      this.#dropTicket();
      throw error;
    }
  }

  /** The reply of a KDC does not authenticate the ticket: the service can be the first that finds it altered. */
  #dropTicket(): void {
    if (this.#ticket !== undefined) this.#source.dropTicket(this.#ticket);
  }

  async #initiate(): Promise<KerberosInitiator> {
    const { target, allowWeak } = this.#options;
    const ticket = await this.#source.ticketFor(target, allowWeak, this.#closing);
    this.#ticket = ticket;
    try {
      return new KerberosInitiator(ticket, this.#options);
    } finally {
      ticket.sessionKey.close();
    }
  }
}
