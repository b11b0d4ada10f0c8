import type { ContextAttributes } from '../context-attributes.js';
import { unsupported } from '../failure.js';
import type { PackageInfo } from '../packages.js';
import type { ProviderContext } from '../provider.js';
import type { Step } from '../security-context.js';
import type { MessageSecurity } from './protection/message-security.js';
import type { KerberosSession } from './session.js';

/** One side of the AP exchange. */
export interface KerberosHandshake {
  step(token: Uint8Array): Step;
  /** Present once `step` has returned `done`. */
  readonly session: KerberosSession | undefined;
  close(): void;
}

/** A context of the package Kerberos. */
export class KerberosContext implements ProviderContext {
  readonly #package: PackageInfo;
  readonly #handshake: KerberosHandshake;

  constructor(info: PackageInfo, handshake: KerberosHandshake) {
    this.#package = info;
    this.#handshake = handshake;
  }

  step(token: Uint8Array): Step {
    return this.#handshake.step(token);
  }

  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name] {
    return this.#attributes[name]();
  }

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
      const { security } = this.#session;
      return {
        maxToken,
        maxSignature: security?.signatureLength ?? 0,
        blockSize: 0,
        securityTrailer: security?.trailerLength ?? 0,
      };
    },
    names: () => ({ userName: this.#session.userName }),
    negotiationInfo: () => ({ package: this.#package }),
    sessionKey: () => new Uint8Array(this.#session.keyBytes),
    keyInfo: () => this.#session.keyInfo,
    packageInfo: () => this.#package,
    flags: () => this.#session.flags,
  };

  get #session(): KerberosSession {
    // The facade rejects every call that needs a session before the handshake is complete.
    return this.#handshake.session as KerberosSession;
  }
}
