import { checkText } from './arguments.js';
import { ntHashOf } from './crypto/nt-hash.js';

/**
 * The NT hash of a password, NTOWFv1 (MS-NLMP 3.3.1): MD4 over its UTF-16LE. {@link Identity} and the accounts of
 * a server take it in place of the password. Keep it as secret as the password.
 *
 * @param password at most 1,024 UTF-16 units
 * @returns 16 bytes
 * @throws TypeError, RangeError for a wrong argument. The error never contains its value
 *
 * @example
 * import { ntHash, openSspi } from 'tokenbinding/sspi';
 *
 * // Store the hash in place of the password.
 * const stored = new Map([['alice', ntHash('correct horse')]]);
 *
 * const sspi = openSspi({ provider: 'portable' });
 * const credentials = await sspi.acquireCredentialsHandle({
 *   package: 'NTLM',
 *   use: 'inbound',
 *   accounts: ({ domain, user }) =>
 *     domain === 'EXAMPLE' && stored.has(user) ? { ntHash: stored.get(user) } : undefined,
 * });
 * credentials.close();
 */
export function ntHash(password: string): Uint8Array {
  return ntHashOf(checkText('password', password, 0));
}
