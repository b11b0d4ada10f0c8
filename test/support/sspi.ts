import assert from 'node:assert/strict';
import {
  type AcceptOptions,
  type AccountLookup,
  type DataBuffer,
  type Identity,
  type InitializeOptions,
  openSspi,
  type SecurityContext,
  type Sspi,
  SspiError,
  type SspiErrorCode,
} from '../../src/sspi.js';
import { refusedBy, rejectedBy } from './refused.js';

export const IDENTITY: Identity & { readonly password: string } = {
  user: 'alice',
  domain: 'TESTDOM',
  password: 'Passw0rd!',
};

/** Knows only alice, by password. */
export const ACCOUNTS: AccountLookup = ({ user, domain }) =>
  user.toLowerCase() === 'alice' && domain.toUpperCase() === 'TESTDOM'
    ? { password: 'Passw0rd!' }
    : undefined;

export interface PairOptions {
  readonly package?: string;
  /** The provider of the client, by default the portable one. The server is always portable. */
  readonly clients?: Sspi;
  readonly identity?: Identity;
  readonly accounts?: AccountLookup;
  readonly initialize?: InitializeOptions;
  readonly accept?: AcceptOptions;
}

export interface Pair {
  readonly client: SecurityContext;
  readonly server: SecurityContext;
}

export const sspi: Sspi = openSspi({ provider: 'portable' });

/** Two contexts that have not begun. */
export async function contexts(setting: PairOptions = {}): Promise<Pair> {
  const name = setting.package ?? 'NTLM';
  const clients = setting.clients ?? sspi;
  const outbound = await clients.acquireCredentialsHandle({
    package: name,
    use: 'outbound',
    identity: setting.identity ?? IDENTITY,
  });
  const inbound = await sspi.acquireCredentialsHandle({
    package: name,
    use: 'inbound',
    accounts: setting.accounts ?? ACCOUNTS,
    names: { computer: 'SRV1', domain: 'TESTDOM', dnsComputer: 'srv1.test', dnsDomain: 'test' },
  });
  return {
    client: clients.initializeSecurityContext(outbound, setting.initialize),
    server: sspi.acceptSecurityContext(inbound, setting.accept),
  };
}

/** Changes a token in transit. The first token has the index 0. */
export type Tamper = (token: Uint8Array, index: number) => Uint8Array;

/** Changes one token in transit. */
export function tamperWith(which: number, change: (token: Uint8Array) => Uint8Array): Tamper {
  return (token, index) => (index === which ? change(token) : token);
}

/** Passes tokens between the sides until no side has one to send. */
export async function handshake(
  { client, server }: Pair,
  tamper: Tamper = (token) => token,
): Promise<void> {
  let from = client;
  let token: Uint8Array = new Uint8Array(0);
  for (let index = 0; ; index++) {
    const step = await from.step(token);
    if (step.token.length === 0) return;
    token = tamper(step.token, index);
    from = from === client ? server : client;
  }
}

/** Two contexts that are complete. */
export async function pair(setting: PairOptions = {}, tamper?: Tamper): Promise<Pair> {
  const both = await contexts(setting);
  await handshake(both, tamper);
  return both;
}

/** The tokens of a real handshake, in order. */
export async function tokensOf(name: string): Promise<Uint8Array[]> {
  const tokens: Uint8Array[] = [];
  await pair({ package: name, initialize: { target: 'HTTP/www' } }, (token) => {
    tokens.push(new Uint8Array(token));
    return token;
  });
  return tokens;
}

/** Asserts that `work` throws an SspiError with this code, and returns the error. */
export function sspiRefused(code: SspiErrorCode, work: () => unknown): SspiError {
  return refusedBy(SspiError, code, work);
}

/** {@link sspiRefused} for a promise. */
export function sspiRejected(code: SspiErrorCode, work: Promise<unknown>): Promise<SspiError> {
  return rejectedBy(SspiError, code, work);
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/** A copy with one bit flipped. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

const message = Uint8Array.from(Buffer.from('message'));
const buffers: DataBuffer[] = [{ data: message }];

/** Every call that needs a complete context. */
const CALLS: readonly ((context: SecurityContext) => unknown)[] = [
  (context) => context.makeSignature(message),
  (context) => context.makeSignatureBuffers(buffers),
  (context) => context.verifySignature(message, new Uint8Array(16)),
  (context) => context.verifySignatureBuffers(buffers, new Uint8Array(16)),
  (context) => context.encryptMessage(message),
  (context) => context.encryptMessageBuffers(buffers),
  (context) => context.decryptMessage({ trailer: new Uint8Array(16), data: message }),
  (context) => context.decryptMessageBuffers({ trailer: new Uint8Array(16), buffers }),
  (context) => context.unwrapMessage(message),
  (context) => context.queryContextAttributes('sizes'),
  (context) => context.queryContextAttributes('sessionKey'),
];

/** Asserts that the context rejects every call. */
export function refuseAll(context: SecurityContext): void {
  for (const call of CALLS) {
    assert.throws(() => call(context), { code: 'SEC_E_INVALID_HANDLE', status: 0x80090301 });
  }
}
