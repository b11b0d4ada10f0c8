import type { BindingType, KeyType } from './types.js';

/** A TokenBindingID with its key type. */
export interface BindingIdentifier {
  readonly keyType: KeyType;
  /** The TokenBindingID (RFC 8471 3.2), byte for byte: 68 bytes for P-256, 265 for RSA with exponent 65537. */
  readonly identifier: Uint8Array;
}

/** One TokenBinding made for a connection. */
export interface GeneratedBinding extends BindingIdentifier {
  readonly bindingType: BindingType;
  /** The encoded TokenBinding (RFC 8471 3), to be put into a message with generateMessage. */
  readonly tokenBinding: Uint8Array;
}

/** What verifyMessage says of one TokenBinding (TOKENBINDING_RESULT_DATA). */
export interface BindingResult {
  /** A type without a name in RFC 8471 is its number. */
  readonly bindingType: BindingType | number;
  /** Key parameters without a name in RFC 8471 are their number. */
  readonly keyType: KeyType | number;
  /** The TokenBindingID (RFC 8471 3.2), byte for byte. */
  readonly identifier: Uint8Array;
  /** The content of `extensions<>`, raw. No signature covers it: never base trust on it. */
  readonly extensionData: Uint8Array;
  /**
   * `unevaluated`: the key parameters are unknown, so the signature could not be checked, and the
   * binding proves nothing. A provided binding is never unevaluated.
   */
  readonly status: 'verified' | 'unevaluated';
}
