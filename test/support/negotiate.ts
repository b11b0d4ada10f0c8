import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { ContextFacade } from '../../src/sspi/context-facade.js';
import { ntHashOf } from '../../src/sspi/crypto/nt-hash.js';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import type { ServiceKey } from '../../src/sspi/kerberos/service-keys.js';
import { NtlmClient } from '../../src/sspi/ntlm/client.js';
import { findPackage, PORTABLE_PACKAGES } from '../../src/sspi/packages.js';
import { PortableContext } from '../../src/sspi/portable/context.js';
import { hasIntegrity, withoutUnable } from '../../src/sspi/portable/flags.js';
import type { CheckedInitialize } from '../../src/sspi/provider.js';
import type { Handshake } from '../../src/sspi/session.js';
import { SpnegoClient } from '../../src/sspi/spnego/client.js';
import type { Mechanism } from '../../src/sspi/spnego/mechanism.js';
import {
  decodeNegTokenInit,
  decodeNegTokenResp,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
} from '../../src/sspi/spnego/token.js';
import type {
  AcceptOptions,
  ContextFlag,
  CredentialsRequest,
  NegotiateMechanism,
  SecurityContext,
} from '../../src/sspi.js';
import { issueTicket, newServiceKey } from './kerberos-ticket.js';
import { ACCOUNTS, IDENTITY, sspi, type Tamper } from './sspi.js';

export const KERBEROS = '2a864886f712010202';
export const MS_KERBEROS = '2a864882f712010202';

/** The key of the service, whose tickets the clients have. */
export const KEY: ServiceKey = newServiceKey(18);

const NAMES = {
  computer: 'SRV1',
  domain: 'TESTDOM',
  dnsComputer: 'srv1.test',
  dnsDomain: 'test',
};

export interface ClientOptions {
  readonly mechanisms?: readonly NegotiateMechanism[];
  readonly flags?: readonly ContextFlag[];
  /** In place of a handshake with a ticket of alice. */
  readonly kerberos?: Handshake;
}

/** A client of Negotiate that has a ticket of alice, and her password. */
export function newClient({
  mechanisms = ['Kerberos', 'NTLM'],
  flags = ['integrity', 'confidentiality'],
  kerberos,
}: ClientOptions = {}): SecurityContext {
  const options: CheckedInitialize = { flags, allowWeak: [] };
  const { user, domain = '', password } = IDENTITY;
  const start = (name: NegotiateMechanism): Handshake =>
    name === 'Kerberos'
      ? (kerberos ?? new KerberosInitiator(issueTicket(KEY), options))
      : new NtlmClient({ user, domain, workstation: '', ntHash: ntHashOf(password) }, options);
  const able = withoutUnable(
    mechanisms.map((name) => ({ name })),
    flags,
  );
  const begun = able.map(({ name }): Mechanism => ({ name, handshake: start(name) }));
  const handshake = new SpnegoClient(begun as [Mechanism, ...Mechanism[]], hasIntegrity(flags));
  const info = findPackage(PORTABLE_PACKAGES, 'Negotiate');
  return new ContextFacade(new PortableContext(info, handshake), false);
}

/** The secrets of a server. */
export type Secrets = Partial<CredentialsRequest>;

export const BOTH: Secrets = { keytab: encodeKeytab(KEY), accounts: ACCOUNTS, names: NAMES };
export const KERBEROS_ONLY: Secrets = { keytab: encodeKeytab(KEY) };
export const NTLM_ONLY: Secrets = { accounts: ACCOUNTS, names: NAMES };

/** A server of Negotiate. */
export async function newServer(
  secrets: Secrets = BOTH,
  options?: AcceptOptions,
): Promise<SecurityContext> {
  const request = { package: 'Negotiate', use: 'inbound', ...secrets } as const;
  return sspi.acceptSecurityContext(await sspi.acquireCredentialsHandle(request), options);
}

/** Changes one NegTokenResp in transit. */
export function changeResp(which: number, change: (resp: NegTokenResp) => NegTokenResp): Tamper {
  return (token, index) =>
    index === which ? encodeNegTokenResp(change(decodeNegTokenResp(token))) : token;
}

/** Changes the list of the offer in transit, and its token if `change` returns one. */
export function changeOffer(
  change: (mechTypes: readonly string[]) => readonly string[],
  changeToken: (mechToken: Uint8Array) => Uint8Array = (mechToken) => mechToken,
): Tamper {
  return (token, index) => {
    if (index !== 0) return token;
    const { mechTypes, mechToken = token } = decodeNegTokenInit(token);
    return encodeNegTokenInit(encodeMechTypeList(change(mechTypes)), changeToken(mechToken));
  };
}
