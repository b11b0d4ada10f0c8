import type { SspiUnavailableReason } from '../errors.js';
import type { PackageInfo } from './packages.js';

/** Who does the work, and why. */
export interface SspiProviderDescription {
  readonly name: 'windows' | 'portable';
  /** `requested`, `found` in the operating system, or why Windows' own is not there. */
  readonly reason: 'requested' | 'found' | SspiUnavailableReason;
}

/**
 * What a context gives, by the names of its ISC_REQ_ and ASC_REQ_ bits. With NTLM integrity, replay
 * detection and sequence detection are one, and confidentiality brings all of them.
 *
 * - `identify`: the server may learn who the client is, and not act as the client.
 * - `datagram`: messages may be lost or come in any order; the server speaks first, and each message has
 *   a sequence number of the caller's.
 */
export type ContextFlag =
  | 'integrity'
  | 'confidentiality'
  | 'replay-detect'
  | 'sequence-detect'
  | 'identify'
  | 'datagram';

/**
 * Message security that is weaker than the rest of NTLM's, which is weak by today's measure. Each must
 * be allowed by name.
 *
 * - `56-bit`, `40-bit`: sealing keys of so many bits.
 * - `no-key-exchange`: messages are protected with a key that comes from the password and the two
 *   challenges alone, and checksums are not encrypted.
 * - `no-extended-session-security`: a CRC-32 in place of an HMAC, and one key stream for both directions:
 *   whoever knows a message can change it.
 */
export type WeakSecurity = '56-bit' | '40-bit' | 'no-key-exchange' | 'no-extended-session-security';

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
 * Finds an account; undefined where there is none. The client learns nothing of the difference, as far as
 * this package goes: how long the search takes is for the caller to even out. Names come as sent, in any
 * case.
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

/** InitializeSecurityContext's arguments. */
export interface InitializeOptions {
  /** The service's principal name, `HTTP/www.example.com`: the server can check that it is meant. */
  readonly target?: string | undefined;
  /**
   * What the context must give; the handshake fails where the server does not go along.
   * By default integrity and confidentiality.
   */
  readonly flags?: readonly ContextFlag[] | undefined;
  /**
   * What identifies the channel below, as {@link tlsServerEndPoint} and {@link tlsExporter} make it:
   * application_data of the channel bindings (RFC 5056, RFC 5929), at most 65,535 bytes.
   */
  readonly channelBindings?: Uint8Array | undefined;
  /** By default none. */
  readonly allowWeak?: readonly WeakSecurity[] | undefined;
}

/** AcceptSecurityContext's arguments. */
export interface AcceptOptions {
  /** What the client must ask for; what else it asks for it gets. By default nothing. */
  readonly flags?: readonly ContextFlag[] | undefined;
  /** See {@link InitializeOptions.channelBindings}; without them those of the client are not looked at. */
  readonly channelBindings?: Uint8Array | undefined;
  /**
   * With channel bindings: `require` (default) those of the client, `accept` a client that has none, or
   * `ignore` what it has.
   */
  readonly channelBindingPolicy?: 'require' | 'accept' | 'ignore' | undefined;
  /** The client must name one of these as its target; upper and lower case are one. */
  readonly targets?: readonly string[] | undefined;
  /** By default none. */
  readonly allowWeak?: readonly WeakSecurity[] | undefined;
}

/** What {@link SecurityContext.step} answers. */
export interface Step {
  /** To be sent to the other side; nothing is sent where it is empty. */
  readonly token: Uint8Array;
  /** Whether the context is complete on this side; the last token is still to be sent. */
  readonly done: boolean;
}

/** A SECBUFFER_DATA with its attribute. */
export interface DataBuffer {
  readonly type: 'DATA';
  readonly data: Uint8Array;
  /** SECBUFFER_READONLY..., with NTLM alike: covered by the signature, not encrypted. */
  readonly flag?: BufferFlag | undefined;
}

export type BufferFlag = 'READONLY' | 'READONLY_WITH_CHECKSUM';

/** What the message calls take besides the message. */
export interface MessageOptions {
  /**
   * MessageSeqNo, 0 to 4,294,967,295: of a datagram context, where the caller numbers the messages, and
   * never two of one direction alike. A connection counts by itself and takes none.
   */
  readonly sequence?: number | undefined;
}

/** EncryptMessage's answer. */
export interface SealedMessage {
  /** The SECBUFFER_TOKEN. */
  readonly trailer: Uint8Array;
  /** The encrypted message, as long as the message. */
  readonly data: Uint8Array;
}

/** {@link SealedMessage} of several buffers. */
export interface SealedBuffers {
  readonly trailer: Uint8Array;
  /** One for each buffer, in their order; of a read-only one a copy. */
  readonly data: Uint8Array[];
}

/** What queryContextAttributes answers, by the names of SECPKG_ATTR_. */
export interface ContextAttributes {
  /** In bytes; `maxSignature` is 0 without integrity, `securityTrailer` 0 without confidentiality. */
  sizes: {
    readonly maxToken: number;
    readonly maxSignature: number;
    readonly blockSize: number;
    readonly securityTrailer: number;
  };
  /** Whose context this is: the client's, as `DOMAIN\user` or as it was sent. */
  names: { readonly userName: string };
  /** Which package was chosen. */
  negotiationInfo: { readonly package: PackageInfo };
  /** A copy of the session key, 16 bytes. It is a secret. */
  sessionKey: Uint8Array;
  packageInfo: PackageInfo;
  /** What the context gives. */
  flags: readonly ContextFlag[];
}

/**
 * A security context: CtxtHandle. {@link step} until it is done, then sign, seal and so on.
 *
 * Wrong arguments are a `TypeError` or `RangeError`; every other failure is an SspiError:
 * SEC_E_INVALID_HANDLE for a call before the context is complete, after it failed, or after close().
 * A handshake that failed stays failed; a message that was refused changes nothing.
 */
export interface SecurityContext extends Disposable {
  /**
   * InitializeSecurityContext or AcceptSecurityContext: takes the other side's token, and answers with
   * the one to be sent.
   *
   * @param token at most 65,535 bytes; none, or an empty one, where this side begins
   * @throws SspiError SEC_E_INVALID_TOKEN with `path` and `offset`; SEC_E_LOGON_DENIED;
   * SEC_E_MESSAGE_ALTERED when the handshake was changed on its way; SEC_E_UNSUPPORTED_FUNCTION when
   * the other side gives less than `flags` or only weak security; SEC_E_BAD_BINDINGS;
   * SEC_E_WRONG_PRINCIPAL; SEC_E_SECPKG_NOT_FOUND; SEC_E_NO_AUTHENTICATING_AUTHORITY when `accounts`
   * failed
   */
  step(token?: Uint8Array): Promise<Step>;

  queryContextAttributes<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name];

  /**
   * MakeSignature (MS-NLMP 3.4.4): the signature of a message, 16 bytes with NTLM.
   *
   * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION when the context has no integrity
   */
  makeSignature(message: Uint8Array, options?: MessageOptions): Uint8Array;
  /** {@link makeSignature} of several buffers. */
  makeSignatureBuffers(buffers: readonly DataBuffer[], options?: MessageOptions): Uint8Array;

  /**
   * VerifySignature: returns where the signature is that of the message, and the message is the next one.
   *
   * @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN for a signature of
   * another length, SEC_E_UNSUPPORTED_FUNCTION
   */
  verifySignature(message: Uint8Array, signature: Uint8Array, options?: MessageOptions): void;
  /** {@link verifySignature} of several buffers. */
  verifySignatureBuffers(
    buffers: readonly DataBuffer[],
    signature: Uint8Array,
    options?: MessageOptions,
  ): void;

  /**
   * EncryptMessage (MS-NLMP 3.4.3).
   *
   * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION when the context has no confidentiality
   */
  encryptMessage(message: Uint8Array, options?: MessageOptions): SealedMessage;
  /** {@link encryptMessage} of several buffers. */
  encryptMessageBuffers(buffers: readonly DataBuffer[], options?: MessageOptions): SealedBuffers;

  /**
   * DecryptMessage: the message, if it is what was encrypted and the next one.
   *
   * @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN for a trailer of
   * another length, SEC_E_UNSUPPORTED_FUNCTION
   */
  decryptMessage(data: Uint8Array, trailer: Uint8Array, options?: MessageOptions): Uint8Array;
  /** {@link decryptMessage} of several buffers, one for each of them; of a read-only one a copy. */
  decryptMessageBuffers(
    buffers: readonly DataBuffer[],
    trailer: Uint8Array,
    options?: MessageOptions,
  ): Uint8Array[];

  /** Overwrites the keys (DeleteSecurityContext). */
  close(): void;
}

/** The functions of sspi.h that authenticate and protect messages. */
export interface Sspi {
  /** Who does the work, and why; decided when this object was opened. */
  readonly provider: SspiProviderDescription;

  /** EnumerateSecurityPackages. */
  enumerateSecurityPackages(): PackageInfo[];
  /** @throws SspiError SEC_E_SECPKG_NOT_FOUND */
  querySecurityPackageInfo(name: string): PackageInfo;

  /**
   * AcquireCredentialsHandle. Of a password only its hash is kept, of a hash a copy.
   *
   * @throws SspiError SEC_E_SECPKG_NOT_FOUND; SEC_E_NO_CREDENTIALS for a client without an identity or a
   * server without accounts: the portable provider knows no logged-on user
   */
  acquireCredentialsHandle(request: CredentialsRequest): Promise<Credentials>;

  /** Begins a context of a client: call {@link SecurityContext.step} without a token. */
  initializeSecurityContext(credentials: Credentials, options?: InitializeOptions): SecurityContext;
  /** Begins a context of a server: call {@link SecurityContext.step} with the client's first token. */
  acceptSecurityContext(credentials: Credentials, options?: AcceptOptions): SecurityContext;
}
