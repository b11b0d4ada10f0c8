import type { KeyType } from '../src/index.js';
import { CProgram } from './c-program.js';
import { type Row, repeat } from './measure.js';
import { verifications } from './token-binding-new-keys.js';
import { ekm, KEY_PARAMETERS, newKey, OLD, subject } from './token-binding-subject.js';

/** EC_KEY and RSA are deprecated, and faster than what OpenSSL 3 has in their place. */
const SOURCE = { file: 'verify.c', options: ['-Wno-deprecated-declarations', '-lcrypto'] };

/** The files that the baseline needs, and the packages of Debian that have them. */
export const OPENSSL_NEEDS = { gcc: 'gcc', '/usr/include/openssl/evp.h': 'libssl-dev' } as const;

/** The goals for keys seen before and for new ones. */
const GOALS: readonly { keyType: KeyType; known: number; fresh: number }[] = [
  { keyType: 'ecdsap256', known: 1.25, fresh: OLD ? 0.5 : 0.95 },
  { keyType: 'rsa2048_pkcs1.5', known: 1.2, fresh: OLD ? 0.65 : 0.75 },
  { keyType: 'rsa2048_pss', known: 1.2, fresh: OLD ? 0.65 : 0.75 },
];

/** Compares Token Binding with a verifier in C over OpenSSL, which makes the public key for each message anew. */
export function opensslRows(): Row[] {
  return GOALS.flatMap(({ keyType, known, fresh }): Row[] => [
    {
      name: `${keyType}: verifyMessageSync, key seen before / C and OpenSSL`,
      ratio: 'speed',
      goal: { atLeast: known },
      prepare: async () => {
        const { message, verify } = subject(keyType, await newKey(keyType));
        return { ours: repeat(verify), ...verifierInC(keyType, message) };
      },
    },
    {
      name: `${keyType}: verifyMessageSync, always a new key / C and OpenSSL`,
      ratio: 'speed',
      goal: { atLeast: fresh },
      prepare: async () => {
        const { verify } = await verifications(keyType);
        const { message } = subject(keyType, await newKey(keyType));
        return { ours: verify, ...verifierInC(keyType, message) };
      },
    },
  ]);
}

function verifierInC(keyType: KeyType, message: Uint8Array) {
  const hex = [ekm, message].map((bytes) => Buffer.from(bytes).toString('hex'));
  const program = new CProgram(SOURCE, [String(KEY_PARAMETERS[keyType]), ...hex]);
  return { baseline: program.batch(String), end: () => program.stop() };
}
