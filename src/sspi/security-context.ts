import type { ContextAttributes } from './context-attributes.js';
import type {
  DataBuffer,
  MessageOptions,
  SealedBuffers,
  SealedMessage,
  SealOptions,
} from './message-types.js';

/** The result of {@link SecurityContext.step}. */
export interface Step {
  /** The token to send to the other side, at most 65,535 bytes. Send nothing if it is empty. */
  readonly token: Uint8Array;
  /** Whether the context is complete on this side. Its last token must still be sent. */
  readonly done: boolean;
}

/**
 * A security context: a CtxtHandle. Call {@link step} until it returns `done`, then sign and seal messages.
 *
 * A wrong argument is a `TypeError` or a `RangeError`; every other failure is an SspiError. Every call throws
 * SEC_E_INVALID_HANDLE before the context is complete, after its handshake failed and after close(). Each call
 * lists its other codes. A failed handshake cannot continue.
 *
 * A rejected message changes nothing in the portable provider (MS-NLMP 3.4.4). Windows may count it: discard the
 * context then. A message has at most 2,143,289,344 bytes in all its buffers together.
 */
export interface SecurityContext extends Disposable {
  /**
   * InitializeSecurityContext or AcceptSecurityContext, with CompleteAuthToken: takes the token of the other
   * side and returns the answer (MS-NLMP 3.1.5, 3.2.5; RFC 4178 4, 5; RFC 4121 4.1).
   *
   * @param token at most 65,535 bytes. Leave it out, or pass an empty one, if this side begins. A client of
   * Negotiate may begin with the token of a server that speaks first (NegTokenInit2, MS-SPNG 2.2.1); its list of
   * mechanisms decides nothing, and its mechListMIC is not verified
   * @throws TypeError, RangeError also if `accounts` returns no account
   * @throws SspiError SEC_E_INVALID_TOKEN, with `path` and `offset` of an invalid field; SEC_E_LOGON_DENIED;
   * SEC_E_MESSAGE_ALTERED if the handshake was altered; SEC_E_UNSUPPORTED_FUNCTION if the other side does not
   * offer all `flags`, or only weak security; SEC_E_BAD_BINDINGS; SEC_E_WRONG_PRINCIPAL;
   * SEC_E_SECPKG_NOT_FOUND; SEC_E_NO_AUTHENTICATING_AUTHORITY, with a `cause`, if `accounts` threw; of a Kerberos
   * server also SEC_E_NO_KERB_KEY, SEC_E_KDC_UNKNOWN_ETYPE, SEC_E_TIME_SKEW, SEC_E_CONTEXT_EXPIRED for an expired
   * ticket, SEC_E_OUT_OF_SEQUENCE for a replay and SEC_E_INSUFFICIENT_MEMORY;
   * of a Kerberos client also SEC_E_TARGET_UNKNOWN, SEC_E_NO_AUTHENTICATING_AUTHORITY and SEC_E_NO_CREDENTIALS,
   * after which Negotiate may use NTLM (see the option `negotiate`), SEC_E_MUTUAL_AUTH_FAILED for the answer to another
   * token, and the reason of a KDC or of the service, such as SEC_E_KDC_UNKNOWN_ETYPE, SEC_E_TIME_SKEW,
   * SEC_E_CONTEXT_EXPIRED, SEC_E_OUT_OF_SEQUENCE or SEC_E_NO_KERB_KEY;
   * SEC_E_INVALID_HANDLE also if the context is complete or another step is in progress; on Windows any status
   * of the operating system. If Windows rejects a server's first token with SEC_E_INVALID_HANDLE, the code is
   * SEC_E_INVALID_TOKEN and `os` has Windows' status
   */
  step(token?: Uint8Array): Promise<Step>;

  /**
   * QueryContextAttributes.
   *
   * @param name one of the names of {@link ContextAttributes}
   * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION if a package of Windows does not have the attribute, and for
   * `authorizationData` of any context but a Kerberos server's of the portable provider
   */
  queryContextAttributes<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name];

  /**
   * MakeSignature (GSS_GetMICEx, MS-NLMP 3.4.8): signs a message. A context can sign if `sizes.maxSignature` is
   * not 0.
   *
   * @returns the signature: 16 bytes with NTLM (MS-NLMP 2.2.2.9), else at most `sizes.maxSignature`
   * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION if the context has no integrity; SEC_E_CONTEXT_EXPIRED after
   * 2^32 messages
   *
   * @example
   * import { openSspi } from 'tokenbinding/sspi';
   *
   * const sspi = openSspi({ provider: 'portable' });
   * const identity = { user: 'alice', domain: 'EXAMPLE', password: 'correct horse' };
   * const accounts = ({ domain, user }) =>
   *   domain === 'EXAMPLE' && user === 'alice' ? { password: 'correct horse' } : undefined;
   * const client = sspi.initializeSecurityContext(
   *   await sspi.acquireCredentialsHandle({ package: 'NTLM', use: 'outbound', identity }),
   * );
   * const server = sspi.acceptSecurityContext(
   *   await sspi.acquireCredentialsHandle({ package: 'NTLM', use: 'inbound', accounts }),
   * );
   * const negotiate = await client.step();
   * const challenge = await server.step(negotiate.token);
   * const authenticate = await client.step(challenge.token);
   * await server.step(authenticate.token);
   *
   * const message = Buffer.from('pay 10 to Bob');
   * const signature = client.makeSignature(message);
   * // Throws SEC_E_MESSAGE_ALTERED if the message or the signature was changed on the way.
   * server.verifySignature(message, signature);
   */
  makeSignature(message: Uint8Array, options?: MessageOptions): Uint8Array;
  /** {@link makeSignature} of a message in several buffers. */
  makeSignatureBuffers(buffers: readonly DataBuffer[], options?: MessageOptions): Uint8Array;

  /**
   * VerifySignature (GSS_VerifyMICEx, MS-NLMP 3.4.9): returns if the signature belongs to the message and the
   * message is the next one.
   *
   * @param signature 16 bytes with NTLM
   * @throws SspiError SEC_E_MESSAGE_ALTERED; SEC_E_OUT_OF_SEQUENCE for a replayed or missing message, or
   * SEC_E_MESSAGE_ALTERED without extended session security; SEC_E_INVALID_TOKEN for a signature of a wrong
   * length; SEC_E_UNSUPPORTED_FUNCTION if the context has no integrity; SEC_E_CONTEXT_EXPIRED after 2^32 messages
   */
  verifySignature(message: Uint8Array, signature: Uint8Array, options?: MessageOptions): void;
  /** {@link verifySignature} of a message in several buffers. */
  verifySignatureBuffers(
    buffers: readonly DataBuffer[],
    signature: Uint8Array,
    options?: MessageOptions,
  ): void;

  /**
   * EncryptMessage (GSS_WrapEx, MS-NLMP 3.4.6): encrypts and signs a message. NTLM encrypts on a context with
   * integrity alone too; every other package needs confidentiality.
   *
   * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION if the context has no confidentiality, or no integrity with
   * NTLM or `encrypt: false`; SEC_E_QOP_NOT_SUPPORTED for `encrypt: false` with NTLM, whose signature has no field
   * for it (MS-NLMP 2.2.2.9): use {@link makeSignature}; SEC_E_CONTEXT_EXPIRED after 2^32 messages
   *
   * @example
   * import { openSspi } from 'tokenbinding/sspi';
   *
   * const sspi = openSspi({ provider: 'portable' });
   * const identity = { user: 'alice', domain: 'EXAMPLE', password: 'correct horse' };
   * const accounts = ({ domain, user }) =>
   *   domain === 'EXAMPLE' && user === 'alice' ? { password: 'correct horse' } : undefined;
   * const client = sspi.initializeSecurityContext(
   *   await sspi.acquireCredentialsHandle({ package: 'Negotiate', use: 'outbound', identity }),
   * );
   * const server = sspi.acceptSecurityContext(
   *   await sspi.acquireCredentialsHandle({ package: 'Negotiate', use: 'inbound', accounts }),
   * );
   * for (let step = await client.step(); step.token.length > 0; ) {
   *   const answer = await server.step(step.token);
   *   step = answer.token.length > 0 ? await client.step(answer.token) : answer;
   * }
   *
   * const sealed = client.encryptMessage(Buffer.from('pay 10 to Bob'));
   * // Send sealed.trailer, sealed.data and, if it is there, sealed.padding.
   * const message = server.decryptMessage(sealed);
   * console.log(Buffer.from(message).toString()); // pay 10 to Bob
   */
  encryptMessage(message: Uint8Array, options?: SealOptions): SealedMessage;
  /** {@link encryptMessage} of a message in several buffers. */
  encryptMessageBuffers(buffers: readonly DataBuffer[], options?: SealOptions): SealedBuffers;

  /**
   * DecryptMessage (GSS_UnwrapEx, MS-NLMP 3.4.7): returns the message if it is unaltered and the next one.
   *
   * @param sealed the result of {@link encryptMessage}. With NTLM the trailer has 16 bytes and there is no padding
   * @throws SspiError SEC_E_MESSAGE_ALTERED; SEC_E_OUT_OF_SEQUENCE for a replayed or missing message;
   * SEC_E_INVALID_TOKEN for a trailer or a padding of a wrong length; SEC_E_QOP_NOT_SUPPORTED for a message that
   * is only signed, for an encrypted one with `encrypt: false`, and for that option with NTLM;
   * SEC_E_UNSUPPORTED_FUNCTION as {@link encryptMessage}; SEC_E_CONTEXT_EXPIRED after 2^32 messages
   */
  decryptMessage(sealed: SealedMessage, options?: SealOptions): Uint8Array;
  /**
   * {@link decryptMessage} of a message in several buffers.
   *
   * @param sealed the result of {@link encryptMessageBuffers}
   * @returns one array for each buffer, in order; a copy of a read-only one
   */
  decryptMessageBuffers(sealed: SealedBuffers, options?: SealOptions): Uint8Array[];
  /**
   * {@link decryptMessage} of a message in one piece, as GSS_Wrap (RFC 2743 2.3.3) of other implementations
   * makes it. On Windows a SECBUFFER_STREAM, as its page on interoperability with GSSAPI says.
   *
   * @param wrapped trailer, data and padding in a row
   */
  unwrapMessage(wrapped: Uint8Array, options?: SealOptions): Uint8Array;

  /** DeleteSecurityContext: overwrites the keys. A second call does nothing. */
  close(): void;
}
