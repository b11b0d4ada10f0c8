import { encodeBase64url } from '../../../bytes/base64url.js';
import { checkOneOf, checkOptions, invalidArgType, outOfRange } from '../../../bytes/check.js';
import { tokenBindingHash } from '../../../tokenbinding/identifier.js';
import { checkIdentifier } from './check-identifier.js';
import { mismatch } from './mismatch.js';
import { isHashOf, isIdentifier } from './same-identifier.js';

/**
 * The methods of PKCE that bind an authorization code to a key (draft-ietf-oauth-token-binding-08 5).
 *
 * - `TB-S256`: the key of the client towards the authorization server, for native applications.
 * - `referred_tb`: the key of the browser towards the client, for web servers.
 */
export type PkceMethod = 'TB-S256' | 'referred_tb';

/** Parameters of an authorization request (RFC 7636 4.3). */
export interface PkceChallenge {
  /** The method. */
  readonly code_challenge_method: PkceMethod;
  /** `TB-S256`: the hash of the client's key, 43 characters. `referred_tb`: this word. */
  readonly code_challenge: string;
}

/** What an authorization server knows when a client redeems a code. */
export interface PkceProof {
  /** `code_challenge_method` of the authorization request, as it was stored with the code. */
  readonly method: PkceMethod;
  /** `code_challenge` of the authorization request, as it was stored with the code. */
  readonly challenge: string;
  /** `code_verifier` of the token request. */
  readonly verifier: string;
  /**
   * `TB-S256`: the identifier of the *provided* binding of the token request. `referred_tb`: that of the *referred* binding
   * of the authorization request, as it was stored with the code. Undefined if there was none.
   */
  readonly identifier: Uint8Array | undefined;
}

const METHODS = ['TB-S256', 'referred_tb'] as const;
const PROVIDED = 'provided_tb';
const REFERRED = 'referred_tb';
const PROOF = ['method', 'challenge', 'verifier', 'identifier'] as const;

/**
 * The parameters `code_challenge` and `code_challenge_method` of a client.
 *
 * @param identifier for `TB-S256` the TokenBindingID that the client uses with the authorization server; absent for
 * `referred_tb`
 * @throws TypeError, RangeError for a wrong argument
 *
 * @example
 * import { generateIdForUri } from 'tokenbinding';
 * import { pkceChallenge, pkceVerifier, verifyPkce } from 'tokenbinding/http';
 *
 * // A native application; the authorization server is as.example.
 * const { identifier } = await generateIdForUri('ecdsap256', 'https://as.example/');
 * const parameters = pkceChallenge('TB-S256', identifier);
 * const verifier = pkceVerifier('TB-S256'); // code_verifier of the token request
 *
 * // The authorization server:
 * const { code_challenge: challenge, code_challenge_method: method } = parameters;
 * verifyPkce({ method, challenge, verifier, identifier }); // that of request.tokenBinding.provided
 * console.log(verifier, challenge.length); // provided_tb 43
 */
export function pkceChallenge(method: PkceMethod, identifier?: Uint8Array): PkceChallenge {
  const name = checkOneOf('method', method, METHODS);
  if (name === 'TB-S256') {
    return { code_challenge_method: name, code_challenge: tokenBindingHash(required(identifier)) };
  }
  if (identifier !== undefined) throw outOfRange('identifier', `absent with ${name}`);
  return { code_challenge_method: name, code_challenge: REFERRED };
}

/**
 * The parameter `code_verifier` of a client.
 *
 * @param identifier for `referred_tb` the TokenBindingID that the browser has proven to the client in the request with the
 * code; absent for `TB-S256`
 * @throws TypeError, RangeError for a wrong argument
 */
export function pkceVerifier(method: PkceMethod, identifier?: Uint8Array): string {
  const name = checkOneOf('method', method, METHODS);
  if (name === 'referred_tb') return encodeBase64url(required(identifier));
  if (identifier !== undefined) throw outOfRange('identifier', `absent with ${name}`);
  return PROVIDED;
}

/**
 * Verifies on the authorization server that the client that redeems a code has the key that the code is bound to. It
 * compares in constant time. After an error answer `invalid_grant` (RFC 6749 5.2).
 *
 * @throws TypeError, RangeError for a wrong argument
 * @throws HttpTokenBindingError ERR_HTTP_TB_MISMATCH
 */
export function verifyPkce(proof: PkceProof): void {
  const { method, challenge, verifier, identifier } = checkOptions('proof', proof, PROOF);
  const name = checkOneOf('proof.method', method, METHODS);
  const key =
    identifier === undefined ? undefined : checkIdentifier('proof.identifier', identifier);
  if (key === undefined) throw mismatch('no key was proven');
  const isBound =
    name === 'TB-S256'
      ? verifier === PROVIDED && isHashOf(challenge, key)
      : challenge === REFERRED && isIdentifier(verifier, key);
  if (!isBound) throw mismatch('the code is bound to another key');
}

function required(identifier: Uint8Array | undefined): Uint8Array {
  if (identifier === undefined) throw invalidArgType('identifier', 'a Uint8Array: it is missing');
  return checkIdentifier('identifier', identifier);
}
