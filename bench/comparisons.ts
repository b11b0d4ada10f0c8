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
import { type Comparison, repeat } from './measure.js';
import { ntlmComparisons } from './ntlm.js';

const KEY_PARAMETERS = { 'rsa2048_pkcs1.5': 0, rsa2048_pss: 1, ecdsap256: 2 } as const;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const;
const ekm = randomBytes(32);
const targetUrl = 'https://www.example.com/';

const generateOnPool = promisify(generateKeyPair);
const DER = {
  publicKeyEncoding: { format: 'der', type: 'spki' },
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
} as const;

/** A new private key, imported: see identifierOf for what Node 20 does with one just generated. */
async function newKey(keyType: KeyType): Promise<KeyObject> {
  const { privateKey } =
    keyType === 'ecdsap256'
      ? await generateOnPool('ec', { namedCurve: 'P-256', ...DER })
      : await generateOnPool('rsa', { modulusLength: 2048, ...DER });
  return createPrivateKey({ ...DER.privateKeyEncoding, key: privateKey as unknown as Buffer });
}

/** More keys than an instance caches: each comes round after it has been forgotten. */
const MANY = 1100;

/** One message for each of many new keys; the private keys are not kept. */
function messagesOfNewKeys(keyType: KeyType): Promise<Uint8Array[]> {
  const one = async () => subject(keyType, await newKey(keyType)).message;
  return Promise.all(Array.from({ length: MANY }, one));
}

/** A key, a message signed with it, and the bare node:crypto calls that do the cryptography alone. */
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

/** Node 20 imports an EC public key for as long as it verifies with it. */
const OLD = process.versions.node.startsWith('20.');

const GOALS: Goals[] = [
  { keyType: 'ecdsap256', known: 0.95, fresh: OLD ? 0.4 : 0.65, decode: 0.015 },
  { keyType: 'rsa2048_pkcs1.5', known: 0.92, fresh: 0.55, decode: 0.07 },
  { keyType: 'rsa2048_pss', known: 0.92, fresh: 0.55, decode: 0.07 },
];

/** The comparisons one after the other: many live keys would slow down those that need but one. */
export async function* comparisons(): AsyncGenerator<Comparison> {
  for (const goals of GOALS) {
    const { keyType } = goals;
    yield* ofOneKey(goals, subject(keyType, await newKey(keyType)));
  }
  const key = await newKey('ecdsap256');
  yield concurrency(key);
  yield linearity(key);
  for (const goals of GOALS) {
    const { rawVerify } = subject(goals.keyType, await newKey(goals.keyType));
    yield ofNewKeys(goals, await messagesOfNewKeys(goals.keyType), rawVerify);
  }
  yield* ntlmComparisons();
}

function ofOneKey({ keyType, known, decode }: Goals, it: ReturnType<typeof subject>): Comparison[] {
  const rawVerify = repeat(it.rawVerify);
  return [
    {
      name: `${keyType}: verifyMessageSync, key seen before / crypto.verify`,
      ratio: 'speed',
      goal: { atLeast: known },
      ours: repeat(it.verify),
      baseline: rawVerify,
    },
    {
      name: `${keyType}: generateBindingSync and generateMessageSync / crypto.sign`,
      ratio: 'speed',
      goal: { atLeast: 0.93 },
      ours: repeat(it.generate),
      baseline: repeat(it.rawSign),
    },
    {
      name: `${keyType}: decode and parse of the header / crypto.verify`,
      ratio: 'share',
      goal: { atMost: decode },
      ours: repeat(() => decodeTokenBindingMessage(decodeBase64url(it.header, 'header'))),
      baseline: rawVerify,
    },
  ];
}

function ofNewKeys(
  { keyType, fresh }: Goals,
  messages: Uint8Array[],
  rawVerify: () => boolean,
): Comparison {
  const tokenBinding = open({ provider: 'portable' });
  let next = 0;
  return {
    name: `${keyType}: verifyMessageSync, always a new key / crypto.verify`,
    ratio: 'speed',
    goal: { atLeast: fresh },
    ours: repeat(() => {
      next = (next + 1) % messages.length;
      tokenBinding.verifyMessageSync(messages[next] as Uint8Array, { keyType, ekm });
    }),
    baseline: repeat(rawVerify),
  };
}

function concurrency(key: KeyObject): Comparison {
  const { tokenBinding, message, expected } = subject('ecdsap256', key);
  const inFlight = (lanes: number) => async (times: number) => {
    const lane = async () => {
      for (let count = 0; count < times / lanes; count++) {
        await tokenBinding.verifyMessage(message, expected);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };
  return {
    name: 'ecdsap256: verifyMessage, 16 in flight / one after the other',
    ratio: 'speed',
    goal: { atLeast: 1.45 },
    ours: inFlight(16),
    baseline: inFlight(1),
  };
}

/** Time for each byte of the smallest extensions, ten times as many against a tenth: 1 is linear. */
function linearity(key: KeyObject): Comparison {
  const withExtensions = (count: number) => {
    const { message } = subject('ecdsap256', key);
    const bytes = Buffer.concat([message.subarray(0, -2), Buffer.alloc(2 + 3 * count)]);
    bytes.writeUInt16BE(bytes.length - 2, 0);
    bytes.writeUInt16BE(3 * count, message.length - 2);
    return bytes;
  };
  const large = withExtensions(21_790);
  const small = withExtensions(2179);
  return {
    name: 'decode of 65,507 bytes / ten times 6,674 bytes, all tiny extensions',
    ratio: 'share',
    goal: { atMost: 1.3 },
    ours: repeat(() => decodeTokenBindingMessage(large)),
    baseline: repeat(() => {
      for (let count = 0; count < 10; count++) decodeTokenBindingMessage(small);
    }),
  };
}
