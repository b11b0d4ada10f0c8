import type { AcceptOptions, InitializeOptions } from '../../sspi/context-options.js';
import type { AccountLookup, Credentials, Identity } from '../../sspi/credentials.js';
import type { Sspi } from '../../sspi/interface.js';
import type { SecurityContext } from '../../sspi/security-context.js';
import type { Role, SspiPackage } from './scenario.js';

/** Who plays, and as whom. */
export interface Cast {
  readonly role: Role;
  readonly package: SspiPackage;
  readonly client: Sspi;
  readonly server: Sspi;
  /** Of the client; undefined for the user that this process runs as. */
  readonly identity: OwnIdentity | undefined;
}

export interface OwnIdentity {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

export interface Setting {
  /** In place of what the client's own identity has. */
  readonly identity?: Partial<OwnIdentity>;
  readonly initialize?: InitializeOptions;
  readonly accept?: AcceptOptions;
}

export interface Pair {
  readonly client: SecurityContext;
  readonly server: SecurityContext;
  /** The end of the side that is asked; where it has both, the server. */
  readonly tested: SecurityContext;
  readonly other: SecurityContext;
}

/** What becomes of a token on its way; the first one has index 0. */
export type OnItsWay = (token: Uint8Array, index: number) => Uint8Array;

/** More tokens than any handshake has. */
const MOST_TOKENS = 12;

/** The same on every machine: a report tells of no host. */
const NAMES = {
  computer: 'CONFORMANCE',
  domain: 'CONFORMANCE',
  dnsComputer: 'conformance.invalid',
};

/** Where a scenario plays: contexts of its cast, until it is closed. */
export class Stage {
  readonly #cast: Cast;
  readonly #opened: Disposable[] = [];

  constructor(cast: Cast) {
    this.#cast = cast;
  }

  get role(): Role {
    return this.#cast.role;
  }

  get identity(): OwnIdentity | undefined {
    return this.#cast.identity;
  }

  /** Two contexts that have not begun. */
  async contexts({ identity, initialize, accept }: Setting = {}): Promise<Pair> {
    const outbound = await this.outbound(identity);
    const inbound = await this.inbound();
    const { client: ours, server: theirs, role } = this.#cast;
    const client = this.#keep(ours.initializeSecurityContext(outbound, initialize));
    const server = this.#keep(theirs.acceptSecurityContext(inbound, accept));
    const [tested, other] = role === 'client' ? [client, server] : [server, client];
    return { client, server, tested, other };
  }

  /** Two contexts that are complete. */
  async handshake(setting?: Setting, onItsWay?: OnItsWay): Promise<Pair> {
    const pair = await this.contexts(setting);
    await carry(pair, onItsWay);
    return pair;
  }

  /** Begins a client's context with credentials of its own. */
  initialize(credentials: Credentials): SecurityContext {
    return this.#keep(this.#cast.client.initializeSecurityContext(credentials));
  }

  accept(credentials: Credentials): SecurityContext {
    return this.#keep(this.#cast.server.acceptSecurityContext(credentials));
  }

  async outbound(change: Partial<OwnIdentity> = {}): Promise<Credentials> {
    const { client, package: name, identity: own } = this.#cast;
    const identity: Identity | undefined = own && { ...own, ...change };
    const request = { package: name, use: 'outbound', identity } as const;
    return this.#keep(await client.acquireCredentialsHandle(request));
  }

  /** Windows knows its accounts and its names; the portable provider knows the client's own. */
  async inbound(): Promise<Credentials> {
    const { server, package: name, identity } = this.#cast;
    const isWindows = server.provider.name === 'windows';
    const known = isWindows ? {} : { accounts: accountsOf(identity), names: NAMES };
    const request = { package: name, use: 'inbound', ...known } as const;
    return this.#keep(await server.acquireCredentialsHandle(request));
  }

  close(): void {
    for (const one of this.#opened.reverse()) one[Symbol.dispose]();
  }

  #keep<T extends Disposable>(one: T): T {
    this.#opened.push(one);
    return one;
  }
}

/** Carries tokens to and fro until nobody has one to send. */
export async function carry(
  { client, server }: Pick<Pair, 'client' | 'server'>,
  onItsWay: OnItsWay = (token) => token,
): Promise<void> {
  const done = new Set<SecurityContext>();
  let from = client;
  let token: Uint8Array = new Uint8Array(0);
  for (let index = 0; index < MOST_TOKENS; index++) {
    const step = await from.step(token);
    if (step.done) done.add(from);
    if (step.token.length === 0) break;
    token = onItsWay(step.token, index);
    from = from === client ? server : client;
  }
  if (done.size < 2) throw new Error('the tokens ended before both sides were done');
}

function accountsOf(identity: OwnIdentity | undefined): AccountLookup {
  const isSame = (one: string, other = '') => one.toLowerCase() === other.toLowerCase();
  return ({ user, domain }) =>
    identity && isSame(user, identity.user) && isSame(domain, identity.domain)
      ? { password: identity.password }
      : undefined;
}
