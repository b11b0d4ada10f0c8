import { readFileSync } from 'node:fs';
import { bindingTypeOf, KEY_TYPES, type KeyType, keyTypeOf } from '../../tokenbinding/types.js';
import type { Case, Expectation } from '../case.js';
import { refused, verification } from './verification.js';

/** One entry of the published test vectors. */
interface Vector {
  readonly id: string;
  readonly description: string;
  /** base64url */
  readonly message?: string | null;
  /** hex */
  readonly ekm?: string | null;
  /** What node:crypto says of each signature, in order, or `parse-rejected`. */
  readonly signatures: string;
  readonly bindings?: readonly {
    readonly type: number;
    readonly keyParameters: number;
    readonly tokenBindingId: string;
    readonly signature: string;
  }[];
}

/** For the messages whose EKM was never published: no signature of theirs can be valid. */
const NO_EKM = '00'.repeat(32);

/** RFC 8471 3.4 has nothing on extensions that are not well-formed. */
const LEFT_OPEN = ['tb-55'];

/** Every published message, verified for each key type that could have been negotiated. */
export function* vectors(): Generator<Case> {
  for (const vector of load()) {
    const { id, description, message, ekm } = vector;
    if (typeof message !== 'string') continue;
    for (const keyType of KEY_TYPES) {
      yield verification({
        group: 'vectors',
        id: `${id}/${keyType}`,
        title: `${description}; negotiated ${keyType}${ekm ? '' : '; EKM unknown'}`,
        message: Buffer.from(message, 'base64url'),
        keyType,
        ekm: Buffer.from(ekm ?? NO_EKM, 'hex'),
        expected: expectationOf(vector, keyType),
      });
    }
  }
}

function expectationOf(
  { id, ekm, signatures, bindings = [] }: Vector,
  negotiated: KeyType,
): Expectation | undefined {
  if (signatures === 'parse-rejected') return refused('RFC 8471 3');
  if (ekm?.length !== NO_EKM.length || LEFT_OPEN.includes(id)) return undefined;
  const named = bindings.filter(({ type }) => typeof bindingTypeOf(type) === 'string');
  const isRefused = named.some(({ type, keyParameters, signature }) => {
    const wrongKeyType = type === 0 && keyTypeOf(keyParameters) !== negotiated;
    return wrongKeyType || signature === 'invalid';
  });
  if (isRefused) return refused('RFC 8471 4.2');
  if (named.length < bindings.length) return undefined;
  if (bindings.some(({ signature }) => signature !== 'valid')) return undefined;
  const results = bindings.map(({ type, keyParameters, tokenBindingId }) => ({
    bindingType: bindingTypeOf(type),
    keyType: keyTypeOf(keyParameters),
    identifier: tokenBindingId,
  }));
  // In which order several are listed RFC 8471 leaves open.
  const outcome = { verdict: 'accepted', ...(results.length === 1 && { results }) } as const;
  return { outcome, clause: 'RFC 8471 4.2' };
}

function load(): Vector[] {
  const file = new URL('../../../../test/vectors/token-binding.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Vector[];
}
