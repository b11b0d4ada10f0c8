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
import { type KeyType, MemoryKeyStore, open, type TokenBindingProvider } from '../src/index.js';
import { encodeBase64url } from '../src/wire.js';

export const KEY_PARAMETERS = { 'rsa2048_pkcs1.5': 0, rsa2048_pss: 1, ecdsap256: 2 } as const;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const;
export const ekm: Buffer = randomBytes(32);
const targetUrl = 'https://www.example.com/';

/** In Node 20 the import of an EC public key takes as long as a verification. */
export const OLD: boolean = process.versions.node.startsWith('20.');

const generateOnPool = promisify(generateKeyPair);
const DER = {
  publicKeyEncoding: { format: 'der', type: 'spki' },
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
} as const;

/** A new private key, imported: Node 20 can hang with a key that was just generated (see `identifierOf`). */
export async function newKey(keyType: KeyType): Promise<KeyObject> {
  const { privateKey } =
    keyType === 'ecdsap256'
      ? await generateOnPool('ec', { namedCurve: 'P-256', ...DER })
      : await generateOnPool('rsa', { modulusLength: 2048, ...DER });
  return createPrivateKey({ ...DER.privateKeyEncoding, key: privateKey as unknown as Buffer });
}

/** A key, a message signed with it, and the same cryptography by bare calls of node:crypto. */
export interface Subject {
  readonly tokenBinding: TokenBindingProvider;
  readonly message: Uint8Array;
  readonly expected: { readonly keyType: KeyType; readonly ekm: Uint8Array };
  /** The message as a header has it. */
  readonly header: string;
  readonly generate: () => unknown;
  readonly verify: () => unknown;
  readonly rawVerify: () => unknown;
  readonly rawSign: () => unknown;
}

export function subject(keyType: KeyType, privateKey: KeyObject): Subject {
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

export function signedData(keyType: KeyType): Buffer {
  return Buffer.concat([Buffer.from([0, KEY_PARAMETERS[keyType]]), ekm]);
}

export function padded(
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
