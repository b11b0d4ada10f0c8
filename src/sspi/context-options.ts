/**
 * What a context gives, by the names of its ISC_REQ_ and ASC_REQ_ bits. With NTLM integrity, replay
 * detection and sequence detection are one, and confidentiality brings all of them; every other package is
 * asked for all of them too, and must give those that are named.
 *
 * - `mutual-auth`: the server proves who it is, as Kerberos can and NTLM cannot.
 * - `identify`: the server may learn who the client is, and not act as the client.
 * - `datagram`: messages may be lost or come in any order; the server speaks first, and each message has
 *   a sequence number of the caller's, who also notices one that comes again: it goes with neither detection.
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
 * Message security that is weaker than the rest of NTLM's, which is weak by today's measure. Each must
 * be allowed by name.
 *
 * - `56-bit`, `40-bit`: sealing keys of so many bits.
 * - `no-key-exchange`: messages are protected with a key that comes from the password and the two
 *   challenges alone, and checksums are not encrypted.
 * - `no-extended-session-security`: a CRC-32 in place of an HMAC, and one key stream and counter for both
 *   directions: anybody on the way can change a message, signed or sealed, without knowing it. Datagrams are
 *   never without it.
 */
export type WeakSecurity = '56-bit' | '40-bit' | 'no-key-exchange' | 'no-extended-session-security';

/** InitializeSecurityContext's arguments. */
export interface InitializeOptions {
  /**
   * The service's principal name, `HTTP/www.example.com`, 1 to 1,024 characters: the server can check that it
   * is meant (MsvAvTargetName, MS-NLMP 2.2.2.1).
   */
  readonly target?: string | undefined;
  /**
   * What the context must give; the handshake fails where the server does not go along.
   * By default integrity and confidentiality.
   */
  readonly flags?: readonly ContextFlag[] | undefined;
  /**
   * What identifies the channel below, as {@link tlsServerEndPoint}, {@link tlsExporter} and {@link tlsUnique}
   * make it: application_data of the channel bindings (RFC 5056, RFC 5929), 1 to 65,535 bytes; what is sent is an MD5
   * (MsvAvChannelBindings, MS-NLMP 2.2.2.1).
   */
  readonly channelBindings?: Uint8Array | undefined;
  /** By default none. With Windows' own the system's policy decides, and this names nothing. */
  readonly allowWeak?: readonly WeakSecurity[] | undefined;
}

/** AcceptSecurityContext's arguments. */
export interface AcceptOptions {
  /** What the client must ask for; what else it asks for it gets. By default nothing. */
  readonly flags?: readonly ContextFlag[] | undefined;
  /** See {@link InitializeOptions.channelBindings}; without them those of the client are not looked at. */
  readonly channelBindings?: Uint8Array | undefined;
  /**
   * With channel bindings: `require` (default) those of the client, `accept` a client that has none
   * (ASC_REQ_ALLOW_MISSING_BINDINGS), or `ignore` what it has.
   */
  readonly channelBindingPolicy?: 'require' | 'accept' | 'ignore' | undefined;
  /**
   * The client must name one of these, of 1 to 1,024 characters, as its target, in upper or lower case. Whether
   * it vouches for where it has the name from (0x4 of MsvAvFlags, MS-NLMP 2.2.2.1) is not looked at. A process that
   * is a client as well needs them, or channel bindings: else its own challenge can be handed back to it. Not with
   * Windows' own, where the system's policy says whether the target is checked.
   */
  readonly targets?: readonly string[] | undefined;
  /** By default none. With Windows' own the system's policy decides, and this names nothing. */
  readonly allowWeak?: readonly WeakSecurity[] | undefined;
}
