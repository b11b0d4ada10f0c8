import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type KeyType, open } from '../src/index.js';
import { type Batch, repeat } from './measure.js';
import { ekm, newKey, OLD, padded, signedData, subject } from './token-binding-subject.js';

/** More keys than an instance caches: each is evicted before its next use. */
const MANY = 1100;

/** A message and what node:crypto needs to verify its signature. */
interface Signed {
  readonly message: Uint8Array;
  /** As node:crypto makes it. */
  readonly signature: Uint8Array;
  /** Imports the public key, in the format that Node imports fastest. */
  readonly importKey: () => KeyObject;
}

/** One message for each of many new keys; the private keys are not kept. */
async function messagesOfNewKeys(keyType: KeyType): Promise<Signed[]> {
  if (keyType !== 'ecdsap256') return Array.from(rsaKeys(await primes()), signedWith(keyType));
  const one = async () => signedWith(keyType)(await newKey(keyType));
  return Promise.all(Array.from({ length: MANY }, one));
}

function signedWith(keyType: KeyType): (privateKey: KeyObject) => Signed {
  const data = signedData(keyType);
  return (privateKey) => ({
    message: subject(keyType, privateKey).message,
    signature: sign('sha256', data, padded(keyType, privateKey)),
    importKey: importOf(keyType, createPublicKey(privateKey)),
  });
}

function importOf(keyType: KeyType, publicKey: KeyObject): () => KeyObject {
  if (keyType === 'ecdsap256' && OLD) {
    const jwk = publicKey.export({ format: 'jwk' });
    return () => createPublicKey({ key: jwk, format: 'jwk' });
  }
  const type = keyType === 'ecdsap256' ? 'spki' : 'pkcs1';
  const der = publicKey.export({ format: 'der', type });
  return () => createPublicKey({ key: der, format: 'der', type });
}

/** The primes of a few generated keys. Generation is slow, but any two primes make another key. */
async function primes(): Promise<bigint[]> {
  const count = Math.ceil((1 + Math.sqrt(1 + 8 * MANY)) / 4);
  const keys = await Promise.all(Array.from({ length: count }, () => newKey('rsa2048_pss')));
  return keys.flatMap((key) => {
    const { p, q } = key.export({ format: 'jwk' });
    return [p, q].map((text) => {
      return BigInt(`0x${Buffer.from(text as string, 'base64url').toString('hex')}`);
    });
  });
}

function* rsaKeys(factors: readonly bigint[]): Generator<KeyObject> {
  let left = MANY;
  for (const [index, p] of factors.entries()) {
    for (const q of factors.slice(index + 1)) {
      if (left-- === 0) return;
      yield rsaKey(p, q);
    }
  }
}

function rsaKey(p: bigint, q: bigint): KeyObject {
  const e = 65_537n;
  const d = inverse(e, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const encoded = Object.entries(numbers).map(([name, value]) => {
    const hex = value.toString(16);
    const bytes = Buffer.from(hex.padStart(hex.length + (hex.length & 1), '0'), 'hex');
    return [name, bytes.toString('base64url')];
  });
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(encoded) }, format: 'jwk' });
}

/** The modular inverse by Euclid's algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value];
  let [factor, nextFactor] = [0n, 1n];
  while (next > 0n) {
    const times = rest / next;
    [rest, next] = [next, rest - times * next];
    [factor, nextFactor] = [nextFactor, factor - times * nextFactor];
  }
  return ((factor % modulus) + modulus) % modulus;
}

/** Verifies a message of another key with each call: with this package, and with bare calls of node:crypto. */
export async function verifications(keyType: KeyType): Promise<Record<'verify' | 'bare', Batch>> {
  const messages = await messagesOfNewKeys(keyType);
  const tokenBinding = open({ provider: 'portable' });
  const data = signedData(keyType);
  return {
    verify: repeatOver(messages, ({ message }) => {
      tokenBinding.verifyMessageSync(message, { keyType, ekm });
    }),
    bare: repeatOver(messages, ({ importKey, signature }) => {
      verify('sha256', data, padded(keyType, importKey()), signature);
    }),
  };
}

/** Repeats a call with each item in turn. */
function repeatOver<Item>(items: readonly Item[], call: (item: Item) => void): Batch {
  let next = 0;
  return repeat(() => {
    next = (next + 1) % items.length;
    call(items[next] as Item);
  });
}
