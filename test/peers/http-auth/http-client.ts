import type { Account } from '../accounts.js';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A request of a page, or of a body to send. */
export interface ClientRequest {
  readonly url: string;
  readonly account: Account;
  readonly body?: string;
  /** The file of the certificate that the client trusts. */
  readonly ca?: string;
}

/** Sends the same request several times, over one connection if the client can, and returns all answers. */
export type HttpClient = (request: ClientRequest, times?: number) => Promise<Answer[]>;
