/** How a read-only buffer is marked: SECBUFFER_READONLY or SECBUFFER_READONLY_WITH_CHECKSUM. */
export type BufferFlag = 'read-only' | 'read-only-with-checksum';

/** One buffer of a message: a SECBUFFER_DATA (SecBuffer of sspi.h). */
export interface DataBuffer {
  /** Any number of bytes. All buffers of a message together have at most 2,143,289,344 bytes. */
  readonly data: Uint8Array;
  /**
   * Marks a buffer that is signed and not encrypted. NTLM treats both flags alike. Other packages of Windows
   * take no flag: SEC_E_UNSUPPORTED_FUNCTION.
   */
  readonly flag?: BufferFlag | undefined;
}

/** Options of {@link SecurityContext.makeSignature} and {@link SecurityContext.verifySignature}. */
export interface MessageOptions {
  /**
   * MessageSeqNo, 0 to 4,294,967,295. A datagram context requires it: the caller numbers the messages, and uses
   * no number twice in one direction. A connection counts its messages itself and rejects the option.
   */
  readonly sequence?: number | undefined;
}

/** Options of the calls that encrypt and decrypt messages. */
export interface SealOptions extends MessageOptions {
  /**
   * False signs the message in the form of a sealed one, without encryption (SECQOP_WRAP_NO_ENCRYPT). The
   * receiver passes false too: each call accepts only the kind of message that it expects. NTLM cannot do it:
   * SEC_E_QOP_NOT_SUPPORTED. Default true.
   */
  readonly encrypt?: boolean | undefined;
}

/**
 * A sealed message: the result of {@link SecurityContext.encryptMessage}, and the argument of
 * {@link SecurityContext.decryptMessage}. `trailer`, `data` and `padding` in a row are the token that GSS_Wrap
 * (RFC 2743 2.3.3) of another implementation makes.
 */
export interface SealedMessage {
  /** The SECBUFFER_TOKEN. With NTLM a signature of 16 bytes (MS-NLMP 2.2.2.9). */
  readonly trailer: Uint8Array;
  /** The encrypted message, as long as the message. */
  readonly data: Uint8Array;
  /** The SECBUFFER_PADDING, which may be empty. Absent with NTLM. */
  readonly padding?: Uint8Array | undefined;
}

/** {@link SealedMessage} of several buffers. */
export interface SealedBuffers {
  /** As {@link SealedMessage.trailer}, one for all buffers. */
  readonly trailer: Uint8Array;
  /**
   * One for each buffer of the message, in order and with its flag. A read-only one is a copy. The flags are not
   * part of what is sent: the receiver sets them as its protocol says.
   */
  readonly buffers: readonly DataBuffer[];
  /** As {@link SealedMessage.padding}. */
  readonly padding?: Uint8Array | undefined;
}
