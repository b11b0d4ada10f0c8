import { checkBytes, outOfRange } from '../../../bytes/check.js';

/** key_parameters and key_length (RFC 8471 3.2). An identifier that a database lost may be empty. */
const MIN_IDENTIFIER = 3;

/** The bytes of a TokenBindingID. */
export function checkIdentifier(name: string, value: unknown): Uint8Array {
  const identifier = checkBytes(name, value);
  if (identifier.length >= MIN_IDENTIFIER) return identifier;
  throw outOfRange(name, `a TokenBindingID, not ${identifier.length} bytes`);
}
