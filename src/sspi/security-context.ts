import type { ContextFlag } from './context-options.js';
import type { PackageInfo } from './packages.js';

/** What {@link SecurityContext.step} answers. */
export interface Step {
  /** To be sent to the other side as it is; nothing is sent where it is empty. */
  readonly token: Uint8Array;
  /** Whether the context is complete on this side; the last token is still to be sent. */
  readonly done: boolean;
}

export type BufferFlag = 'read-only' | 'read-only-with-checksum';

/** One buffer of a message: SECBUFFER_DATA with its attribute (SecBuffer of sspi.h). */
export interface DataBuffer {
  readonly data: Uint8Array;
  /**
   * SECBUFFER_READONLY or SECBUFFER_READONLY_WITH_CHECKSUM, which NTLM treats alike: the signature covers the
   * buffer, and it is not encrypted.
   */
  readonly flag?: BufferFlag | undefined;
}

/** What the message calls take besides the message. */
export interface MessageOptions {
  /**
   * MessageSeqNo, 0 to 4,294,967,295: of a datagram context, where the caller numbers the messages, and
   * never two of one direction alike. A connection counts by itself and takes none.
   */
  readonly sequence?: number | undefined;
}

/** What the calls that seal a message or open a sealed one take besides it. */
export interface SealOptions extends MessageOptions {
  /**
   * False for SECQOP_WRAP_NO_ENCRYPT: the message is signed, in the form of a sealed one, and not encrypted.
   * The receiver must say so too: each call takes only the kind of message it was told to expect. By default
   * true.
   */
  readonly encrypt?: boolean | undefined;
}

/**
 * EncryptMessage's answer, and what DecryptMessage takes. GSS_Wrap of other implementations makes `trailer`,
 * `data` and `padding` one after the other.
 */
export interface SealedMessage {
  /** The SECBUFFER_TOKEN, as long as the package made it: with NTLM a signature of 16 bytes (MS-NLMP 2.2.2.9). */
  readonly trailer: Uint8Array;
  /** The encrypted message, as long as the message. */
  readonly data: Uint8Array;
  /** The SECBUFFER_PADDING, of every package but NTLM. It may be empty. */
  readonly padding?: Uint8Array | undefined;
}

/** {@link SealedMessage} of several buffers. */
export interface SealedBuffers {
  /** As {@link SealedMessage.trailer}, one for all. */
  readonly trailer: Uint8Array;
  /**
   * One for each buffer, in their order and with their flags; `data` of a read-only one is a copy. Flags are
   * not sent: a receiver builds this list with the flags that its protocol prescribes.
   */
  readonly buffers: readonly DataBuffer[];
  /** See {@link SealedMessage.padding}. */
  readonly padding?: Uint8Array | undefined;
}

/** SecPkgContext_KeyInfo. */
export interface KeyInfo {
  readonly signatureAlgorithmName: string;
  readonly encryptAlgorithmName: string;
  /** Of the key that messages are sealed with, in bits. */
  readonly keySize: number;
  /** ALG_ID of wincrypt.h, or a number of the package's own; 0 where there is none. */
  readonly signatureAlgorithm: number;
  /** Likewise. */
  readonly encryptAlgorithm: number;
}

/** What {@link SecurityContext.queryContextAttributes} answers, by the names of SECPKG_ATTR_. */
export interface ContextAttributes {
  /**
   * SecPkgContext_Sizes, in bytes; with NTLM a signature and a trailer have 16. `maxSignature` and
   * `securityTrailer` are 0 without integrity.
   */
  sizes: {
    readonly maxToken: number;
    readonly maxSignature: number;
    readonly blockSize: number;
    readonly securityTrailer: number;
  };
  /** SecPkgContext_Names: whose context this is, the client's, as `DOMAIN\user` or as it was sent. */
  names: { readonly userName: string };
  /** SecPkgContext_NegotiationInfo: which package was chosen. */
  negotiationInfo: { readonly package: PackageInfo };
  /**
   * SecPkgContext_SessionKey: a copy, with NTLM of ExportedSessionKey (MS-NLMP 3.1.1.1), 16 bytes. It is a
   * secret.
   */
  sessionKey: Uint8Array;
  /** SecPkgContext_KeyInfo: how messages are protected. */
  keyInfo: KeyInfo;
  /** SecPkgContext_PackageInfo: the package that the credentials are of. */
  packageInfo: PackageInfo;
  /** SecPkgContext_Flags: what the context gives. */
  flags: readonly ContextFlag[];
}

/**
 * A security context: CtxtHandle. {@link step} until it is done, then sign, seal and so on.
 *
 * Wrong arguments are a `TypeError` or `RangeError`. Every other failure is an SspiError: in each call
 * SEC_E_INVALID_HANDLE before the context is complete, after its handshake failed, and after close(); and
 * what is listed with the call. A handshake that failed stays failed. With the portable provider a message
 * that was refused changes nothing (MS-NLMP 3.4.4); Windows' own may have counted it. A message has up to
 * 2,147,483,647 bytes, in all of its buffers together.
 */
export interface SecurityContext extends Disposable {
  /**
   * InitializeSecurityContext or AcceptSecurityContext, with CompleteAuthToken: takes the other side's token,
   * and answers with the one to be sent (MS-NLMP 3.1.5, 3.2.5; RFC 4178 4, 5).
   *
   * @param token at most 65,535 bytes; none, or an empty one, where this side begins. The first of a client of
   * Negotiate may be that of a server that speaks first (NegTokenInit2, MS-SPNG 2.2.1), which is advice: its list
   * decides nothing, and its mechListMIC is not verified
   * @throws SspiError SEC_E_INVALID_TOKEN, with `path` and `offset` where a field is at fault;
   * SEC_E_LOGON_DENIED; SEC_E_MESSAGE_ALTERED when the handshake was changed on its way;
   * SEC_E_UNSUPPORTED_FUNCTION when the other side gives less than `flags` or only weak security;
   * SEC_E_BAD_BINDINGS; SEC_E_WRONG_PRINCIPAL; SEC_E_SECPKG_NOT_FOUND; SEC_E_NO_AUTHENTICATING_AUTHORITY,
   * with a `cause`, when `accounts` failed; SEC_E_INVALID_HANDLE also when the context is complete, or
   * another step is under way; with the Windows provider whatever Windows says, but SEC_E_INVALID_TOKEN for
   * SEC_E_INVALID_HANDLE to a server's first token, where Windows means the token (`os` has its number)
   * @throws TypeError, RangeError also when `accounts` answers with what is no account
   */
  step(token?: Uint8Array): Promise<Step>;

  /**
   * QueryContextAttributes.
   *
   * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for what a package of Windows does not tell
   */
  queryContextAttributes<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name];

  /**
   * MakeSignature (GSS_GetMICEx, MS-NLMP 3.4.8): the signature of a message, with NTLM 16 bytes
   * (MS-NLMP 2.2.2.9), with Kerberos `sizes.maxSignature` at the most. That size says beforehand whether the
   * context signs.
   *
   * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION when the context has no integrity; SEC_E_CONTEXT_EXPIRED
   * after 2^32 messages
   */
  makeSignature(message: Uint8Array, options?: MessageOptions): Uint8Array;
  /** {@link makeSignature} of several buffers. */
  makeSignatureBuffers(buffers: readonly DataBuffer[], options?: MessageOptions): Uint8Array;

  /**
   * VerifySignature (GSS_VerifyMICEx, MS-NLMP 3.4.9): returns where the signature is that of the message, and
   * the message is the next one.
   *
   * @param signature 16 bytes with NTLM
   * @throws SspiError SEC_E_MESSAGE_ALTERED; SEC_E_OUT_OF_SEQUENCE, in place of which it is
   * SEC_E_MESSAGE_ALTERED without extended session security; SEC_E_INVALID_TOKEN for a signature of another
   * length; SEC_E_UNSUPPORTED_FUNCTION when the context has no integrity; SEC_E_CONTEXT_EXPIRED after 2^32
   * messages
   */
  verifySignature(message: Uint8Array, signature: Uint8Array, options?: MessageOptions): void;
  /** {@link verifySignature} of several buffers. */
  verifySignatureBuffers(
    buffers: readonly DataBuffer[],
    signature: Uint8Array,
    options?: MessageOptions,
  ): void;

  /**
   * EncryptMessage (GSS_WrapEx, MS-NLMP 3.4.6): the message, encrypted, and a trailer that is its signature.
   * NTLM encrypts with integrity alone, too (as gss-ntlmssp's GSS_Wrap does), every other package only with
   * confidentiality: `flags` says what the context promises.
   *
   * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION when the context has no confidentiality, or no integrity with
   * NTLM or `encrypt: false`; SEC_E_QOP_NOT_SUPPORTED for `encrypt: false` with NTLM, whose signature has no place
   * to say so (MS-NLMP 2.2.2.9) and whose receivers always decrypt: {@link makeSignature} signs;
   * SEC_E_CONTEXT_EXPIRED after 2^32 messages
   */
  encryptMessage(message: Uint8Array, options?: SealOptions): SealedMessage;
  /** {@link encryptMessage} of several buffers. */
  encryptMessageBuffers(buffers: readonly DataBuffer[], options?: SealOptions): SealedBuffers;

  /**
   * DecryptMessage (GSS_UnwrapEx, MS-NLMP 3.4.7): the message, if it is what was encrypted and the next one.
   *
   * @param sealed what {@link encryptMessage} gave; its trailer has 16 bytes with NTLM, and its padding none
   * @throws SspiError SEC_E_MESSAGE_ALTERED; SEC_E_OUT_OF_SEQUENCE; SEC_E_INVALID_TOKEN for a trailer or a padding
   * of another length; SEC_E_UNSUPPORTED_FUNCTION as {@link encryptMessage}; SEC_E_CONTEXT_EXPIRED after 2^32
   * messages; SEC_E_QOP_NOT_SUPPORTED for a message that is signed and not encrypted, or with `encrypt: false` for
   * one that is encrypted
   */
  decryptMessage(sealed: SealedMessage, options?: SealOptions): Uint8Array;
  /**
   * {@link decryptMessage} of several buffers.
   *
   * @param sealed what {@link encryptMessageBuffers} gave
   * @returns one for each buffer, in their order; of a read-only one a copy
   */
  decryptMessageBuffers(sealed: SealedBuffers, options?: SealOptions): Uint8Array[];
  /**
   * {@link decryptMessage} of a message in one piece, as GSS_Wrap (RFC 2743 2.3.3) of other implementations
   * makes it: by SECBUFFER_STREAM, as Windows' page on interoperability with GSSAPI has it.
   */
  unwrapMessage(wrapped: Uint8Array, options?: SealOptions): Uint8Array;

  /** DeleteSecurityContext: overwrites the keys. It may be called again. */
  close(): void;
}
