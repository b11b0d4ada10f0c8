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

/**
 * Message security that is weaker than NTLM's usual one. Each kind is allowed by name.
 *
 * - `56-bit`, `40-bit`: the length of the sealing keys.
 * - `no-key-exchange`: the keys follow from the password and the two challenges alone, and checksums are not
 *   encrypted.
 * - `no-extended-session-security`: a CRC-32 instead of an HMAC, and one key stream and counter for both
 *   directions. Anyone on the network can change a signed or sealed message unnoticed. Datagram contexts reject it.
 */
export type WeakSecurity = '56-bit' | '40-bit' | 'no-key-exchange' | 'no-extended-session-security';

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
   * application_data of the channel bindings (RFC 5056, RFC 5929), 1 to 65,535 bytes. NTLM sends an MD5 hash of
   * it (MsvAvChannelBindings, MS-NLMP 2.2.2.1).
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
   * - `accept`: they must be equal, or the client has none (ASC_REQ_ALLOW_MISSING_BINDINGS).
   * - `ignore`: they are not checked.
   */
  readonly channelBindingPolicy?: 'require' | 'accept' | 'ignore' | undefined;
  /**
   * The targets of this service, 1 to 1,024 UTF-16 units each, in any case. The client must name one of them
   * (MsvAvTargetName); whether it marks the name as untrusted (0x4 of MsvAvFlags, MS-NLMP 2.2.2.1) is not
   * checked. A process that is also a client needs targets or channel bindings: without them its own challenge
   * can be relayed back to it. On Windows the operating system decides whether targets are checked: pass none.
   */
  readonly targets?: readonly string[] | undefined;
  /**
   * The kinds of weak message security to accept. Default none. On Windows the operating system decides: pass
   * none.
   */
  readonly allowWeak?: readonly WeakSecurity[] | undefined;
}
