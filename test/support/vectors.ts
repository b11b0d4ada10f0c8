import type { JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** One entry of src/conformance/token-binding/vectors.json; `source` says where it comes from. */
export interface Vector {
  id: string;
  source: string;
  description: string;
  /** base64url */
  message: string | null;
  /** hex */
  ekm: string | null;
  keyType: string | null;
  /** The verdict on each signature, in order, or what the entry is about. */
  signatures: string;
  bindings?: {
    type: number;
    keyParameters: number;
    tokenBindingId: string;
    tbh: string;
    signature: string;
  }[];
  /** The value of a field Sec-Token-Binding-Context, base64url */
  tokenBindingContext?: string;
}

export const vectors: readonly Vector[] = load('src/conformance/token-binding/vectors.json');

export const keys: readonly { id: string; privateKey: JsonWebKey }[] =
  load('test/vectors/keys.json');

/** Certificates and keys in PEM, and the hash of tls-server-end-point; the file says how they were made. */
export const certificates: readonly {
  readonly name: string;
  readonly hash: string | null;
  readonly cert: string;
  readonly key: string;
}[] = load<{ certificates: [] }>('test/vectors/certificates.json').certificates;

/** Examples of reverse proxies; the file says where they are from. */
export const ttrpExamples: readonly {
  readonly figures: string;
  /** base64url */
  readonly ekm: string;
  readonly message: string;
  readonly ttrpHeaders: Readonly<Record<string, string>>;
}[] = load<{ examples: [] }>('test/vectors/ttrp.json').examples;

/** Figures of draft-ietf-oauth-token-binding-08, by their numbers. */
export const oauthFigures: Readonly<Record<number, Readonly<Record<string, string>>>> = load<{
  figures: Record<number, Record<string, string>>;
}>('test/vectors/oauth-token-binding.json').figures;

export function vector(id: string): Vector {
  const found = vectors.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`unknown vector ${id}`);
  return found;
}

/** @param path from the root of the repository; compiled tests are in dist/test/support */
function load<T>(path: string): T {
  const file = new URL(`../../../${path}`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
