import { readFileSync } from 'node:fs';
import type { KeyType } from '../tokenbinding/types.js';

/** A public key, and signatures by it over each EKM for each of {@link SIGNED_TYPES}. */
export interface CorpusKey {
  readonly name: string;
  readonly keyType: KeyType;
  /** RSAPublicKey or TB_ECPoint (RFC 8471 3.2), as it stands in a TokenBindingID. */
  readonly key: Uint8Array;
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array;
  readonly signatures: ReadonlyMap<number, readonly Uint8Array[]>;
}

/** A signature over the first EKM, for a provided binding, that RFC 8471 3.3 does not allow. */
export interface WrongSignature {
  readonly name: string;
  readonly key: CorpusKey;
  readonly signature: Uint8Array;
}

export interface Corpus {
  readonly ekms: readonly Uint8Array[];
  readonly keys: readonly CorpusKey[];
  /** Keys that RFC 8471 3.2 does not allow; their signatures are as good as the others'. */
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

/** The building blocks of generated cases, from a file: random signatures would make runs differ. */
export const corpus: Corpus = load();

/** A key of the corpus by its name. */
export function corpusKey(name: string): CorpusKey {
  const found = [...corpus.keys, ...corpus.wrongKeys].find((key) => key.name === name);
  if (found === undefined) throw new Error(`the corpus has no key ${name}`);
  return found;
}

function load(): Corpus {
  const file = new URL('../../../src/conformance/corpus.json', import.meta.url);
  const { ekms, keys, wrongKeys, wrongSignatures }: CorpusFile = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const known = keys.map(keyOf);
  return {
    ekms: ekms.map(decode),
    keys: known,
    wrongKeys: wrongKeys.map(keyOf),
    wrongSignatures: wrongSignatures.map(({ name, key, signature }) => ({
      name,
      key: known.find((one) => one.name === key) as CorpusKey,
      signature: decode(signature),
    })),
  };
}

function keyOf({ name, keyType, key, spki, signatures }: KeyInFile): CorpusKey {
  const byType = signatures.map(
    ({ bindingType, byEkm }) => [bindingType, byEkm.map(decode)] as const,
  );
  return { name, keyType, key: decode(key), spki: decode(spki), signatures: new Map(byType) };
}

function decode(text: string): Uint8Array {
  return Buffer.from(text, 'base64url');
}
