import { type Logon, logOn } from './as-exchange.js';
import type { TicketOrigin } from './client-tickets.js';
import type { KdcConnection } from './kdc-connection.js';
import type { KdcTicket } from './kdc-ticket.js';
import { LogonPause } from './logon-pause.js';

/** Logs on with the secret of the client, each time that a ticket is needed. */
export class LogonOrigin implements TicketOrigin {
  readonly #connection: KdcConnection;
  readonly #logon: Logon;
  readonly #pause = new LogonPause();

  /** @param logon its secret becomes this object's own */
  constructor(connection: KdcConnection, logon: Logon) {
    this.#connection = connection;
    this.#logon = logon;
  }

  async logOn(signal: AbortSignal): Promise<KdcTicket> {
    this.#pause.check();
    try {
      const ticket = await logOn(this.#connection, this.#logon, signal);
      this.#logon.secret.keepKeys();
      this.#pause.end();
      return ticket;
    } catch (error) {
      this.#pause.begin(error);
      throw error;
    }
  }

  /** The secret stays the same. */
  async check(): Promise<void> {}

  async find(): Promise<undefined> {}

  async add(): Promise<void> {}

  close(): void {
    this.#logon.secret.close();
  }
}
