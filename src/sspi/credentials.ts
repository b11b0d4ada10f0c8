import type { PackageInfo } from './packages.js';

/** Who a client is: SEC_WINNT_AUTH_IDENTITY. A password or its hash, never both. */
export interface Identity {
  /** `user` with a domain beside it or none, `DOMAIN\user`, or `user@domain`, which is sent as it is. */
  readonly user: string;
  /** As the accounts of the server have it: NTLM does not ignore its case. */
  readonly domain?: string | undefined;
  readonly password?: string | undefined;
  /** NTOWFv1: MD4 of the password in UTF-16LE, 16 bytes. It is worth as much as the password. */
  readonly ntHash?: Uint8Array | undefined;
  /** The name of this computer; not sent without it. */
  readonly workstation?: string | undefined;
}

/** Who a client says it is. */
export interface ClaimedIdentity {
  /** As sent; holds an `@` where the client's form is `user@domain`. */
  readonly user: string;
  /** As sent; empty with `user@domain`. */
  readonly domain: string;
  /** As sent; nothing proves it. */
  readonly workstation: string;
}

/** What a server knows of an account: a password, or NTOWFv1 in 16 bytes. */
export type Account = { readonly password: string } | { readonly ntHash: Uint8Array };

/**
 * Finds an account; undefined where there is none, and for every domain that is not one of its own: the
 * domain that the client names becomes part of the name of the context. Names come as sent, in any case.
 *
 * The client learns nothing of the difference, as far as this package goes: how long the search takes is
 * for the caller to even out.
 */
export type AccountLookup = (
  claimed: ClaimedIdentity,
) => Account | undefined | Promise<Account | undefined>;

/** The names a server goes by: what its CHALLENGE_MESSAGE says (MsvAv...Name, MS-NLMP 2.2.2.1). */
export interface ServerNames {
  /** NetBIOS name of the computer: 1 to 15 characters. By default from the host name. */
  readonly computer?: string | undefined;
  /** NetBIOS name of its domain. By default that of the computer, which is then in no domain. */
  readonly domain?: string | undefined;
  /** By default the host name. */
  readonly dnsComputer?: string | undefined;
  /** By default empty. */
  readonly dnsDomain?: string | undefined;
}

/** AcquireCredentialsHandle's arguments. */
export interface CredentialsRequest {
  /** `'NTLM'` or `'Negotiate'`. */
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
  /** Overwrites the secrets (FreeCredentialsHandle). Contexts that exist already go on. */
  close(): void;
}
