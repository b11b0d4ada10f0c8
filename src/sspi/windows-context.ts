import type { RawAnswer } from '../native/raw.js';
import type { RawContext, RawSizes, RawSspiCalls } from '../native/raw-sspi.js';
import type { ContextFlag } from './context-options.js';
import { logonDenied, unsupported } from './failure.js';
import { unwrap } from './os-answer.js';
import type { MessageBuffer, ProviderContext, SealedParts } from './provider.js';
import type { ContextAttributes, SealedBuffers, Step } from './security-context.js';
import { flagsIn, isInOrder, ROLES, type Role, withoutProtection } from './windows-flags.js';
import { WindowsMessages } from './windows-messages.js';
import { packageInfoOf } from './windows-packages.js';
import { sizesGiven } from './windows-sizes.js';

/** The operating system that a context is of. */
export interface System {
  readonly calls: RawSspiCalls;
  /** Wine is not Windows, and its packages differ. */
  readonly isWine: boolean;
}

/** A CtxtHandle: Windows decides, and here its answers become ours. */
export class WindowsContext implements ProviderContext {
  readonly #calls: RawSspiCalls;
  readonly #isWine: boolean;
  readonly #handle: RawContext;
  readonly #role: Role;
  readonly #required: readonly ContextFlag[];
  #flags: readonly ContextFlag[] = [];
  #knownSizes: RawSizes | undefined;

  constructor(
    { calls, isWine }: System,
    handle: RawContext,
    role: Role,
    required: readonly ContextFlag[],
  ) {
    this.#calls = calls;
    this.#isWine = isWine;
    this.#handle = handle;
    this.#role = role;
    this.#required = required;
  }

  async step(token: Uint8Array): Promise<Step> {
    const input = token.length === 0 ? undefined : token;
    const { stepName } = ROLES[this.#role];
    const answer = unwrap(stepName, await this.#calls.step(this.#handle, input));
    if (answer.done) this.#complete(answer.attributes);
    return { token: answer.token, done: answer.done };
  }

  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name] {
    return this.#attributes[name]();
  }

  sign(buffers: readonly MessageBuffer[], sequence?: number): Uint8Array {
    return this.#messages.sign(buffers, sequence);
  }

  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence?: number): void {
    this.#messages.verify(buffers, signature, sequence);
  }

  encrypt(buffers: readonly MessageBuffer[], sequence?: number): SealedBuffers {
    return this.#messages.encrypt(buffers, sequence);
  }

  decrypt(buffers: readonly MessageBuffer[], sealed: SealedParts, sequence?: number): Uint8Array[] {
    return this.#messages.decrypt(buffers, sealed, sequence);
  }

  unwrap(wrapped: Uint8Array, sequence?: number): Uint8Array {
    return this.#messages.unwrap(wrapped, sequence);
  }

  close(): void {
    this.#calls.closeContext(this.#handle);
  }

  readonly #attributes: { [Name in keyof ContextAttributes]: () => ContextAttributes[Name] } = {
    sizes: () => ({ ...this.#sizes }),
    names: () => ({ userName: queried(this.#calls.queryNames(this.#handle)) }),
    negotiationInfo: () => ({
      package: packageInfoOf(queried(this.#calls.queryNegotiationInfo(this.#handle)).package),
    }),
    sessionKey: () => queried(this.#calls.querySessionKey(this.#handle)),
    keyInfo: () => queried(this.#calls.queryKeyInfo(this.#handle)),
    packageInfo: () => packageInfoOf(queried(this.#calls.queryPackageInfo(this.#handle))),
    flags: () => [...this.#flags],
  };

  /** That a package does less than it was asked for is no failure of its calls: pfContextAttr says so. */
  #complete(attributes: number): void {
    const { bits, nullSession } = ROLES[this.#role];
    const given = this.#isSilent(attributes)
      ? queried(this.#calls.queryFlags(this.#handle))
      : attributes;
    // A logon of nobody, which was not asked for.
    if ((given & nullSession) !== 0) throw logonDenied();
    const flags = flagsIn(given, bits);
    // Nobody would number its messages, and notice those that come twice.
    if (flags.includes('datagram') && !this.#required.includes('datagram')) {
      throw unsupported('the context is one of datagrams, which nobody required here');
    }
    this.#flags = this.#protecting(flags);
    const missing = this.#required.filter((flag) => !this.#flags.includes(flag));
    if (missing.length > 0) throw unsupported(`the context does not give ${missing.join(', ')}`);
  }

  /** Wine's NTLM client says nothing in pfContextAttr, and what it gives in SECPKG_ATTR_FLAGS. */
  #isSilent(attributes: number): boolean {
    return this.#role === 'client' && attributes === 0 && this.#required.length > 0;
  }

  /**
   * Messages are not protected where one could come twice or another be left out: Kerberos signs such ones, with
   * integrity alone. NTLM counts, whatever it says.
   */
  #protecting(flags: readonly ContextFlag[]): readonly ContextFlag[] {
    if (flags.includes('datagram') || isInOrder(flags)) return flags;
    const info = queried(this.#calls.queryNegotiationInfo(this.#handle));
    return info.package.name.toUpperCase() === 'NTLM' ? flags : withoutProtection(flags);
  }

  get #messages(): WindowsMessages {
    return new WindowsMessages(this.#calls, this.#handle, this.#sizes, this.#isWine);
  }

  get #sizes(): RawSizes {
    this.#knownSizes ??= sizesGiven(queried(this.#calls.querySizes(this.#handle)), this.#flags);
    return this.#knownSizes;
  }
}

function queried<Value>(answer: RawAnswer<Value>): Value {
  return unwrap('QueryContextAttributes', answer);
}
