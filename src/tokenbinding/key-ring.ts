import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { checkPrivateKey } from './arguments.js';
import { TokenBindingError } from './error.js';
import type { KeyStore } from './key-store.js';
import type { Target } from './target.js';
import { KEY_TYPES, type KeyType } from './types.js';

const generateOnPool = promisify(generateKeyPair);

const EC = { namedCurve: 'P-256' };
const RSA = { modulusLength: 2048, publicExponent: 0x10001 };

/** A private key with its TokenBindingID. */
export interface SigningKey {
  readonly keyType: KeyType;
  readonly identifier: Uint8Array;
  readonly privateKey: KeyObject;
}

type Wanted = KeyType | 'anyexisting';

const CANDIDATES: Readonly<Record<Wanted, readonly KeyType[]>> = {
  ecdsap256: ['ecdsap256'],
  rsa2048_pss: ['rsa2048_pss'],
  'rsa2048_pkcs1.5': ['rsa2048_pkcs1.5'],
  anyexisting: KEY_TYPES,
};

/** Finds the private key of a target in a key store, or makes one. */
export class KeyRing {
  readonly #store: KeyStore;
  readonly #signingKeys = new WeakMap<KeyObject, SigningKey>();
  /** Keys that are being made, so that simultaneous callers get the same one. */
  readonly #pending = new Map<string, Promise<KeyObject>>();

  constructor(store: KeyStore) {
    this.#store = store;
  }

  async forTarget(wanted: Wanted, { scope }: Target): Promise<SigningKey> {
    for (const keyType of CANDIDATES[wanted]) {
      const key = await this.#store.get(scope, keyType);
      if (key !== undefined) return this.#identify(keyType, key);
    }
    if (wanted === 'anyexisting') throw keyNotFound(scope);
    return this.#identify(wanted, await this.#makeOnce(scope, wanted));
  }

  forTargetSync(wanted: Wanted, { scope }: Target): SigningKey {
    for (const keyType of CANDIDATES[wanted]) {
      const key = requireImmediate(this.#store.get(scope, keyType));
      if (key !== undefined) return this.#identify(keyType, key);
    }
    if (wanted === 'anyexisting') throw keyNotFound(scope);
    const made = generateSync(wanted);
    return this.#identify(wanted, requireImmediate(this.#store.add(scope, wanted, made)));
  }

  async delete({ scope }: Target): Promise<void> {
    await this.#store.delete(scope);
  }

  async deleteAll(): Promise<void> {
    await this.#store.deleteAll();
  }

  #makeOnce(scope: string, keyType: KeyType): Promise<KeyObject> {
    const name = `${keyType}@${scope}`;
    let pending = this.#pending.get(name);
    if (pending === undefined) {
      pending = generateAsync(keyType)
        .then((key) => this.#store.add(scope, keyType, key))
        .finally(() => this.#pending.delete(name));
      this.#pending.set(name, pending);
    }
    return pending;
  }

  #identify(keyType: KeyType, privateKey: KeyObject): SigningKey {
    let known = this.#signingKeys.get(privateKey);
    if (known?.keyType !== keyType) {
      known = { keyType, privateKey, identifier: identify(keyType, privateKey) };
      this.#signingKeys.set(privateKey, known);
    }
    return known;
  }
}

/** Checks the key, because the caller may have written the key store. */
function identify(keyType: KeyType, privateKey: unknown): Uint8Array {
  try {
    return checkPrivateKey('the key', keyType, privateKey);
  } catch (cause) {
    const message = `the key store returned something other than a private ${keyType} key`;
    throw new TokenBindingError('ERR_TB_KEY_STORE', message, { cause });
  }
}

async function generateAsync(keyType: KeyType): Promise<KeyObject> {
  const pair = keyType === 'ecdsap256' ? generateOnPool('ec', EC) : generateOnPool('rsa', RSA);
  return (await pair).privateKey;
}

function generateSync(keyType: KeyType): KeyObject {
  const isEc = keyType === 'ecdsap256';
  return (isEc ? generateKeyPairSync('ec', EC) : generateKeyPairSync('rsa', RSA)).privateKey;
}

function requireImmediate<T>(value: T | PromiseLike<T>): T {
  if (!isThenable(value)) return value;
  Promise.resolve(value).catch(() => {});
  const message = 'this key store returns promises: use the asynchronous form of the call';
  throw new TokenBindingError('ERR_TB_NOT_SUPPORTED', message);
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === 'function';
}

function keyNotFound(scope: string): TokenBindingError {
  return new TokenBindingError('ERR_TB_KEY_NOT_FOUND', `there is no key for ${scope}`);
}
