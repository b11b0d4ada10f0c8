/**
 * What a context provides, named as its ISC_REQ_ and ASC_REQ_ bits. With NTLM integrity, replay detection and
 * sequence detection are one, and confidentiality includes all three. From every other package this package
 * requests all three whenever it requests one, and requires those that are named.
 *
 * - `integrity`: messages can be signed.
 * - `confidentiality`: messages can be encrypted.
 * - `replay-detect`: a replayed message is rejected.
 * - `sequence-detect`: a missing or reordered message is detected.
 * - `mutual-auth`: the server proves its identity. Kerberos can, NTLM cannot.
 * - `identify`: the server may identify the client and not impersonate it.
 * - `datagram`: messages may be lost or reordered. The server sends the first token, and the caller numbers the
 *   messages and rejects replays. It excludes both detections.
 */
export type ContextFlag =
  | 'integrity'
  | 'confidentiality'
  | 'replay-detect'
  | 'sequence-detect'
  | 'mutual-auth'
  | 'identify'
  | 'datagram';

/** The flags that the counter of a context provides. A datagram context has no counter. */
export const COUNTED_FLAGS: readonly ContextFlag[] = ['replay-detect', 'sequence-detect'];

/**
 * Security that is weaker than the usual one of NTLM or Kerberos. Each kind is allowed by name.
 *
 * - `56-bit`, `40-bit`: the length of the sealing keys.
 * - `no-key-exchange`: the keys follow from the password and the two challenges alone, and checksums are not
 *   encrypted.
 * - `no-extended-session-security`: a CRC-32 instead of an HMAC, and one key stream and counter for both
 *   directions. Anyone on the network can change a signed or sealed message unnoticed. Datagram contexts reject it.
 * - `rc4-hmac`: the encryption type of Kerberos (RFC 4757) that RFC 8429 deprecates. A context whose key has it
 *   authenticates and protects no messages. NTLM does not have it.
 */
export type WeakSecurity =
  | '56-bit'
  | '40-bit'
  | 'no-key-exchange'
  | 'no-extended-session-security'
  | 'rc4-hmac';

/** Options of {@link Sspi.initializeSecurityContext}. */
export interface InitializeOptions {
  /**
   * The principal name of the service, such as `HTTP/www.example.com`: 1 to 1,024 UTF-16 units without NUL. The
   * server can check it (MsvAvTargetName, MS-NLMP 2.2.2.1).
   */
  readonly target?: string | undefined;
  /**
   * What the context must provide. The handshake fails if the server does not offer all of it. Default
   * `['integrity', 'confidentiality']`.
   */
  readonly flags?: readonly ContextFlag[] | undefined;
  /**
   * The channel below, as {@link tlsServerEndPoint}, {@link tlsExporter} or {@link tlsUnique} identifies it: the
   * application_data of the channel bindings (RFC 5056, RFC 5929), 1 to 65,535 bytes. NTLM and Kerberos
   * send an MD5 hash of it (MsvAvChannelBindings, MS-NLMP 2.2.2.1; RFC 4121 4.1.1.2).
   */
  readonly channelBindings?: Uint8Array | undefined;
  /**
   * The kinds of weak message security to accept. Default none. On Windows the operating system decides: pass
   * none.
   */
  readonly allowWeak?: readonly WeakSecurity[] | undefined;
}

/** Options of {@link Sspi.acceptSecurityContext}. */
export interface AcceptOptions {
  /** What the client must request. It gets whatever else it requests. Default none. */
  readonly flags?: readonly ContextFlag[] | undefined;
  /**
   * The channel below, as {@link InitializeOptions.channelBindings}, 1 to 65,535 bytes. Without it the channel
   * bindings of the client are not checked.
   */
  readonly channelBindings?: Uint8Array | undefined;
  /**
   * How to check the channel bindings of the client; only with `channelBindings`.
   *
   * - `require` (default): they must be equal.
   * - `accept`: they must be equal, or the client has none (ASC_REQ_ALLOW_MISSING_BINDINGS). A Kerberos client that
   *   says that it knows them must have some (KERB_AP_OPTIONS_CBT, MS-KILE 3.2.5.8).
   * - `ignore`: they are not checked.
   */
  readonly channelBindingPolicy?: 'require' | 'accept' | 'ignore' | undefined;
  /**
   * The targets of this service, 1 to 1,024 UTF-16 units each, in any case. The client must name one of them. On
   * Windows the operating system decides whether targets are checked: pass none.
   *
   * - NTLM: MsvAvTargetName. A name that the client marks as one from an untrusted source is rejected (0x4 of
   *   MsvAvFlags, MS-NLMP 2.2.2.1). A process that is also a client needs targets or channel bindings: without them its
   *   own challenge can be relayed back to it.
   * - Kerberos: the ticket must have the key that the keytab has for a target or, if it has none, for a name of one
   *   component such as `SRV$`. Services with one key are told apart only if the client names its target
   *   (KERB_AUTH_DATA_CLIENT_TARGET, MS-KILE 3.2.5.8), as Windows does.
   */
  readonly targets?: readonly string[] | undefined;
  /**
   * The kinds of weak message security to accept. Default none. On Windows the operating system decides: pass
   * none.
   */
  readonly allowWeak?: readonly WeakSecurity[] | undefined;
}
