import type { Credentials, Identity } from '../../../sspi/credentials.js';
import type { Sspi } from '../../../sspi/interface.js';
import type { Scheme } from '../scheme.js';

/** Where the credentials for one peer come from: from the caller, or from an identity and a package. */
export type CredentialOrigin =
  | { readonly credentials: Credentials }
  | {
      readonly credentials?: undefined;
      readonly package: string;
      /** Absent for the logged-on user. An NT hash belongs to this source. */
      readonly identity: Identity | undefined;
    };

/** The credentials for one peer. They are acquired at the first use, once for each package. */
export class CredentialSource {
  readonly sspi: Sspi;
  /** The name of the package, as its provider spells it. */
  readonly packageName: string;
  /** The schemes that these credentials can serve, the preferred one first. */
  readonly schemes: readonly Scheme[];
  /** Whether a server can lock the account after wrong passwords: not the logged-on user's session. */
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
    this.schemes = schemesOf(this.packageName, isFixed);
    const { identity } = isFixed ? {} : origin;
    this.hasSecret = isFixed || identity !== undefined;
    this.lacksDomain = identity !== undefined && !identity.domain && !identity.user.includes('@');
  }

  /** @throws SspiError of AcquireCredentialsHandle */
  async get(scheme: Scheme): Promise<Credentials> {
    const origin = this.#origin;
    if (origin.credentials !== undefined) return origin.credentials;
    const name = scheme === 'NTLM' ? 'NTLM' : origin.package;
    const known = this.#acquired.get(name);
    if (known !== undefined) return known;
    const acquired = this.#acquire(name, origin.identity);
    this.#acquired.set(name, acquired);
    // The next connection tries again.
    acquired.catch(() => this.#acquired.delete(name));
    return acquired;
  }

  /** Closes the credentials that were acquired here, and overwrites an NT hash. */
  close(): void {
    this.#isClosed = true;
    if (this.#origin.credentials === undefined) this.#origin.identity?.ntHash?.fill(0);
    for (const acquired of this.#acquired.values()) acquired.then(closeCredentials, () => {});
  }

  async #acquire(name: string, identity: Identity | undefined): Promise<Credentials> {
    const credentials = await this.sspi.acquireCredentialsHandle({
      package: name,
      use: 'outbound',
      identity,
    });
    if (this.#isClosed) credentials.close();
    return credentials;
  }
}

function closeCredentials(credentials: Credentials): void {
  credentials.close();
}

/** The scheme NTLM carries tokens of NTLM only; Negotiate carries those of every package (RFC 4559 4). */
function schemesOf(packageName: string, isFixed: boolean): readonly Scheme[] {
  if (packageName === 'NTLM') return ['NTLM'];
  // With credentials of Negotiate alone there are none for the scheme NTLM.
  return packageName === 'Negotiate' && !isFixed ? ['Negotiate', 'NTLM'] : ['Negotiate'];
}
