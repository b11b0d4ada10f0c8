import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { types } from 'node:util';
import {
  checkBytes,
  checkBytesOfLength,
  checkOneOf,
  checkOptions,
  readOwnProperties,
  wrongKind,
  wrongValue,
} from '../bytes/check.js';
import { TokenBindingError } from '../errors.js';
import { identifierOf } from './key.js';
import { MAX_MESSAGE, MAX_TOKEN_BINDINGS, MIN_TOKEN_BINDINGS } from './message.js';
import type { CheckedBindingRequest, ExpectedBinding } from './provider.js';
import { MAX_URL_LENGTH, parseTarget, type Target } from './target.js';
import { BINDING_TYPES, type BindingType, checkKeyType, KEY_TYPES, type KeyType } from './types.js';

/** Length of the exported keying material, in bytes (RFC 8471 3.3). */
const EKM_LENGTH = 32;

const REQUEST = ['keyType', 'targetUrl', 'bindingType', 'ekm'] as const;
const EXPECTED = ['keyType', 'ekm', 'maxTokenBindings'] as const;
/** What makes the JWK of a public key (RFC 7518 6.2.1, 6.3.1). */
const JWK = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;

const KEY_TYPES_OR_ANY = [...KEY_TYPES, 'anyexisting'] as const;

/** A public key: a KeyObject, DER SubjectPublicKeyInfo (RFC 5280 4.1.2.7), or a JWK (RFC 7517). */
export type PublicKeyInput = KeyObject | Uint8Array | JsonWebKey;

export function checkWantedKeyType(name: string, value: unknown): KeyType | 'anyexisting' {
  return checkOneOf(name, value, KEY_TYPES_OR_ANY);
}

export function checkBindingType(name: string, value: unknown): BindingType {
  return checkOneOf(name, value, BINDING_TYPES);
}

/** The value stays out of the error: a URL may carry a password. */
export function checkTarget(name: string, value: unknown): Target {
  const wanted = `an absolute https: or wss: URL of at most ${MAX_URL_LENGTH} characters`;
  if (typeof value !== 'string') throw wrongKind(name, wanted);
  const target = parseTarget(value);
  if (target === undefined) throw wrongValue(name, wanted);
  return target;
}

// Every property is read before the first one is checked: a getter must not come between the check
// of a buffer and its use.

export function checkBindingRequest(value: unknown): CheckedBindingRequest {
  const { keyType, targetUrl, bindingType, ekm } = checkOptions('request', value, REQUEST);
  return {
    keyType: checkWantedKeyType('request.keyType', keyType),
    target: checkTarget('request.targetUrl', targetUrl),
    bindingType: checkBindingType('request.bindingType', bindingType),
    ekm: checkBytesOfLength('request.ekm', ekm, EKM_LENGTH),
  };
}

export function checkExpected(value: unknown): ExpectedBinding {
  const { keyType, ekm, maxTokenBindings } = checkOptions('expected', value, EXPECTED);
  return {
    keyType: checkKeyType('expected.keyType', keyType),
    ekm: checkBytesOfLength('expected.ekm', ekm, EKM_LENGTH),
    maxTokenBindings: checkMaximum('expected.maxTokenBindings', maxTokenBindings),
  };
}

function checkMaximum(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw wrongKind(name, 'a number');
  if (!Number.isInteger(value) || value < 1) throw wrongValue(name, 'a whole number of at least 1');
  return value;
}

/**
 * The bytes of a message, not copied yet.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED for more bytes than a message can have, whatever they are
 */
export function checkMessage(name: string, value: unknown): Uint8Array {
  const bytes = checkBytes(name, value);
  if (bytes.length <= MAX_MESSAGE) return bytes;
  const path = 'tokenbindings';
  const problem = `${path}: a message has at most ${MAX_MESSAGE} bytes, not ${bytes.length}`;
  throw new TokenBindingError('ERR_TB_MALFORMED', problem, { path, offset: 0 });
}

/** The bytes of TokenBindings, not copied yet. */
export function checkTokenBindings(value: unknown): Uint8Array[] {
  if (!Array.isArray(value)) throw wrongKind('tokenBindings', 'an array of Uint8Array');
  if (value.length > MAX_TOKEN_BINDINGS) throw wrongSize();
  const items: unknown[] = [];
  for (let index = 0; index < value.length; index++) items.push(value[index]);
  const tokenBindings: Uint8Array[] = [];
  let length = 0;
  for (let index = 0; index < items.length; index++) {
    const bytes = checkBytes('tokenBindings', items[index], index);
    tokenBindings.push(bytes);
    length += bytes.length;
  }
  if (length < MIN_TOKEN_BINDINGS || length > MAX_TOKEN_BINDINGS) throw wrongSize();
  return tokenBindings;
}

function wrongSize(): RangeError {
  const bounds = `${MIN_TOKEN_BINDINGS} to ${MAX_TOKEN_BINDINGS}`;
  return wrongValue('tokenBindings', `at least one TokenBinding, together ${bounds} bytes`);
}

/**
 * @throws TypeError for another kind of value, or for a private or secret key
 * @throws TokenBindingError ERR_TB_UNUSABLE_KEY for bytes or a JWK that are no public key
 */
export function checkPublicKey(name: string, value: unknown): KeyObject {
  if (types.isKeyObject(value)) {
    if (value.type !== 'public') throw wrongKind(name, `a public key, not a ${value.type} key`);
    return value;
  }
  if (types.isUint8Array(value)) {
    const key = Buffer.from(checkBytes(name, value));
    return importKey(name, () => createPublicKey({ key, format: 'der', type: 'spki' }));
  }
  const wanted = 'a KeyObject, DER (SubjectPublicKeyInfo) or a JWK';
  if (typeof value !== 'object' || value === null) throw wrongKind(name, wanted);
  // A JWK may have members that nobody knows (RFC 7517 4).
  const jwk = readOwnProperties(name, value, JWK);
  if (typeof jwk.kty !== 'string') throw wrongKind(name, wanted);
  // Inherited or not: node:crypto takes either for the private part.
  if ('d' in value && value.d !== undefined)
    throw wrongKind(name, 'a public key, not a private JWK');
  return importKey(name, () => createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }));
}

/**
 * Answers with the TokenBindingID of a private key.
 *
 * @throws TypeError for what is no private KeyObject
 * @throws TokenBindingError ERR_TB_UNUSABLE_KEY for a key that is not of `keyType`
 */
export function checkPrivateKey(name: string, keyType: KeyType, value: unknown): Uint8Array {
  if (!types.isKeyObject(value) || value.type !== 'private') {
    throw wrongKind(name, 'a private KeyObject');
  }
  return identifierOf(keyType, value);
}

function importKey(name: string, make: () => KeyObject): KeyObject {
  try {
    return make();
  } catch (cause) {
    const message = `${name} is not a valid public key`;
    throw new TokenBindingError('ERR_TB_UNUSABLE_KEY', message, { cause });
  }
}
