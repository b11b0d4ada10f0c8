import { checkOneOf } from '../bytes/check.js';

/** The registered key types: TokenBindingKeyParameters by their names in RFC 8471 3.2.1. */
export type KeyType = 'rsa2048_pkcs1.5' | 'rsa2048_pss' | 'ecdsap256';

/** The registered binding types: TokenBindingType of RFC 8471 3.1, without the ending `_token_binding`. */
export type BindingType = 'provided' | 'referred';

/** The registered key types, the preferred one first. */
export const KEY_TYPES = ['ecdsap256', 'rsa2048_pss', 'rsa2048_pkcs1.5'] as const;

/** TOKENBINDING_KEY_PARAMETERS_TYPE_ANYEXISTING of tokenbinding.h; RFC 8471 does not have it. */
export const ANY_EXISTING = 255;

export const BINDING_TYPES = ['provided', 'referred'] as const;

const KEY_TYPE_OF_NUMBER: readonly (KeyType | undefined)[] = [
  'rsa2048_pkcs1.5',
  'rsa2048_pss',
  'ecdsap256',
];

export function checkKeyType(name: string, value: unknown): KeyType {
  return checkOneOf(name, value, KEY_TYPES);
}

/** The registered name of a key_parameters octet, or the number itself if it has none. */
export function keyTypeOf(keyParameters: number): KeyType | number {
  return KEY_TYPE_OF_NUMBER[keyParameters] ?? keyParameters;
}

export function keyParametersOf(keyType: KeyType): number {
  return KEY_TYPE_OF_NUMBER.indexOf(keyType);
}

/** The registered name of a tokenbinding_type octet, or the number itself if it has none. */
export function bindingTypeOf(tokenBindingType: number): BindingType | number {
  return BINDING_TYPES[tokenBindingType] ?? tokenBindingType;
}

export function tokenBindingTypeOf(bindingType: BindingType | number): number {
  return typeof bindingType === 'number' ? bindingType : BINDING_TYPES.indexOf(bindingType);
}
