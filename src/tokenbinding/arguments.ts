import { createPublicKey, type JsonWebKeyInput, type KeyObject, type webcrypto } from 'node:crypto';
import { types } from 'node:util';
import {
  checkBytes,
  checkBytesOfLength,
  checkBytesToCopy,
  checkOneOf,
  checkOptions,
  invalidArgType,
  outOfRange,
  readOwnProperties,
} from '../bytes/check.js';
import { lengthOf } from '../bytes/typed-array.js';
import { withoutPrototype } from '../bytes/without-prototype.js';
import { TokenBindingError } from './error.js';
import { identifierOf } from './key.js';
import { MAX_MESSAGE, MAX_TOKEN_BINDINGS, MIN_TOKEN_BINDINGS } from './message.js';
import type { CheckedBindingRequest, ExpectedBinding } from './provider.js';
import { MAX_URL_LENGTH, parseTarget, type Target } from './target.js';
import { BINDING_TYPES, type BindingType, checkKeyType, KEY_TYPES, type KeyType } from './types.js';

/** Length of the exported keying material in bytes (RFC 8471 3.3). */
const EKM_LENGTH = 32;

const REQUEST = ['keyType', 'targetUrl', 'bindingType', 'ekm'] as const;
const EXPECTED = ['keyType', 'ekm', 'maxTokenBindings'] as const;
/** The members of a public key's JWK (RFC 7518 6.2.1, 6.3.1). */
const JWK = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;

const KEY_TYPES_OR_ANY = [...KEY_TYPES, 'anyexisting'] as const;

/** A public key: a KeyObject of node:crypto, a SubjectPublicKeyInfo in DER (RFC 5280 4.1.2.7), or a JWK (RFC 7517). */
export type PublicKeyInput = KeyObject | Uint8Array | webcrypto.JsonWebKey;

export function checkWantedKeyType(name: string, value: unknown): KeyType | 'anyexisting' {
  return checkOneOf(name, value, KEY_TYPES_OR_ANY);
}

function checkBindingType(name: string, value: unknown): BindingType {
  return checkOneOf(name, value, BINDING_TYPES);
}

/** The error does not repeat the value: a URL may contain a password. */
export function checkTarget(name: string, value: unknown): Target {
  const wanted = `an absolute https: or wss: URL of at most ${MAX_URL_LENGTH} characters`;
  if (typeof value !== 'string') throw invalidArgType(name, 'a string, such as url.href');
  const target = parseTarget(value);
  if (target === undefined) throw outOfRange(name, wanted);
  return target;
}

// Read every property before checking the first: a getter could change a buffer between its check and its use.

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
  if (typeof value !== 'number') throw invalidArgType(name, 'a number');
  if (!Number.isInteger(value) || value < 1) throw outOfRange(name, 'an integer of at least 1');
  return value;
}

/**
 * Checks a message. The caller copies it before anything else looks at it.
 *
 * @throws TypeError for another type than Uint8Array
 * @throws TokenBindingError ERR_TB_MALFORMED for more than 65,537 bytes
 */
export function checkMessage(name: string, value: unknown): Uint8Array {
  const bytes = checkBytesToCopy(name, value);
  const length = lengthOf(bytes);
  if (length <= MAX_MESSAGE) return bytes;
  const path = 'tokenbindings';
  const problem = `${path}: a message has at most ${MAX_MESSAGE} bytes, not ${length}`;
  throw new TokenBindingError('ERR_TB_MALFORMED', problem, { path, offset: 0 });
}

/** Checks the byte strings of TokenBindings and does not copy them yet. */
export function checkTokenBindings(value: unknown): Uint8Array[] {
  if (!Array.isArray(value)) throw invalidArgType('tokenBindings', 'an array of Uint8Array');
  if (value.length > MAX_TOKEN_BINDINGS) throw wrongSize();
  const items: unknown[] = [];
  for (let index = 0; index < value.length; index++) items.push(value[index]);
  const tokenBindings: Uint8Array[] = [];
  let length = 0;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (isGeneratedBinding(item)) {
      const wanted = 'a Uint8Array: pass the tokenBinding of a GeneratedBinding';
      throw invalidArgType(`tokenBindings[${index}]`, wanted);
    }
    const bytes = checkBytes('tokenBindings', item, index);
    tokenBindings.push(bytes);
    length += bytes.length;
  }
  if (length < MIN_TOKEN_BINDINGS || length > MAX_TOKEN_BINDINGS) throw wrongSize();
  return tokenBindings;
}

function isGeneratedBinding(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'tokenBinding');
}

function wrongSize(): RangeError {
  const bounds = `${MIN_TOKEN_BINDINGS} to ${MAX_TOKEN_BINDINGS}`;
  return outOfRange('tokenBindings', `at least one TokenBinding, ${bounds} bytes together`);
}

/**
 * @throws TypeError for a value of another type, and for a private or secret key
 * @throws TokenBindingError ERR_TB_UNUSABLE_KEY for bytes or a JWK without a valid public key
 */
export function checkPublicKey(name: string, value: unknown): KeyObject {
  if (types.isKeyObject(value)) {
    if (value.type !== 'public')
      throw invalidArgType(name, `a public key, not a ${value.type} key`);
    return value;
  }
  if (types.isUint8Array(value)) {
    const key = Buffer.from(checkBytes(name, value));
    return importKey(name, () =>
      createPublicKey(withoutPrototype({ key, format: 'der', type: 'spki' })),
    );
  }
  const wanted = 'a KeyObject, DER (SubjectPublicKeyInfo) or a JWK';
  if (typeof value !== 'object' || value === null) throw invalidArgType(name, wanted);
  // Ignore other members (RFC 7517 4).
  const jwk = readOwnProperties(name, value, JWK);
  if (typeof jwk.kty !== 'string') throw invalidArgType(name, wanted);
  // Own or inherited: node:crypto reads both as the private key.
  if ('d' in value && value.d !== undefined)
    throw invalidArgType(name, 'a public key, not a private JWK');
  return importKey(name, () =>
    createPublicKey(withoutPrototype({ key: jwk as JsonWebKeyInput['key'], format: 'jwk' })),
  );
}

/**
 * Checks a private key and returns its TokenBindingID.
 *
 * @throws TypeError for anything but a private KeyObject
 * @throws TokenBindingError ERR_TB_UNUSABLE_KEY for a key of another type than `keyType`
 */
export function checkPrivateKey(name: string, keyType: KeyType, value: unknown): Uint8Array {
  if (!types.isKeyObject(value) || value.type !== 'private') {
    throw invalidArgType(name, 'a private KeyObject');
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
