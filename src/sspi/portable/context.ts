import { copyOf } from '../../bytes/copy.js';
import { MAX_TOKEN } from '../arguments.js';
import type { ContextAttributes } from '../context-attributes.js';
import { invalidToken, noAuthorizationData, unsupported } from '../failure.js';
import { findPackage, type PackageInfo, PORTABLE_PACKAGES } from '../packages.js';
import type { ProviderContext } from '../provider.js';
import { secretCopy } from '../secret.js';
import type { Step } from '../security-context.js';
import type { Handshake, Session, SessionSecurity } from '../session.js';

/** A context of the portable provider. */
export class PortableContext implements ProviderContext {
  readonly #package: PackageInfo;
  readonly #handshake: Handshake;

  /** @param info the package of the credentials */
  constructor(info: PackageInfo, handshake: Handshake) {
    this.#package = info;
    this.#handshake = handshake;
  }

  async step(token: Uint8Array): Promise<Step> {
    const step = await this.#handshake.step(token);
    if (step.token.length > MAX_TOKEN) throw invalidToken('the answer to it would be too long');
    return step;
  }

  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name] {
    return ATTRIBUTES[name](this.#session, this.#package);
  }

  /** Sealing needs no flag of its own with NTLM: the keys of a context with integrity suffice (MS-NLMP 3.4.3). */
  get messages(): SessionSecurity {
    const { security } = this.#session;
    if (security === undefined) throw unsupported('this context has no integrity');
    return security;
  }

  close(): void {
    this.#handshake.close();
  }

  get #session(): Session {
    // The facade rejects every call that needs a session before the handshake is complete.
    return this.#handshake.session as Session;
  }
}

type Attributes = {
  readonly [Name in keyof ContextAttributes]: (
    session: Session,
    info: PackageInfo,
  ) => ContextAttributes[Name];
};

const ATTRIBUTES: Attributes = {
  sizes: ({ security }, { maxToken }) => ({
    maxToken,
    maxSignature: security?.signatureLength ?? 0,
    blockSize: 0,
    securityTrailer: security?.trailerLength ?? 0,
  }),
  names: ({ userName }) => ({ userName }),
  negotiationInfo: ({ mechanism }) => ({ package: findPackage(PORTABLE_PACKAGES, mechanism) }),
  sessionKey: ({ keyBytes }) => secretCopy(keyBytes),
  keyInfo: ({ keyInfo }) => keyInfo,
  packageInfo: (_, info) => info,
  flags: ({ contextFlags }) => [...contextFlags],
  authorizationData: ({ authorizationData }) => {
    if (authorizationData === undefined) throw noAuthorizationData();
    return authorizationData.map(({ type, data }) => ({ type, data: copyOf(data) }));
  },
};
