import type { KeyType } from '../../tokenbinding/types.js';
import { readPackageFile } from '../package-file.js';

/** A public key, with its signatures over each EKM for the binding types 0, 1 and 77. */
export interface CorpusKey {
  readonly name: string;
  readonly keyType: KeyType;
  /** RSAPublicKey or TB_ECPoint (RFC 8471 3.2), the key field of a TokenBindingID. */
  readonly key: Uint8Array;
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array;
  /** By the binding type, then by the index of the EKM. */
  readonly signatures: ReadonlyMap<number, readonly Uint8Array[]>;
}

/** A signature over the first EKM for a provided binding. RFC 8471 3.3 does not allow it. */
export interface WrongSignature {
  readonly name: string;
  readonly key: CorpusKey;
  readonly signature: Uint8Array;
}

export interface Corpus {
  readonly ekms: readonly Uint8Array[];
  readonly keys: readonly CorpusKey[];
  /** Keys that RFC 8471 3.2 does not allow. Their signatures are valid. */
  readonly wrongKeys: readonly CorpusKey[];
  readonly wrongSignatures: readonly WrongSignature[];
}

interface CorpusFile {
  ekms: string[];
  keys: KeyInFile[];
  wrongKeys: KeyInFile[];
  wrongSignatures: { name: string; key: string; signature: string }[];
}

interface KeyInFile {
  name: string;
  keyType: KeyType;
  key: string;
  spki: string;
  signatures: { bindingType: number; byEkm: string[] }[];
}

/** The keys and signatures of generated cases. They are read from a file, so that every run has the same. */
export const corpus: Corpus = loadCorpus();

/** Finds a key of the corpus by its name. */
export function findKey(name: string): CorpusKey {
  const found = [...corpus.keys, ...corpus.wrongKeys].find((key) => key.name === name);
  if (found === undefined) throw new Error(`the corpus has no key ${name}`);
  return found;
}

function loadCorpus(): Corpus {
  const { ekms, keys, wrongKeys, wrongSignatures }: CorpusFile = JSON.parse(
    readPackageFile('src/conformance/token-binding/key-corpus.json'),
  );
  const known = keys.map(toKey);
  return {
    ekms: ekms.map(decode),
    keys: known,
    wrongKeys: wrongKeys.map(toKey),
    wrongSignatures: wrongSignatures.map(({ name, key, signature }) => ({
      name,
      key: known.find((one) => one.name === key) as CorpusKey,
      signature: decode(signature),
    })),
  };
}

function toKey({ name, keyType, key, spki, signatures }: KeyInFile): CorpusKey {
  const byType = signatures.map(
    ({ bindingType, byEkm }) => [bindingType, byEkm.map(decode)] as const,
  );
  return { name, keyType, key: decode(key), spki: decode(spki), signatures: new Map(byType) };
}

function decode(text: string): Uint8Array {
  return Buffer.from(text, 'base64url');
}
