import { MAX_TOKEN } from '../arguments.js';
import type { ContextAttributes } from '../context-attributes.js';
import { invalidToken, unsupported } from '../failure.js';
import { type MessageSecurity, SIGNATURE_LENGTH } from '../ntlm/message-security.js';
import { contextFlagsOf, keyInfoOf, type NtlmSession } from '../ntlm/session.js';
import type { PackageInfo } from '../packages.js';
import type { ProviderContext } from '../provider.js';
import type { Step } from '../security-context.js';

/** The handshake of NTLM, with or without SPNEGO. */
export interface Handshake {
  step(token: Uint8Array): Step | Promise<Step>;
  /** Present once `step` has returned `done`. */
  readonly session: NtlmSession | undefined;
  close(): void;
}

/** A context of the portable provider. */
export class PortableContext implements ProviderContext {
  readonly #package: PackageInfo;
  readonly #chosen: PackageInfo;
  readonly #handshake: Handshake;

  /**
   * @param info the package of the credentials
   * @param chosen the package that protects the messages
   */
  constructor(info: PackageInfo, chosen: PackageInfo, handshake: Handshake) {
    this.#package = info;
    this.#chosen = chosen;
    this.#handshake = handshake;
  }

  async step(token: Uint8Array): Promise<Step> {
    const step = await this.#handshake.step(token);
    if (step.token.length > MAX_TOKEN) throw invalidToken('the answer to it would be too long');
    return step;
  }

  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name] {
    return this.#attributes[name]();
  }

  /** Sealing needs no flag of its own: the keys of a context with integrity suffice (MS-NLMP 3.4.3). */
  get messages(): MessageSecurity {
    const { security } = this.#session;
    if (security === undefined) throw unsupported('this context has no integrity');
    return security;
  }

  close(): void {
    this.#handshake.close();
  }

  readonly #attributes: { [Name in keyof ContextAttributes]: () => ContextAttributes[Name] } = {
    sizes: () => {
      const { maxToken } = this.#package;
      const length = this.#session.security === undefined ? 0 : SIGNATURE_LENGTH;
      return { maxToken, maxSignature: length, blockSize: 0, securityTrailer: length };
    },
    names: () => ({ userName: this.#session.userName }),
    negotiationInfo: () => ({ package: this.#chosen }),
    sessionKey: () => new Uint8Array(this.#session.key),
    keyInfo: () => keyInfoOf(this.#session.flags),
    packageInfo: () => this.#package,
    flags: () => contextFlagsOf(this.#session.flags),
  };

  get #session(): NtlmSession {
    // The facade rejects every call that needs a session before the handshake is complete.
    return this.#handshake.session as NtlmSession;
  }
}
