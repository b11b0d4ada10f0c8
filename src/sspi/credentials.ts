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

/** The identity of a client: SEC_WINNT_AUTH_IDENTITY. Each name has at most 1,024 UTF-16 units. */
export type Identity = Account & {
  /** `user`, `DOMAIN\user`, or `user@domain`, which is sent unchanged. At least one character. */
  readonly user: string;
  /**
   * The domain, spelled as the server's accounts spell it: NTLM does not ignore its case. Without a backslash,
   * and absent if `user` has a domain. Default empty.
   */
  readonly domain?: string | undefined;
  /** The name of this computer. Default empty: no name is sent. */
  readonly workstation?: string | undefined;
};

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

/** The argument of {@link Sspi.acquireCredentialsHandle}. */
export interface CredentialsRequest {
  /** The name of a package in any case: `NTLM`, `Negotiate`, or on Windows another package of the system. */
  readonly package: string;
  /** `outbound` for a client, `inbound` for a server. */
  readonly use: 'outbound' | 'inbound';
  /** Client only. The portable provider requires it. On Windows the default is the user of this process. */
  readonly identity?: Identity | undefined;
  /** Server only. The portable provider requires it. Windows has its own accounts and rejects it. */
  readonly accounts?: AccountLookup | undefined;
  /** Server only, portable provider only. */
  readonly names?: ServerNames | undefined;
}

/** Credentials of one package: a CredHandle. */
export interface Credentials extends Disposable {
  /** The package that they belong to. */
  readonly package: PackageInfo;
  /** `outbound` for a client, `inbound` for a server. */
  readonly use: 'outbound' | 'inbound';
  /** FreeCredentialsHandle: overwrites the secrets. Existing contexts continue. A second call does nothing. */
  close(): void;
}
