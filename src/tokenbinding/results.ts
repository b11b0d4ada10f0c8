import type { BindingType, KeyType } from './types.js';

/** A TokenBindingID with its key type. */
export interface BindingIdentifier {
  /** The key_parameters of the key by their name in RFC 8471 3.2.1. */
  readonly keyType: KeyType;
  /** The TokenBindingID (RFC 8471 3.2), byte for byte: 68 bytes for P-256, 265 for RSA with exponent 65537. */
  readonly identifier: Uint8Array;
}

/** One TokenBinding that `generateBinding` made for a connection. */
export interface GeneratedBinding extends BindingIdentifier {
  /** As requested. */
  readonly bindingType: BindingType;
  /** The encoded TokenBinding (RFC 8471 3) for `generateMessage`: 137 bytes for P-256, 526 for RSA. */
  readonly tokenBinding: Uint8Array;
}

/** The result of `verifyMessage` for one TokenBinding (TOKENBINDING_RESULT_DATA of tokenbinding.h). */
export interface BindingResult {
  /** A type that RFC 8471 3.1 does not name is a number, 0 to 255. */
  readonly bindingType: BindingType | number;
  /** Key parameters that RFC 8471 3.2.1 does not name are a number, 0 to 255. */
  readonly keyType: KeyType | number;
  /** The TokenBindingID (RFC 8471 3.2), byte for byte: store and compare it to recognize a client. */
  readonly identifier: Uint8Array;
  /** The content of `extensions<>`, 0 bytes if it is empty. No signature covers it: never base trust on it. */
  readonly extensionData: Uint8Array;
  /**
   * `verified`: the signature is valid. `unevaluated`: the key parameters are unregistered, so the signature was not
   * checked and the binding proves nothing. A provided binding is never `unevaluated`.
   */
  readonly status: 'verified' | 'unevaluated';
}
