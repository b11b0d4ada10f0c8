/**
 * The structures on the wire, without any verification: TokenBindingMessage and TokenBindingID of
 * RFC 8471, the negotiation extension of RFC 8472, and the base64url text of RFC 8473.
 *
 * Every function throws `TypeError` or `RangeError` for a wrong argument, named in the message.
 *
 * @module
 */
import * as base64url from './bytes/base64url.js';
import { checkBytes, invalidArgType } from './bytes/check.js';
import * as identifiers from './tokenbinding/identifier.js';
import * as messages from './tokenbinding/message.js';
import * as negotiations from './tokenbinding/negotiation.js';

export type { TokenBindingID, TokenBindingKey } from './tokenbinding/identifier.js';
export type { TokenBindingExtension, TokenBindingStructure } from './tokenbinding/message.js';
export {
  acceptNegotiation,
  encodeNegotiation,
  type Negotiated,
  type NegotiatingConnection,
  type Negotiation,
  type NegotiationSupport,
  offerNegotiation,
  selectNegotiation,
} from './tokenbinding/negotiation.js';

/**
 * Decodes base64url as RFC 8473 2 wants it: RFC 4648 5 alphabet, no padding, no white space or any
 * other character, and the one canonical text for the bytes (unused bits are zero, RFC 4648 3.5).
 *
 * @param name what the text is, for the error's `path`; `base64url` by default
 * @throws TokenBindingError ERR_TB_MALFORMED with the offset of the first character at fault
 */
export function decodeBase64url(text: string, name = 'base64url'): Uint8Array {
  if (typeof text !== 'string') throw invalidArgType(name, 'a string');
  return base64url.decodeBase64url(text, name);
}

/** Encodes bytes as base64url without padding (RFC 4648 5). */
export function encodeBase64url(bytes: Uint8Array): string {
  return base64url.encodeBase64url(checkBytes('bytes', bytes));
}

/**
 * Decodes a TokenBindingMessage (RFC 8471 3): the structure down to the parts of known public keys
 * and the framing of extensions, with the RFC's length bounds and no byte left over. Verifies
 * nothing. The views in the result share the memory of `message`.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED with the path and offset of the first fault
 */
export function decodeTokenBindingMessage(message: Uint8Array): messages.TokenBindingStructure[] {
  return messages.decodeTokenBindingMessage(checkBytes('message', message));
}

/**
 * The public key in a TokenBindingID (RFC 8471 3.2), as parsed: it may be unusable. The views in the
 * result share the memory of `identifier`.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED
 */
export function decodeTokenBindingKey(identifier: Uint8Array): identifiers.TokenBindingKey {
  return identifiers.decodeTokenBindingKey(checkBytes('identifier', identifier));
}

/**
 * The TB_Extensions (RFC 8471 3.4) in the raw content of `extensions<>`, which is what
 * `extensionData` of a result holds. No signature covers them.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED
 */
export function decodeExtensions(extensions: Uint8Array): messages.TokenBindingExtension[] {
  return messages.decodeExtensions(checkBytes('extensions', extensions));
}

/**
 * The `tbh` of a TokenBindingID: base64url(SHA-256(identifier)), 43 characters, the confirmation
 * value of a bound OAuth or OpenID Connect token (draft-ietf-oauth-token-binding-08 3).
 */
export function tokenBindingHash(identifier: Uint8Array): string {
  return identifiers.tokenBindingHash(checkBytes('identifier', identifier));
}

/**
 * Decodes the body of the TLS extension token_binding (24), RFC 8472 2; a byte left over is an error.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED
 */
export function decodeNegotiation(body: Uint8Array): negotiations.Negotiation {
  return negotiations.decodeNegotiation(checkBytes('body', body));
}
