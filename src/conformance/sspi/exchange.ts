import type { AcceptOptions, InitializeOptions } from '../../sspi/context-options.js';
import type {
  AccountLookup,
  Credentials,
  CredentialsRequest,
  Identity,
} from '../../sspi/credentials.js';
import type { Sspi } from '../../sspi/interface.js';
import type { SecurityContext } from '../../sspi/security-context.js';
import type { KerberosService } from './kerberos/service.js';

/** The ends that the tested side has. The portable provider is the other one. */
export const ROLES = ['client', 'server', 'both'] as const;

export type Role = (typeof ROLES)[number];

/** The packages that both providers have. */
export const PACKAGES = ['NTLM', 'Negotiate', 'Kerberos'] as const;

export type SspiPackage = (typeof PACKAGES)[number];

/** The two ends of an exchange, and the identity of the client. */
export interface Participants {
  readonly role: Role;
  readonly package: SspiPackage;
  readonly client: Sspi;
  readonly server: Sspi;
  /** Undefined for the current user. */
  readonly identity: OwnIdentity | undefined;
  /** The server of Kerberos. */
  readonly service: KerberosService;
}

export interface OwnIdentity {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/** How to set up the contexts of a pair. */
export interface ContextSetup {
  /** Properties that replace those of the client's own identity. */
  readonly identity?: Partial<OwnIdentity>;
  /** Options that replace those of the package. */
  readonly initialize?: InitializeOptions;
  readonly accept?: AcceptOptions;
}

export interface Pair {
  readonly client: SecurityContext;
  readonly server: SecurityContext;
  /** The context of the tested side; in the role `both`, the server's. */
  readonly tested: SecurityContext;
  readonly other: SecurityContext;
}

/** Changes a token on its way. The first token has index 0. */
export type Tamper = (token: Uint8Array, index: number) => Uint8Array;

/** Those of a usual client. Without mutual authentication the server chooses neither key nor sequence number. */
const KERBEROS_FLAGS: InitializeOptions['flags'] = ['mutual-auth', 'integrity', 'confidentiality'];

/** More tokens than a handshake has. */
const MAX_TOKENS = 12;

/** The same on every machine, so that no report contains a host name. */
const NAMES = {
  computer: 'CONFORMANCE',
  domain: 'CONFORMANCE',
  dnsComputer: 'conformance.invalid',
};

/** Makes credentials and contexts of two participants, and closes them at the end. */
export class Exchange {
  readonly #participants: Participants;
  readonly #opened: Disposable[] = [];

  constructor(participants: Participants) {
    this.#participants = participants;
  }

  get role(): Role {
    return this.#participants.role;
  }

  get identity(): OwnIdentity | undefined {
    return this.#participants.identity;
  }

  /** Makes two new contexts. */
  async makeContexts({ identity, initialize, accept }: ContextSetup = {}): Promise<Pair> {
    const outbound = await this.acquireOutbound(identity);
    const inbound = await this.acquireInbound();
    const client = this.initialize(outbound, initialize);
    const server = this.accept(inbound, accept);
    const [tested, other] = this.role === 'client' ? [client, server] : [server, client];
    return { client, server, tested, other };
  }

  /** Makes two contexts and completes their handshake. */
  async shakeHands(setup?: ContextSetup, tamper?: Tamper): Promise<Pair> {
    const pair = await this.makeContexts(setup);
    await exchangeTokens(pair, tamper);
    return pair;
  }

  initialize(credentials: Credentials, options?: InitializeOptions): SecurityContext {
    const { client, package: name, service } = this.#participants;
    const own = name === 'Kerberos' ? { target: service.target, flags: KERBEROS_FLAGS } : {};
    return this.#keep(client.initializeSecurityContext(credentials, { ...own, ...options }));
  }

  accept(credentials: Credentials, options?: AcceptOptions): SecurityContext {
    return this.#keep(this.#participants.server.acceptSecurityContext(credentials, options));
  }

  /** @param change properties that replace those of the own identity */
  async acquireOutbound(change: Partial<OwnIdentity> = {}): Promise<Credentials> {
    const { client, package: name, identity: own } = this.#participants;
    const identity: Identity | undefined = own && { ...own, ...change };
    const request = { package: name, use: 'outbound', identity } as const;
    return this.#keep(await client.acquireCredentialsHandle(request));
  }

  /**
   * Windows has its own accounts, names and keys. The portable provider gets the client's identity, or the keys of the
   * service.
   */
  async acquireInbound(): Promise<Credentials> {
    const { server, package: name } = this.#participants;
    const known = server.provider.name === 'windows' ? {} : this.#knownToServer();
    const request = { package: name, use: 'inbound', ...known } as const;
    return this.#keep(await server.acquireCredentialsHandle(request));
  }

  #knownToServer(): Partial<CredentialsRequest> {
    const { package: name, identity, service } = this.#participants;
    return name === 'Kerberos'
      ? { keytab: service.keytab }
      : { accounts: accountsOf(identity), names: NAMES };
  }

  close(): void {
    for (const one of this.#opened.reverse()) one[Symbol.dispose]();
  }

  #keep<T extends Disposable>(one: T): T {
    this.#opened.push(one);
    return one;
  }
}

/** Passes tokens between two contexts until both are done. */
export async function exchangeTokens(
  { client, server }: Pick<Pair, 'client' | 'server'>,
  tamper: Tamper = (token) => token,
): Promise<void> {
  const done = new Set<SecurityContext>();
  let from = client;
  let token: Uint8Array = new Uint8Array(0);
  for (let index = 0; index < MAX_TOKENS; index++) {
    const step = await from.step(token);
    if (step.done) done.add(from);
    if (step.token.length === 0) break;
    token = tamper(step.token, index);
    from = from === client ? server : client;
  }
  if (done.size < 2) throw new Error('the tokens ended before both contexts were done');
}

function accountsOf(identity: OwnIdentity | undefined): AccountLookup {
  const isSame = (one: string, other = '') => one.toLowerCase() === other.toLowerCase();
  return ({ user, domain }) =>
    identity && isSame(user, identity.user) && isSame(domain, identity.domain)
      ? { password: identity.password }
      : undefined;
}
