import type { RawAnswer } from '../native/raw.js';
import type { RawContext, RawSspiCalls } from '../native/raw-sspi.js';
import { osStatus, STATUS } from '../native/status.js';
import type { ContextFlag } from './context-options.js';
import { SspiError } from './error.js';
import { logonDenied, unsupported } from './failure.js';
import { unwrap } from './os-answer.js';
import type { PackageInfo } from './packages.js';
import type {
  MessageBuffer,
  ProviderContext,
  SealedInput,
  SealedOutput,
  Sealing,
} from './provider.js';
import type { ContextAttributes, Step } from './security-context.js';
import { flagsIn, isInOrder, ROLES, type Role, withoutProtection } from './windows-flags.js';
import { WindowsMessages } from './windows-messages.js';
import { packageInfoOf } from './windows-packages.js';
import { protectionOf } from './windows-protection.js';

/** The operating system that a context is of. */
export interface System {
  readonly calls: RawSspiCalls;
  /** Wine is not Windows, and its packages differ. */
  readonly isWine: boolean;
}

/** What a context was made for. */
export interface WindowsPurpose {
  readonly role: Role;
  /** The package of its credentials. */
  readonly package: PackageInfo;
  readonly required: readonly ContextFlag[];
}

/** A CtxtHandle: Windows decides, and here its answers become ours. */
export class WindowsContext implements ProviderContext {
  readonly #calls: RawSspiCalls;
  readonly #isWine: boolean;
  readonly #handle: RawContext;
  readonly #purpose: WindowsPurpose;
  #hasBegun = false;
  #flags: readonly ContextFlag[] = [];
  #knownMessages: WindowsMessages | undefined;

  constructor({ calls, isWine }: System, handle: RawContext, purpose: WindowsPurpose) {
    this.#calls = calls;
    this.#isWine = isWine;
    this.#handle = handle;
    this.#purpose = purpose;
  }

  async step(token: Uint8Array): Promise<Step> {
    const input = token.length === 0 ? undefined : token;
    const isFirstToken = input !== undefined && !this.#hasBegun;
    this.#hasBegun = true;
    const { role } = this.#purpose;
    const answer = await this.#calls.step(this.#handle, input);
    if (role === 'server' && isFirstToken) requireToken(answer);
    const { done, token: output, attributes } = unwrap(ROLES[role].stepName, answer);
    if (done) this.#complete(attributes);
    return { token: output, done };
  }

  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name] {
    return this.#attributes[name]();
  }

  sign(buffers: readonly MessageBuffer[], sequence: number): Uint8Array {
    return this.#messages.sign(buffers, sequence);
  }

  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence: number): void {
    this.#messages.verify(buffers, signature, sequence);
  }

  encrypt(buffers: readonly MessageBuffer[], sealing: Sealing): SealedOutput {
    return this.#messages.encrypt(buffers, sealing);
  }

  decrypt(sealed: SealedInput, sealing: Sealing): Uint8Array[] {
    return this.#messages.decrypt(sealed, sealing);
  }

  unwrap(wrapped: Uint8Array, sealing: Sealing): Uint8Array {
    return this.#messages.unwrap(wrapped, sealing);
  }

  close(): void {
    this.#calls.closeContext(this.#handle);
  }

  readonly #attributes: { [Name in keyof ContextAttributes]: () => ContextAttributes[Name] } = {
    sizes: () => ({ ...this.#messages.sizes }),
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
    const { role, required } = this.#purpose;
    const { bits, nullSession } = ROLES[role];
    const given = this.#isSilent(attributes)
      ? queried(this.#calls.queryFlags(this.#handle))
      : attributes;
    // A logon of nobody, which was not asked for.
    if ((given & nullSession) !== 0) throw logonDenied();
    const flags = flagsIn(given, bits);
    // Nobody would number its messages, and notice those that come twice.
    if (flags.includes('datagram') && !required.includes('datagram')) {
      throw unsupported('the context is one of datagrams, which nobody required here');
    }
    this.#flags = this.#protecting(flags);
    const missing = required.filter((flag) => !this.#flags.includes(flag));
    if (missing.length > 0) throw unsupported(`the context does not give ${missing.join(', ')}`);
  }

  /** Wine's NTLM client says nothing in pfContextAttr, and what it gives in SECPKG_ATTR_FLAGS. */
  #isSilent(attributes: number): boolean {
    const { role, required } = this.#purpose;
    return role === 'client' && attributes === 0 && required.length > 0;
  }

  /**
   * Messages are not protected where one could come twice or another be left out: Kerberos signs such ones, with
   * integrity alone. NTLM counts, whatever it says.
   */
  #protecting(flags: readonly ContextFlag[]): readonly ContextFlag[] {
    if (flags.includes('datagram') || isInOrder(flags)) return flags;
    return this.#isNtlm() ? flags : withoutProtection(flags);
  }

  get #messages(): WindowsMessages {
    this.#knownMessages ??= this.#newMessages();
    return this.#knownMessages;
  }

  #newMessages(): WindowsMessages {
    const sizes = queried(this.#calls.querySizes(this.#handle));
    const protection = protectionOf(sizes, this.#flags, this.#isNtlm(), this.#isWine);
    return new WindowsMessages(this.#calls, this.#handle, protection);
  }

  /** Whether NTLM protects the messages, be it Negotiate that has chosen it. */
  #isNtlm(): boolean {
    const { name } = this.#purpose.package;
    const chosen = isNamed(name, 'NEGOTIATE')
      ? this.attribute('negotiationInfo').package.name
      : name;
    return isNamed(chosen, 'NTLM');
  }
}

function isNamed(name: string, upperCase: string): boolean {
  return name.toUpperCase() === upperCase;
}

/**
 * Windows' Negotiate answers an invalid first token with SEC_E_INVALID_HANDLE, though no handle can be at fault
 * yet: .NET's HttpListener reads it as SEC_E_INVALID_TOKEN, too.
 *
 * @throws SspiError SEC_E_INVALID_TOKEN with the number of Windows
 */
function requireToken({ status }: RawAnswer<unknown>): void {
  if (status !== STATUS.SEC_E_INVALID_HANDLE) return;
  const os = osStatus(ROLES.server.stepName, status);
  const problem = `${os.function} failed with ${os.hex} ${os.name}: the first token is invalid`;
  throw new SspiError('SEC_E_INVALID_TOKEN', problem, { os });
}

function queried<Value>(answer: RawAnswer<Value>): Value {
  return unwrap('QueryContextAttributes', answer);
}
