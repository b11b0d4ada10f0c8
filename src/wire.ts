/**
 * Encodes and decodes the structures of Token Binding and verifies nothing: TokenBindingMessage and
 * TokenBindingID (RFC 8471), the negotiation extension (RFC 8472) and base64url text (RFC 8473).
 *
 * Every function throws a `TypeError` or a `RangeError` for a wrong argument; the message names the argument.
 *
 * @module
 */
export { encodeBase64url } from './bytes/base64url.js';
export { decodeBase64url } from './tokenbinding/decode-base64url.js';
export {
  decodeTokenBindingKey,
  type TokenBindingID,
  type TokenBindingKey,
  tokenBindingHash,
} from './tokenbinding/identifier.js';
export {
  decodeExtensions,
  decodeTokenBindingMessage,
  type TokenBindingExtension,
  type TokenBindingStructure,
} from './tokenbinding/message.js';
export {
  acceptNegotiation,
  decodeNegotiation,
  encodeNegotiation,
  type Negotiated,
  type NegotiatingConnection,
  type Negotiation,
  type NegotiationSupport,
  offerNegotiation,
  selectNegotiation,
} from './tokenbinding/negotiation.js';
