import { utf16 } from '../utf16.js';
import { md4 } from './md4.js';

/** NTOWFv1 of a password (MS-NLMP 3.3.1). Windows stores it; it is as secret as the password. */
export function ntHashOf(password: string): Uint8Array {
  const bytes = utf16(password);
  const hash = md4(bytes);
  bytes.fill(0);
  return hash;
}
