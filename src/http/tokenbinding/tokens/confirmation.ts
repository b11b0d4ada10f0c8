import { checkObject, readOwnProperties } from '../../../bytes/check.js';
import { tokenBindingHash } from '../../../tokenbinding/identifier.js';
import { checkIdentifier } from './check-identifier.js';
import { mismatch } from './mismatch.js';
import { isHashOf } from './same-identifier.js';

/** The claim `cnf` of a token that is bound to a key (draft-ietf-oauth-token-binding-08 3; RFC 7800 3.1). */
export interface Confirmation {
  /** The Token Binding hash: SHA-256 of the TokenBindingID in base64url, 43 characters. */
  readonly tbh: string;
}

/**
 * The claim `cnf` for a token that belongs to one key. It is a member of the claims of a JWT, and of the answer of an
 * introspection (RFC 7662 2.2). Sign the token: a claim that an attacker can remove protects nothing (RFC 8471 7.1).
 *
 * An ID token and an access token are bound to the *referred* binding of the request for them, a refresh token to the
 * *provided* one (draft-ietf-oauth-token-binding-08 2, 3; OpenID Connect Token Bound Authentication 1.0).
 *
 * @param identifier a whole TokenBindingID, such as `request.tokenBinding.referred.identifier`
 * @throws TypeError for another type than Uint8Array; RangeError for less than a TokenBindingID
 *
 * @example
 * import { generateIdForUri } from 'tokenbinding';
 * import { confirmation, verifyConfirmation } from 'tokenbinding/http';
 *
 * const { identifier } = await generateIdForUri('ecdsap256', 'https://server.example.com/');
 * const claims = { sub: 'alice', cnf: confirmation(identifier) };
 * console.log(claims.cnf.tbh.length); // 43
 *
 * verifyConfirmation(claims.cnf, identifier);
 * try {
 *   verifyConfirmation(claims.cnf, undefined); // a request without a Token Binding
 * } catch (error) {
 *   console.log(error.code, error.status); // ERR_HTTP_TB_MISMATCH 401
 * }
 */
export function confirmation(identifier: Uint8Array): Confirmation {
  return { tbh: tokenBindingHash(checkIdentifier('identifier', identifier)) };
}

/**
 * Verifies that a token is bound to a key that the request has proven: that `cnf.tbh` is the hash of the identifier
 * (RFC 8471 5). It compares in constant time. Verify the signature of the token first.
 *
 * A token without `tbh` is rejected, too. If you accept tokens that are not bound, do not call this for them.
 *
 * @param cnf the claim `cnf` of the token
 * @param identifier `request.tokenBinding?.provided.identifier`; undefined if the request has proven no key
 * @throws TypeError for another type of `identifier`; RangeError for less than a TokenBindingID
 * @throws HttpTokenBindingError ERR_HTTP_TB_MISMATCH if the token has no `tbh`, the request has proven no key, or another
 * one
 */
export function verifyConfirmation(cnf: unknown, identifier: Uint8Array | undefined): void {
  const key = identifier === undefined ? undefined : checkIdentifier('identifier', identifier);
  if (key === undefined) throw mismatch('the request has proven no key');
  if (typeof cnf !== 'object' || cnf === null) throw mismatch('the token has no claim cnf');
  const { tbh } = readOwnProperties('cnf', checkObject('cnf', cnf), ['tbh']);
  if (tbh === undefined) throw mismatch('the claim cnf has no tbh');
  if (!isHashOf(tbh, key)) throw mismatch('the token is bound to another key');
}
