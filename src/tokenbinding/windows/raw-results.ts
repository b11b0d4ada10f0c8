import type { RawResult } from '../../native/raw.js';
import type { BindingResult } from '../results.js';
import { bindingTypeOf, type KeyType, keyTypeOf } from '../types.js';

/**
 * The result for one entry of the DLL's list. An entry has no status: the DLL lists only what it verified. This
 * package does not know what that means for unregistered key parameters, so they are `unevaluated`.
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
