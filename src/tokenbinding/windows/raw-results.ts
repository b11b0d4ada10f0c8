import type { RawResult } from '../../native/raw.js';
import type { BindingResult } from '../results.js';
import { bindingTypeOf, type KeyType, keyTypeOf } from '../types.js';

/**
 * What an entry of the DLL's list says. It has no status: what the DLL lists it has verified. Of key
 * parameters without a name nobody here can know that, so they prove nothing.
 */
export function resultOf({ bindingType, identifier, extensionData }: RawResult): BindingResult {
  const keyType = keyTypeIn(identifier);
  const status = typeof keyType === 'number' ? 'unevaluated' : 'verified';
  return { bindingType: bindingTypeOf(bindingType), keyType, identifier, extensionData, status };
}

/** The first octet of a TokenBindingID is its key_parameters (RFC 8471 3.2). */
export function keyTypeIn(identifier: Uint8Array): KeyType | number {
  return keyTypeOf(identifier[0] as number);
}
