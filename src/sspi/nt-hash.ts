import { checkText } from './arguments.js';
import { ntHashOf } from './ntlm/keys.js';

/**
 * The NT hash of a password, NTOWFv1 (MS-NLMP 3.3.1): MD4 of it in UTF-16LE, 16 bytes. It is what
 * {@link Identity.ntHash} and the accounts of a server may have in place of the password, and worth as much.
 *
 * @param password up to 1,024 UTF-16 units
 * @throws TypeError, RangeError for a wrong argument; the message never has its value
 */
export function ntHash(password: string): Uint8Array {
  return ntHashOf(checkText('password', password, 0));
}
