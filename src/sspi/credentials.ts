import type { InitializeOptions } from './context-options.js';
import type { PackageInfo } from './packages.js';

/** The secret of an account: its password or its NT hash, never both. */
export type Account =
  | {
      /** At most 1,024 UTF-16 units. */
      readonly password: string;
      readonly ntHash?: undefined;
    }
  | {
      /** The hash of {@link ntHash}, 16 bytes. Keep it as secret as the password. */
      readonly ntHash: Uint8Array;
      readonly password?: undefined;
    };

/** The identity of a client: SEC_WINNT_AUTH_IDENTITY with its secret, or the tickets of Kerberos. */
export type Identity = AccountIdentity | KeytabIdentity | CacheIdentity;

/** An identity with the password of its account or its NT hash. Each name has at most 1,024 UTF-16 units. */
export type AccountIdentity = Account & {
  /**
   * `user`, `DOMAIN\user`, or `user@domain`. At least one character. NTLM sends `user@domain` unchanged. Kerberos takes
   * what follows the last `@` as the realm; with a `domain` besides, the whole is an enterprise name (RFC 6806 5), which
   * the KDCs of that realm may refer to another.
   */
  readonly user: string;
  /**
   * The domain, spelled as the server's accounts spell it: NTLM does not ignore its case. Without a backslash,
   * and absent if `user` has a domain. Default empty. For Kerberos it is the realm: in full, such as
   * `EXAMPLE.COM`, in any case unless krb5.conf has it in lower case. Default the default_realm of krb5.conf.
   */
  readonly domain?: string | undefined;
  /** The name of this computer, for NTLM. Default empty: no name is sent. */
  readonly workstation?: string | undefined;
  readonly keytab?: undefined;
  readonly credentialCache?: undefined;
};

/** An identity of Kerberos with the long-term keys of its account. Portable provider only. */
export type KeytabIdentity = {
  /** As in {@link AccountIdentity}. A service is `service/host`. */
  readonly user: string;
  /** The realm, as in {@link AccountIdentity}. */
  readonly domain?: string | undefined;
  /** The path of a keytab with a key of this user, or its bytes, in the format 5.2 of MIT Kerberos. */
  readonly keytab: string | Uint8Array;
  readonly workstation?: undefined;
  readonly password?: undefined;
  readonly ntHash?: undefined;
  readonly credentialCache?: undefined;
};

/** An identity of Kerberos whose tickets a credential cache has, such as those of kinit. Portable provider only. */
export type CacheIdentity = {
  /**
   * `FILE:/path`, a path, `DIR:/path` for the primary cache of a folder, or `DIR::/path` for another one, in the
   * version 3 or 4 of MIT Kerberos. The file must belong to the user of this process or to root, and nobody else may
   * write it. Tickets for services are added to it.
   */
  readonly credentialCache: string;
  readonly user?: undefined;
  readonly domain?: undefined;
  readonly workstation?: undefined;
  readonly password?: undefined;
  readonly ntHash?: undefined;
  readonly keytab?: undefined;
};

/** Options of a Kerberos client. */
export interface KerberosOptions {
  /**
   * The path of krb5.conf. Default the paths in the environment variable KRB5_CONFIG, separated by colons, or
   * `/etc/krb5.conf`, which may be missing. On Windows there is no default file, and semicolons separate.
   */
  readonly configFile?: string | undefined;
  /**
   * The time for one exchange with the KDCs of a realm, all of them together: 1 to 3,600,000 milliseconds. Default
   * 10,000.
   */
  readonly timeout?: number | undefined;
  /**
   * The weak encryption types to accept in the logon. Default none. Those of a ticket for a service are allowed by
   * {@link InitializeOptions.allowWeak}.
   */
  readonly allowWeak?: readonly 'rc4-hmac'[] | undefined;
}

/** The identity that a client claims (MS-NLMP 2.2.1.3). Each name has at most 32,767 UTF-16 units. */
export interface ClaimedIdentity {
  /** As sent. It contains an `@` if the client sends `user@domain`. */
  readonly user: string;
  /** As sent. Empty if the client sends `user@domain`. */
  readonly domain: string;
  /** As sent, unauthenticated. */
  readonly workstation: string;
}

/**
 * Finds the account of a client. It returns undefined or null for an unknown user and for every domain that is
 * not its own: the domain that the client claims becomes part of the name of the context. Names come as sent, in
 * any case.
 *
 * The lookup may return an object with more properties, such as a row of a table: only its own properties
 * `password` and `ntHash` are read, and null counts as absent. An exception becomes the `cause` of an SspiError
 * SEC_E_NO_AUTHENTICATING_AUTHORITY; an invalid result is a TypeError or a RangeError.
 *
 * The client gets one error for an unknown user and for a wrong password, after the same computation. The caller
 * must make the lookup itself take the same time for both.
 */
export type AccountLookup = (
  claimed: ClaimedIdentity,
) => Account | null | undefined | Promise<Account | null | undefined>;

/** The names of a server, as its CHALLENGE_MESSAGE tells them (MS-NLMP 2.2.2.1). */
export interface ServerNames {
  /** MsvAvNbComputerName: the NetBIOS name, 1 to 15 characters. Default from the host name. */
  readonly computer?: string | undefined;
  /** MsvAvNbDomainName: the NetBIOS domain, 1 to 15 characters. Default `computer`: the server has no domain. */
  readonly domain?: string | undefined;
  /** MsvAvDnsComputerName: at most 1,024 characters. Default the host name. */
  readonly dnsComputer?: string | undefined;
  /** MsvAvDnsDomainName: at most 1,024 characters. Default empty. */
  readonly dnsDomain?: string | undefined;
}

/** A mechanism that Negotiate can choose. */
export type NegotiateMechanism = 'Kerberos' | 'NTLM';

/** The argument of {@link Sspi.acquireCredentialsHandle}. */
export interface CredentialsRequest {
  /**
   * The name of a package in any case: `NTLM`, `Negotiate`, `Kerberos`, or on Windows another package of the system.
   */
  readonly package: string;
  /** `outbound` for a client, `inbound` for a server. */
  readonly use: 'outbound' | 'inbound';
  /**
   * Client only. On Windows the default is the user of this process. The portable provider requires it for NTLM. For
   * Kerberos its default is the credential cache of the user: that of the environment variable KRB5CCNAME, the
   * default_ccache_name of krb5.conf, or `FILE:/tmp/krb5cc_UID`.
   */
  readonly identity?: Identity | undefined;
  /** Client of Kerberos only, portable provider only. */
  readonly kerberos?: KerberosOptions | undefined;
  /**
   * Server of NTLM, or of Negotiate for its NTLM: the portable provider requires it there. Windows has its own accounts
   * and rejects it.
   */
  readonly accounts?: AccountLookup | undefined;
  /** Server of NTLM or Negotiate, portable provider only. */
  readonly names?: ServerNames | undefined;
  /**
   * Server of Kerberos, or of Negotiate for its Kerberos, portable provider only: the path of a keytab, or its bytes,
   * in the format 5.2 of MIT Kerberos. Default the file that the environment variable KRB5_KTNAME names, or
   * `/etc/krb5.keytab`, except on Windows; of Negotiate only if `negotiate` lists Kerberos. Keep it as secret as the
   * password of the service: it also makes tickets for the service, in any name.
   */
  readonly keytab?: string | Uint8Array | undefined;
  /**
   * Negotiate only, portable provider only: the mechanisms, the preferred one first. Default for a client with a
   * password or an NT hash NTLM alone, for other clients Kerberos alone, and for a server those that it has secrets for:
   * Kerberos with a keytab, NTLM with accounts.
   *
   * A client sends the first token of the first mechanism with its list. The next one follows if the server chooses it,
   * which mechListMIC then protects (RFC 4178 5), or if Kerberos cannot begin: the KDC knows no such service
   * (SEC_E_TARGET_UNKNOWN), no KDC answers (SEC_E_NO_AUTHENTICATING_AUTHORITY), or there are no tickets
   * (SEC_E_NO_CREDENTIALS). An attacker between the client and its KDC can cause each of these: list NTLM only if you
   * accept NTLM. A wrong password, a wrong clock, an invalid answer of the KDC and a rejection by the server are
   * final. `mutual-auth` leaves NTLM out. Without integrity nothing protects the list: the client offers only the
   * mechanism that begins.
   */
  readonly negotiate?: readonly NegotiateMechanism[] | undefined;
}

/** Credentials of one package: a CredHandle. */
export interface Credentials extends Disposable {
  /** The package that they belong to. */
  readonly package: PackageInfo;
  /** `outbound` for a client, `inbound` for a server. */
  readonly use: 'outbound' | 'inbound';
  /**
   * The mechanisms that Negotiate has secrets for, the preferred one first. Undefined on Windows, which does not tell
   * them, and for other packages.
   */
  readonly negotiate: readonly NegotiateMechanism[] | undefined;
  /** FreeCredentialsHandle: overwrites the secrets. Existing contexts continue. A second call does nothing. */
  close(): void;
}
