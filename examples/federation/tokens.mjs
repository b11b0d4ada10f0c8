// JSON Web Tokens with ES256, and the error of a token that is not accepted.
import { errors, jwtVerify, SignJWT } from 'jose';

/**
 * @param {import('jose').JWTPayload} claims
 * @param {import('node:crypto').KeyObject} key
 * @returns {Promise<string>}
 */
export function signToken(claims, key) {
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'ES256' });
  return token.setExpirationTime('5 minutes').sign(key);
}

/**
 * @param {string} token
 * @param {{ key: import('node:crypto').KeyObject, issuer: string, audience: string }} expected
 * @returns {Promise<any>} the claims
 * @throws TokenError
 */
export async function readToken(token, { key, issuer, audience }) {
  try {
    const expected = { issuer, audience, algorithms: ['ES256'], requiredClaims: ['exp'] };
    return (await jwtVerify(token, key, expected)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new TokenError(error.message);
    throw error;
  }
}

/** A token that is not accepted. */
export class TokenError extends Error {
  status = 401;
}
