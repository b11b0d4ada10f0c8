import type {
  Credentials,
  Identity,
  KerberosOptions,
  NegotiateMechanism,
} from '../../../sspi/credentials.js';
import type { Sspi } from '../../../sspi/interface.js';
import type { Scheme } from '../scheme.js';

/** Where the credentials for one peer come from: from the caller, or from an identity and a package. */
export type CredentialOrigin =
  | { readonly credentials: Credentials }
  | {
      readonly credentials: undefined;
      readonly package: string;
      /** Absent for the logged-on user. An NT hash and the bytes of a keytab belong to this source. */
      readonly identity: Identity | undefined;
      readonly negotiate: readonly NegotiateMechanism[] | undefined;
      readonly kerberos: KerberosOptions | undefined;
    };

type OwnOrigin = Exclude<CredentialOrigin, { readonly credentials: Credentials }>;

/** The credentials for one peer. They are acquired at the first use, once for each package. */
export class CredentialSource {
  readonly sspi: Sspi;
  /** The name of the package, as its provider spells it. */
  readonly packageName: string;
  /** The mechanisms that these credentials can use. Empty if only their provider knows them. */
  readonly mechanisms: readonly NegotiateMechanism[];
  /** The schemes that these credentials can serve, the preferred one first. */
  readonly schemes: readonly Scheme[];
  /** Whether an account can be locked after wrong secrets: not the session of the logged-on user, nor tickets. */
  readonly hasSecret: boolean;
  /** Whether the identity names no domain, not even as `user@domain`. */
  readonly lacksDomain: boolean;
  readonly #origin: CredentialOrigin;
  readonly #acquired = new Map<string, Promise<Credentials>>();
  #isClosed = false;

  constructor(sspi: Sspi, origin: CredentialOrigin) {
    this.sspi = sspi;
    this.#origin = origin;
    const isFixed = origin.credentials !== undefined;
    this.packageName = isFixed ? origin.credentials.package.name : origin.package;
    this.mechanisms = mechanismsOf(sspi, this.packageName, isFixed ? undefined : origin);
    this.schemes = schemesOf(this.packageName, this.mechanisms);
    const { identity } = isFixed ? {} : origin;
    this.hasSecret = isFixed || (identity !== undefined && identity.credentialCache === undefined);
    this.lacksDomain =
      identity?.user !== undefined && !identity.domain && !identity.user.includes('@');
  }

  /** @throws SspiError of AcquireCredentialsHandle */
  async get(scheme: Scheme): Promise<Credentials> {
    const origin = this.#origin;
    if (origin.credentials !== undefined) return origin.credentials;
    const name = scheme === 'NTLM' ? 'NTLM' : origin.package;
    const known = this.#acquired.get(name);
    if (known !== undefined) return known;
    const acquired = this.#acquire(name, origin);
    this.#acquired.set(name, acquired);
    // The next connection tries again.
    acquired.catch(() => this.#acquired.delete(name));
    return acquired;
  }

  /** Closes the credentials that were acquired here, and overwrites an NT hash and a keytab. */
  close(): void {
    this.#isClosed = true;
    if (this.#origin.credentials === undefined) overwriteSecret(this.#origin.identity);
    for (const acquired of this.#acquired.values()) acquired.then(closeCredentials, () => {});
  }

  async #acquire(
    name: string,
    { package: own, identity, negotiate, kerberos }: OwnOrigin,
  ): Promise<Credentials> {
    const options = name === own ? { negotiate, kerberos } : {};
    const request = { package: name, use: 'outbound', identity, ...options } as const;
    const credentials = await this.sspi.acquireCredentialsHandle(request);
    if (this.#isClosed) credentials.close();
    return credentials;
  }
}

function overwriteSecret(identity: Identity | undefined): void {
  if (identity?.ntHash instanceof Uint8Array) identity.ntHash.fill(0);
  if (identity?.keytab instanceof Uint8Array) identity.keytab.fill(0);
}

function closeCredentials(credentials: Credentials): void {
  credentials.close();
}

/** The mechanisms of a package. Without a list the secret decides about those of Negotiate, and Windows has both. */
function mechanismsOf(
  sspi: Sspi,
  packageName: string,
  origin: OwnOrigin | undefined,
): readonly NegotiateMechanism[] {
  if (packageName === 'NTLM' || packageName === 'Kerberos') return [packageName];
  if (packageName !== 'Negotiate' || origin === undefined) return [];
  const { identity, negotiate } = origin;
  if (negotiate !== undefined) return negotiate;
  if (sspi.provider.name === 'windows') return ['Kerberos', 'NTLM'];
  const isAccount = identity?.password !== undefined || identity?.ntHash !== undefined;
  return isAccount ? ['NTLM'] : ['Kerberos'];
}

/**
 * The scheme NTLM carries tokens of NTLM only; Negotiate carries those of every package (RFC 4559 4). With credentials
 * of Negotiate alone there are none for the scheme NTLM.
 */
function schemesOf(
  packageName: string,
  mechanisms: readonly NegotiateMechanism[],
): readonly Scheme[] {
  if (packageName === 'NTLM') return ['NTLM'];
  return mechanisms.includes('NTLM') ? ['Negotiate', 'NTLM'] : ['Negotiate'];
}
