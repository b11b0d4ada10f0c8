import type { PackageInfo } from './packages.js';

/** What is known of an account: a password, or its hash; never both. */
export type Account =
  | {
      /** Up to 1,024 UTF-16 units. */
      readonly password: string;
      readonly ntHash?: undefined;
    }
  | {
      /** NTOWFv1 (MS-NLMP 3.3.1): MD4 of the password in UTF-16LE, 16 bytes. Worth as much as the password. */
      readonly ntHash: Uint8Array;
      readonly password?: undefined;
    };

/** Who a client is: SEC_WINNT_AUTH_IDENTITY. Names are up to 1,024 UTF-16 units. */
export type Identity = Account & {
  /** `user` with a domain beside it or none, `DOMAIN\user`, or `user@domain`, which is sent as it is. */
  readonly user: string;
  /** As the accounts of the server have it: NTLM does not ignore its case. Without a backslash. */
  readonly domain?: string | undefined;
  /** The name of this computer; not sent without it. */
  readonly workstation?: string | undefined;
};

/** Who a client says it is (MS-NLMP 2.2.1.3): up to 32,767 UTF-16 units each. */
export interface ClaimedIdentity {
  /** As sent; holds an `@` where the client's form is `user@domain`. */
  readonly user: string;
  /** As sent; empty with `user@domain`. */
  readonly domain: string;
  /** As sent; nothing proves it. */
  readonly workstation: string;
}

/**
 * Finds an account; undefined or null where there is none, and for every domain that is not one of its
 * own: the domain that the client names becomes part of the name of the context. Names come as sent, in
 * any case.
 *
 * The client learns nothing of the difference, as far as this package goes: how long the search takes is
 * for the caller to even out. What it throws is the `cause` of an SspiError
 * SEC_E_NO_AUTHENTICATING_AUTHORITY; an answer that is no account is a TypeError or RangeError. Of an answer the own
 * properties `password` and `ntHash` are read: it may have others, such as the columns of a row, and null is as good
 * as absent.
 */
export type AccountLookup = (
  claimed: ClaimedIdentity,
) => Account | null | undefined | Promise<Account | null | undefined>;

/** The names a server goes by: what its CHALLENGE_MESSAGE says (MsvAv...Name, MS-NLMP 2.2.2.1). */
export interface ServerNames {
  /** NetBIOS name of the computer: 1 to 15 characters. By default from the host name. */
  readonly computer?: string | undefined;
  /** NetBIOS name of its domain, as long. By default that of the computer, which is then in no domain. */
  readonly domain?: string | undefined;
  /** Up to 1,024 characters. By default the host name. */
  readonly dnsComputer?: string | undefined;
  /** Up to 1,024 characters. By default empty. */
  readonly dnsDomain?: string | undefined;
}

/** AcquireCredentialsHandle's arguments. */
export interface CredentialsRequest {
  /** `'NTLM'` or `'Negotiate'`, in any case. */
  readonly package: string;
  /** `outbound` for a client, `inbound` for a server. */
  readonly use: 'outbound' | 'inbound';
  /** Of a client. */
  readonly identity?: Identity | undefined;
  /** Of a server. */
  readonly accounts?: AccountLookup | undefined;
  /** Of a server. */
  readonly names?: ServerNames | undefined;
}

/** Credentials of one package: CredHandle. */
export interface Credentials extends Disposable {
  readonly package: PackageInfo;
  readonly use: 'outbound' | 'inbound';
  /** FreeCredentialsHandle: overwrites the secrets. Contexts that exist go on. It may be called again. */
  close(): void;
}
