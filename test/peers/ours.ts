import { ContextFacade } from '../../src/sspi/context-facade.js';
import { PortableContext } from '../../src/sspi/portable/context.js';
import type { Handshake } from '../../src/sspi/session.js';
import {
  type AcceptOptions,
  type ClaimedIdentity,
  type InitializeOptions,
  openSspi,
  type SecurityContext,
  type Sspi,
} from '../../src/sspi.js';
import { ACCOUNTS, type Account } from './accounts.js';
import type { Package } from './peer-calls.js';
import type { Sealed, Side } from './side.js';

const portable = openSspi({ provider: 'portable' });

/** A context of ours. */
export class OurSide implements Side {
  readonly context: SecurityContext;

  constructor(context: SecurityContext) {
    this.context = context;
  }

  step(token: Uint8Array): Promise<{ token: Uint8Array; done: boolean }> {
    return this.context.step(token);
  }

  async sign(message: Uint8Array): Promise<Uint8Array> {
    return this.context.makeSignature(message);
  }

  async verify(message: Uint8Array, signature: Uint8Array): Promise<void> {
    this.context.verifySignature(message, signature);
  }

  async seal(message: Uint8Array): Promise<Sealed> {
    return this.context.encryptMessage(message);
  }

  async unseal({ trailer, data }: Sealed): Promise<Uint8Array> {
    return this.context.decryptMessage({ trailer, data });
  }

  async sessionKey(): Promise<Uint8Array> {
    return this.context.queryContextAttributes('sessionKey');
  }
}

/** A context of Kerberos whose handshake the test has made, as a program gets it. */
export function sideOfKerberos(handshake: Handshake): OurSide {
  const info = { name: 'Kerberos', comment: '', rpcId: 16, maxToken: 48_000, capabilities: [] };
  return new OurSide(new ContextFacade(new PortableContext(info, handshake), false));
}

export type ClientOptions = InitializeOptions & { package: Package };

/** A client of one of our providers. Without an account it is the user of this process. */
export async function clientOf(
  sspi: Sspi,
  account: Account | undefined,
  { package: name, ...options }: ClientOptions,
): Promise<OurSide> {
  const request = { package: name, use: 'outbound', identity: account } as const;
  const credentials = await sspi.acquireCredentialsHandle(request);
  return new OurSide(sspi.initializeSecurityContext(credentials, options));
}

/** A server of one of our providers, with the accounts of the system. */
export async function serverOf(
  sspi: Sspi,
  { package: name, ...options }: AcceptOptions & { package: Package },
): Promise<OurSide> {
  const credentials = await sspi.acquireCredentialsHandle({ package: name, use: 'inbound' });
  return new OurSide(sspi.acceptSecurityContext(credentials, options));
}

/** The portable provider in both roles, with the calls of {@link Peer}. */
export const ours = {
  client(account: Account, options: ClientOptions): Promise<OurSide> {
    return clientOf(portable, account, options);
  },

  async server({
    package: name,
    ...options
  }: AcceptOptions & { package: Package }): Promise<OurSide> {
    const names = { computer: 'SRV', domain: 'DOM' };
    const request = { package: name, use: 'inbound', accounts, names } as const;
    const credentials = await portable.acquireCredentialsHandle(request);
    return new OurSide(portable.acceptSecurityContext(credentials, options));
  },
};

function accounts({ domain, user }: ClaimedIdentity): Account | undefined {
  return ACCOUNTS.find((account) => account.domain === domain && account.user === user);
}
