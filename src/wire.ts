/**
 * The structures on the wire, without any verification: TokenBindingMessage and TokenBindingID of
 * RFC 8471, the negotiation extension of RFC 8472, and the base64url text of RFC 8473.
 *
 * @module
 */
export { decodeBase64url, encodeBase64url } from './bytes/base64url.js';
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
