import { bindingTypeOf, KEY_TYPES, type KeyType, keyTypeOf } from '../../../tokenbinding/types.js';
import type { Case } from '../../case.js';
import { type Expectation, expectAccepted, expectRefused } from '../../outcome.js';
import { readPackageFile } from '../../package-file.js';
import type { TokenBindingSubject } from '../subject.js';
import { verificationCase } from './verification.js';

/** One entry of vectors.json, as far as the cases need it. */
interface Vector {
  readonly id: string;
  readonly description: string;
  /** base64url */
  readonly message?: string | null;
  /** hex */
  readonly ekm?: string | null;
  /** The verdict of node:crypto on each signature, in order, or `parse-rejected`. */
  readonly signatures: string;
  readonly bindings?: readonly {
    readonly type: number;
    readonly keyParameters: number;
    readonly tokenBindingId: string;
    readonly signature: string;
  }[];
}

/** For messages whose EKM was not published. Their signatures are invalid with it. */
const NO_EKM = '00'.repeat(32);

/** Vectors with malformed extensions, which RFC 8471 3.4 does not mention. */
const LEFT_OPEN = ['tb-55'];

/** Every published message, verified for each key type. */
export function* vectors(): Generator<Case<TokenBindingSubject>> {
  for (const vector of loadVectors()) {
    const { id, description, message, ekm } = vector;
    if (typeof message !== 'string') continue;
    for (const keyType of KEY_TYPES) {
      yield verificationCase({
        id: `vectors/${id}/${keyType}`,
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
  if (signatures === 'parse-rejected') return expectRefused('RFC 8471 3');
  if (ekm?.length !== NO_EKM.length || LEFT_OPEN.includes(id)) return undefined;
  const known = bindings.filter(({ type }) => typeof bindingTypeOf(type) === 'string');
  const isRefused = known.some(({ type, keyParameters, signature }) => {
    const wrongKeyType = type === 0 && keyTypeOf(keyParameters) !== negotiated;
    return wrongKeyType || signature === 'invalid';
  });
  if (isRefused) return expectRefused('RFC 8471 4.2');
  if (known.length < bindings.length) return undefined;
  if (bindings.some(({ signature }) => signature !== 'valid')) return undefined;
  const results = bindings.map(({ type, keyParameters, tokenBindingId }) => ({
    bindingType: bindingTypeOf(type),
    keyType: keyTypeOf(keyParameters),
    identifier: tokenBindingId,
  }));
  // RFC 8471 leaves open the order in which several bindings are listed.
  return expectAccepted('RFC 8471 4.2', results.length === 1 ? { results } : {});
}

function loadVectors(): Vector[] {
  return JSON.parse(readPackageFile('src/conformance/token-binding/vectors.json')) as Vector[];
}
