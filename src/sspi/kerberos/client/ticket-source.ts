import type { WeakSecurity } from '../../context-options.js';
import type { ServiceTicket } from '../initiator.js';

/** Where the contexts of a client get their tickets. */
export interface TicketSource {
  /**
   * A ticket for a service. The caller closes its session key.
   *
   * @param target `service/host`, perhaps with `@REALM`
   * @param allowWeak the weak encryption types of the ticket and its session key
   * @param closing ends the waiting with SEC_E_INVALID_HANDLE. Its signal is made when it is first needed
   * @throws SspiError with the reason of the KDC
   */
  ticketFor(
    target: string | undefined,
    allowWeak: readonly WeakSecurity[],
    closing: AbortController,
  ): Promise<ServiceTicket>;
  /** Forgets a ticket that the service rejected. The next context for its target gets a new one from the KDC. */
  dropTicket(ticket: ServiceTicket): void;
  /** Overwrites the keys. Requests under way end with SEC_E_INVALID_HANDLE. */
  close(): void;
}
