import type { Account } from './accounts.js';
import type { Lines } from './lines.js';
import { type Fields, PeerContext } from './peer-context.js';

export type Package = 'NTLM' | 'Negotiate' | 'Kerberos';

export type Offers = Readonly<Partial<Record<'keyexchange' | 'ntlm2' | '128bit' | '56bit', 'no'>>>;

export interface PeerOptions {
  readonly package: Package;
  /** gss-ntlmssp only: the application data of the channel bindings. */
  readonly bindings?: Uint8Array;
  /** Samba only: neither signing nor sealing. gss-ntlmssp's client always signs. */
  readonly protected?: false;
  /** gss-ntlmssp's client only. */
  readonly datagram?: true;
  /** gss-ntlmssp's client only: false requests integrity alone. */
  readonly confidential?: false;
  /** Samba only: the options that the context does not offer. */
  readonly offers?: Offers;
}

/** Makes contexts of another implementation, in a local or a remote process. */
export class PeerCalls {
  readonly #lines: Lines;
  #contexts = 0;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** The client's side of a new context. */
  client(account: Account, options: PeerOptions): Promise<PeerContext> {
    return this.#open('initiator', options, { ...account, target: 'HTTP@srv' });
  }

  /** The server's side of a new context. */
  server(options: PeerOptions): Promise<PeerContext> {
    return this.#open('acceptor', options, {});
  }

  async #open(role: string, options: PeerOptions, more: Fields): Promise<PeerContext> {
    const context = this.#contexts++;
    const { bindings, ...others } = options;
    const bound = bindings && { bindings: Buffer.from(bindings).toString('hex') };
    await this.#lines.call({ call: role, context, ...others, ...bound, ...more });
    return new PeerContext((call, fields) => this.#lines.call({ call, context, ...fields }));
  }
}
