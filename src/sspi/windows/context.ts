import type { RawAnswer } from '../../native/raw.js';
import type { RawContext, RawSspiCalls } from '../../native/raw-sspi.js';
import { osStatus, STATUS } from '../../native/status.js';
import type { ContextAttributes } from '../context-attributes.js';
import type { ContextFlag } from '../context-options.js';
import { SspiError } from '../error.js';
import { logonDenied, noAuthorizationData, unsupported } from '../failure.js';
import type { PackageInfo } from '../packages.js';
import type { ProviderContext } from '../provider.js';
import type { Step } from '../security-context.js';
import { flagsIn, isInOrder, ROLES, type Role, withoutProtection } from './flags.js';
import { WindowsMessages } from './messages.js';
import { requireSuccess } from './os-error.js';
import { packageInfoOf } from './package-info.js';
import { protectionOf } from './protection.js';

/** The parameters of a new context. */
export interface WindowsPurpose {
  readonly role: Role;
  /** The package of its credentials. */
  readonly package: PackageInfo;
  readonly required: readonly ContextFlag[];
}

/** A CtxtHandle of the operating system. */
export class WindowsContext implements ProviderContext {
  readonly #calls: RawSspiCalls;
  readonly #handle: RawContext;
  readonly #purpose: WindowsPurpose;
  #hasBegun = false;
  #flags: readonly ContextFlag[] = [];
  #messages: WindowsMessages | undefined;

  constructor(calls: RawSspiCalls, handle: RawContext, purpose: WindowsPurpose) {
    this.#calls = calls;
    this.#handle = handle;
    this.#purpose = purpose;
  }

  async step(token: Uint8Array): Promise<Step> {
    const input = token.length === 0 ? undefined : token;
    const isFirstToken = input !== undefined && !this.#hasBegun;
    this.#hasBegun = true;
    const { role } = this.#purpose;
    const answer = await this.#calls.step(this.#handle, input);
    if (role === 'server' && isFirstToken) requireValidToken(answer);
    const { done, token: output, attributes } = requireSuccess(ROLES[role].stepName, answer);
    if (done) this.#complete(attributes);
    return { token: output, done };
  }

  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name] {
    return this.#attributes[name]();
  }

  get messages(): WindowsMessages {
    this.#messages ??= this.#newMessages();
    return this.#messages;
  }

  close(): void {
    this.#calls.closeContext(this.#handle);
  }

  readonly #attributes: { [Name in keyof ContextAttributes]: () => ContextAttributes[Name] } = {
    sizes: () => ({ ...this.messages.sizes }),
    names: () => ({ userName: requireAttribute(this.#calls.queryNames(this.#handle)) }),
    negotiationInfo: () => ({
      package: packageInfoOf(
        requireAttribute(this.#calls.queryNegotiationInfo(this.#handle)).package,
      ),
    }),
    sessionKey: () => requireAttribute(this.#calls.querySessionKey(this.#handle)),
    keyInfo: () => requireAttribute(this.#calls.queryKeyInfo(this.#handle)),
    packageInfo: () => packageInfoOf(requireAttribute(this.#calls.queryPackageInfo(this.#handle))),
    flags: () => [...this.#flags],
    authorizationData: () => {
      throw noAuthorizationData();
    },
  };

  /** A package that grants less than requested still succeeds: pfContextAttr tells what it granted. */
  #complete(attributes: number): void {
    const { role, required } = this.#purpose;
    const { bits, nullSession } = ROLES[role];
    const granted = this.#isUnreported(attributes)
      ? requireAttribute(this.#calls.queryFlags(this.#handle))
      : attributes;
    // An anonymous logon: no caller can ask for one.
    if ((granted & nullSession) !== 0) throw logonDenied();
    const flags = flagsIn(granted, bits);
    // The caller of a connection numbers no messages, and so could not detect a replayed datagram.
    if (flags.includes('datagram') && !required.includes('datagram')) {
      throw unsupported('the context is a datagram context, which the flags do not require');
    }
    this.#flags = this.#protectedFlags(flags);
    const missing = required.filter((flag) => !this.#flags.includes(flag));
    if (missing.length > 0) throw unsupported(`the context does not provide ${missing.join(', ')}`);
  }

  /** A client's package may report nothing in pfContextAttr and everything in SECPKG_ATTR_FLAGS (seen in Wine). */
  #isUnreported(attributes: number): boolean {
    const { role, required } = this.#purpose;
    return role === 'client' && attributes === 0 && required.length > 0;
  }

  /**
   * Without detection of replayed and of missing messages a context counts as unprotected: Kerberos with
   * integrity alone signs such messages. NTLM counts its messages whatever it reports.
   */
  #protectedFlags(flags: readonly ContextFlag[]): readonly ContextFlag[] {
    if (flags.includes('datagram') || isInOrder(flags)) return flags;
    return this.#isNtlm() ? flags : withoutProtection(flags);
  }

  #newMessages(): WindowsMessages {
    const sizes = requireAttribute(this.#calls.querySizes(this.#handle));
    const protection = protectionOf(sizes, this.#flags, this.#isNtlm());
    return new WindowsMessages(this.#calls, this.#handle, protection);
  }

  /** Whether NTLM protects the messages, be it that Negotiate chose it. */
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
 * Windows' Negotiate reports an invalid first token as SEC_E_INVALID_HANDLE, although no handle can be invalid
 * yet. .NET's HttpListener reads that status as SEC_E_INVALID_TOKEN too.
 *
 * @throws SspiError SEC_E_INVALID_TOKEN, with Windows' status in `os`
 */
function requireValidToken({ status }: RawAnswer<unknown>): void {
  if (status !== STATUS.SEC_E_INVALID_HANDLE) return;
  const os = osStatus(ROLES.server.stepName, status);
  const problem = `${os.function} failed with ${os.hex} ${os.name}: the first token is invalid`;
  throw new SspiError('SEC_E_INVALID_TOKEN', problem, { os });
}

function requireAttribute<Value>(answer: RawAnswer<Value>): Value {
  return requireSuccess('QueryContextAttributes', answer);
}
