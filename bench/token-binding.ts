import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  type SigningOptions,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';
import { type KeyType, MemoryKeyStore, open } from '../src/index.js';
import { decodeBase64url, decodeTokenBindingMessage, encodeBase64url } from '../src/wire.js';
import { type Batch, type Comparison, type Row, repeat } from './measure.js';

const KEY_PARAMETERS = { 'rsa2048_pkcs1.5': 0, rsa2048_pss: 1, ecdsap256: 2 } as const;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const;
const ekm = randomBytes(32);
const targetUrl = 'https://www.example.com/';

const generateOnPool = promisify(generateKeyPair);
const DER = {
  publicKeyEncoding: { format: 'der', type: 'spki' },
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
} as const;

/** A new private key, imported: Node 20 can hang with a key that was just generated (see `identifierOf`). */
async function newKey(keyType: KeyType): Promise<KeyObject> {
  const { privateKey } =
    keyType === 'ecdsap256'
      ? await generateOnPool('ec', { namedCurve: 'P-256', ...DER })
      : await generateOnPool('rsa', { modulusLength: 2048, ...DER });
  return createPrivateKey({ ...DER.privateKeyEncoding, key: privateKey as unknown as Buffer });
}

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

/** A key, a message signed with it, and the same cryptography by bare calls of node:crypto. */
function subject(keyType: KeyType, privateKey: KeyObject) {
  const keyStore = new MemoryKeyStore();
  keyStore.add('example.com', keyType, privateKey);
  const tokenBinding = open({ provider: 'portable', keyStore });
  const request = { keyType, targetUrl, bindingType: 'provided', ekm } as const;
  const generate = () =>
    tokenBinding.generateMessageSync([tokenBinding.generateBindingSync(request).tokenBinding]);
  const message = generate();
  const expected = { keyType, ekm };

  const data = signedData(keyType);
  const signature = sign('sha256', data, padded(keyType, privateKey));
  const verifying = padded(keyType, imported(privateKey));
  const signing =
    keyType === 'ecdsap256'
      ? ({ key: privateKey, dsaEncoding: 'ieee-p1363' } as const)
      : padded(keyType, privateKey);
  return {
    tokenBinding,
    message,
    expected,
    header: encodeBase64url(message),
    generate,
    verify: () => tokenBinding.verifyMessageSync(message, expected),
    rawVerify: () => verify('sha256', data, verifying, signature),
    rawSign: () => sign('sha256', data, signing),
  };
}

function signedData(keyType: KeyType): Buffer {
  return Buffer.concat([Buffer.from([0, KEY_PARAMETERS[keyType]]), ekm]);
}

function padded(
  keyType: KeyType,
  key: KeyObject,
): KeyObject | ({ key: KeyObject } & SigningOptions) {
  return keyType === 'rsa2048_pss' ? { key, ...PSS } : key;
}

/** The public key as a verifier has it: imported, not generated here. */
function imported(privateKey: KeyObject): KeyObject {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return createPublicKey({ key: jwk, format: 'jwk' });
}

interface Goals {
  keyType: KeyType;
  known: number;
  fresh: number;
  decode: number;
}

/** In Node 20 the import of an EC public key takes as long as a verification. */
const OLD = process.versions.node.startsWith('20.');

const GOALS: Goals[] = [
  { keyType: 'ecdsap256', known: 0.95, fresh: OLD ? 0.4 : 0.7, decode: 0.015 },
  { keyType: 'rsa2048_pkcs1.5', known: 0.92, fresh: 0.9, decode: 0.07 },
  { keyType: 'rsa2048_pss', known: 0.92, fresh: 0.9, decode: 0.07 },
];

/** Compares Token Binding with bare calls of node:crypto. */
export function tokenBindingRows(): Row[] {
  return [...GOALS.flatMap(ofOneKey), concurrency, linearity, ...GOALS.flatMap(ofNewKeys)];
}

function ofOneKey({ keyType, known, decode }: Goals): Row[] {
  const rowOf = (
    row: Omit<Row, 'prepare'>,
    batches: (it: ReturnType<typeof subject>) => Comparison,
  ): Row => ({
    ...row,
    prepare: async () => batches(subject(keyType, await newKey(keyType))),
  });
  return [
    rowOf(
      {
        name: `${keyType}: verifyMessageSync, key seen before / crypto.verify`,
        ratio: 'speed',
        goal: { atLeast: known },
      },
      (it) => ({ ours: repeat(it.verify), baseline: repeat(it.rawVerify) }),
    ),
    rowOf(
      {
        name: `${keyType}: generateBindingSync and generateMessageSync / crypto.sign`,
        ratio: 'speed',
        goal: { atLeast: 0.93 },
      },
      (it) => ({ ours: repeat(it.generate), baseline: repeat(it.rawSign) }),
    ),
    rowOf(
      {
        name: `${keyType}: decode and parse of the header / crypto.verify`,
        ratio: 'share',
        goal: { atMost: decode },
      },
      (it) => ({
        ours: repeat(() => decodeTokenBindingMessage(decodeBase64url(it.header, 'header'))),
        baseline: repeat(it.rawVerify),
      }),
    ),
  ];
}

/**
 * A new key for each message, beside the same import and verification by node:crypto. For P-256 the goal is relative to
 * the verification alone, and a further row has node:crypto beside it, too: the most that a verifier can reach.
 */
function ofNewKeys({ keyType, fresh }: Goals): Row[] {
  const bare = 'createPublicKey and crypto.verify';
  const rowOf = (
    ours: string,
    beside: string,
    batches: (it: Record<'verify' | 'bare', Batch>, rawVerify: Batch) => Comparison,
  ): Row => ({
    name: `${keyType}: ${ours}, always a new key / ${beside}`,
    ratio: 'speed',
    goal: { atLeast: fresh },
    async prepare() {
      const it = verifications(keyType, await messagesOfNewKeys(keyType));
      return batches(it, repeat(subject(keyType, await newKey(keyType)).rawVerify));
    },
  });
  const name = 'verifyMessageSync';
  if (keyType !== 'ecdsap256') {
    return [rowOf(name, bare, (it) => ({ ours: it.verify, baseline: it.bare }))];
  }
  return [
    rowOf(name, 'crypto.verify', ({ verify }, baseline) => ({ ours: verify, baseline })),
    rowOf(bare, 'crypto.verify', (it, baseline) => ({ ours: it.bare, baseline })),
  ];
}

function verifications(
  keyType: KeyType,
  messages: readonly Signed[],
): Record<'verify' | 'bare', Batch> {
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

const concurrency: Row = {
  name: 'ecdsap256: verifyMessage, 16 in flight / one after the other',
  ratio: 'speed',
  goal: { atLeast: 1.45 },
  async prepare() {
    const { tokenBinding, message, expected } = subject('ecdsap256', await newKey('ecdsap256'));
    const inFlight = (lanes: number) => async (times: number) => {
      const lane = async () => {
        for (let count = 0; count < times / lanes; count++) {
          await tokenBinding.verifyMessage(message, expected);
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    };
    return { ours: inFlight(16), baseline: inFlight(1) };
  },
};

/** Decodes many tiny extensions at once, and a tenth of them ten times. If the time is linear, the ratio is 1. */
const linearity: Row = {
  name: 'decode of 65,507 bytes / ten times 6,674 bytes, all tiny extensions',
  ratio: 'share',
  goal: { atMost: 1.3 },
  async prepare() {
    const { message } = subject('ecdsap256', await newKey('ecdsap256'));
    const withExtensions = (count: number) => {
      const bytes = Buffer.concat([message.subarray(0, -2), Buffer.alloc(2 + 3 * count)]);
      bytes.writeUInt16BE(bytes.length - 2, 0);
      bytes.writeUInt16BE(3 * count, message.length - 2);
      return bytes;
    };
    const [large, small] = [withExtensions(21_790), withExtensions(2179)];
    return {
      ours: repeat(() => decodeTokenBindingMessage(large)),
      baseline: repeat(() => {
        for (let count = 0; count < 10; count++) decodeTokenBindingMessage(small);
      }),
    };
  },
};
