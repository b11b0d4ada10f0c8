import { checkObject, readOwnProperties } from '../../../bytes/check.js';
import { verifyConfirmation } from './confirmation.js';
import { mismatch } from './mismatch.js';

/**
 * Verifies on a resource server that the answer of an introspection (RFC 7662 2.2) is for an active token that is bound
 * to a key that the request has proven: `cnf` is a member of the answer itself (draft-ietf-oauth-token-binding-08 3.5).
 *
 * The authorization server makes the answer with {@link confirmation}. A token that is not bound is rejected, too.
 *
 * @param answer the JSON of the answer, parsed
 * @param identifier `request.tokenBinding?.provided.identifier`; undefined if the request has proven no key
 * @throws TypeError for another type than an object, and for another type of `identifier`
 * @throws HttpTokenBindingError ERR_HTTP_TB_MISMATCH
 *
 * @example
 * import { generateIdForUri } from 'tokenbinding';
 * import { confirmation, verifyIntrospection } from 'tokenbinding/http';
 *
 * const { identifier } = await generateIdForUri('ecdsap256', 'https://resource.example.org/');
 * const answer = { active: true, sub: 'alice', cnf: confirmation(identifier) };
 * verifyIntrospection(answer, identifier);
 */
export function verifyIntrospection(answer: object, identifier: Uint8Array | undefined): void {
  const { active, cnf } = readOwnProperties('answer', checkObject('answer', answer), [
    'active',
    'cnf',
  ]);
  if (active !== true) {
    throw mismatch('the token is not active');
  }
  verifyConfirmation(cnf, identifier);
}
