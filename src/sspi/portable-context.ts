import { copyOf } from '../bytes/copy.js';
import { MAX_TOKEN } from './arguments.js';
import { alwaysEncrypted, invalidToken, unsupported } from './failure.js';
import { keyInfoOf } from './ntlm/key-info.js';
import { type MessageSecurity, SIGNATURE_LENGTH } from './ntlm/message-security.js';
import { contextFlagsOf, type NtlmSession } from './ntlm/session.js';
import type { PackageInfo } from './packages.js';
import type {
  MessageBuffer,
  ProviderContext,
  SealedInput,
  SealedOutput,
  Sealing,
} from './provider.js';
import type { ContextAttributes, Step } from './security-context.js';

/** What makes a session: NTLM, bare or in SPNEGO. */
export interface Handshake {
  step(token: Uint8Array): Step | Promise<Step>;
  /** Present when `step` has answered that it is done. */
  readonly session: NtlmSession | undefined;
  close(): void;
}

export class PortableContext implements ProviderContext {
  readonly #package: PackageInfo;
  readonly #chosen: PackageInfo;
  readonly #handshake: Handshake;

  constructor(info: PackageInfo, chosen: PackageInfo, handshake: Handshake) {
    this.#package = info;
    this.#chosen = chosen;
    this.#handshake = handshake;
  }

  async step(token: Uint8Array): Promise<Step> {
    const step = await this.#handshake.step(token);
    if (step.token.length > MAX_TOKEN) throw invalidToken('no answer to it is short enough');
    return step;
  }

  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name] {
    return this.#attributes[name]();
  }

  sign(buffers: readonly MessageBuffer[], sequence: number): Uint8Array {
    return this.#security.sign(buffers, sequence);
  }

  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence: number): void {
    this.#security.verify(buffers, signature, sequence);
  }

  encrypt(buffers: readonly MessageBuffer[], { encrypt, sequence }: Sealing): SealedOutput {
    const security = this.#security;
    if (!encrypt) throw alwaysEncrypted();
    return security.seal(buffers, sequence);
  }

  decrypt(
    { trailer, buffers, padding }: SealedInput,
    { encrypt, sequence }: Sealing,
  ): Uint8Array[] {
    const security = this.#security;
    if (!encrypt) throw alwaysEncrypted();
    if (padding.length > 0) throw invalidToken('NTLM has no padding');
    return security.unseal(buffers, trailer, sequence);
  }

  /** GSS_Wrap of NTLM: the signature, then the encrypted message. */
  unwrap(wrapped: Uint8Array, { encrypt, sequence }: Sealing): Uint8Array {
    const security = this.#security;
    if (!encrypt) throw alwaysEncrypted();
    const trailer = copyOf(wrapped.subarray(0, SIGNATURE_LENGTH));
    const buffers = [{ bytes: wrapped.subarray(SIGNATURE_LENGTH), flag: undefined }];
    return security.unseal(buffers, trailer, sequence)[0] as Uint8Array;
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
    // The facade lets no call through before the handshake is done.
    return this.#handshake.session as NtlmSession;
  }

  /** It signs and seals: MS-NLMP 3.4.3 needs no more than the keys, whether or not sealing was negotiated. */
  get #security(): MessageSecurity {
    const { security } = this.#session;
    if (security === undefined) throw unsupported('this context has no integrity');
    return security;
  }
}
