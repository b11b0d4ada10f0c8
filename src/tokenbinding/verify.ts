import type { KeyObject } from 'node:crypto';
import { TokenBindingError } from '../errors.js';
import type { KeyCache } from './key-cache.js';
import { decodeTokenBindingMessage, type TokenBindingStructure } from './message.js';
import type { ExpectedBinding } from './provider.js';
import type { BindingResult } from './results.js';
import { signedData, verifyAsync, verifySync } from './signature.js';
import { type KeyType, tokenBindingTypeOf } from './types.js';

const EMPTY = new Uint8Array(0);

/** A signature still to be checked; absent where the key parameters are unknown. */
type Check = readonly [
  keyType: KeyType,
  publicKey: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
];

interface Candidate {
  readonly check: Check | undefined;
  readonly result: BindingResult;
}

/** Verifies a TokenBindingMessage by RFC 8471 4.2. */
export function verifyMessageSync(
  message: Uint8Array,
  expected: ExpectedBinding,
  keys: KeyCache,
): BindingResult[] {
  const candidates = examine(message, expected, keys);
  for (let index = 0; index < candidates.length; index++) {
    const { check } = candidates[index] as Candidate;
    if (check !== undefined && !verifySync(...check)) throw invalidSignature(index);
  }
  return candidates.map(({ result }) => result);
}

/** {@link verifyMessageSync} with the signatures checked on libuv's thread pool. */
export async function verifyMessage(
  message: Uint8Array,
  expected: ExpectedBinding,
  keys: KeyCache,
): Promise<BindingResult[]> {
  const candidates = examine(message, expected, keys);
  const verdicts = await Promise.all(
    candidates.map(({ check }) => check === undefined || verifyAsync(...check)),
  );
  const refused = verdicts.indexOf(false);
  if (refused !== -1) throw invalidSignature(refused);
  return candidates.map(({ result }) => result);
}

/**
 * Everything but the signatures: the structure, the key type of each provided binding, the keys.
 * A message in which no signature can be evaluated is refused here, or anybody could make one.
 */
function examine(
  message: Uint8Array,
  expected: ExpectedBinding,
  keys: KeyCache,
): readonly Candidate[] {
  const bindings = decodeTokenBindingMessage(message);
  for (let index = 0; index < bindings.length; index++) {
    requireNegotiatedKeyType(bindings[index] as TokenBindingStructure, index, expected.keyType);
  }
  const candidates = bindings.map((binding, index) => candidate(binding, index, expected, keys));
  if (!candidates.some(({ check }) => check !== undefined)) {
    throw refusal('ERR_TB_SIGNATURE', 'tokenbindings', 'no signature in it could be evaluated');
  }
  return candidates;
}

/** RFC 8471 4.2: a provided binding has the negotiated key parameters; any other may differ. */
function requireNegotiatedKeyType(
  { bindingType, tokenBindingID }: TokenBindingStructure,
  index: number,
  negotiated: KeyType,
): void {
  if (bindingType !== 'provided' || tokenBindingID.keyType === negotiated) return;
  const problem = `the provided binding is of key type ${tokenBindingID.keyType}, negotiated is ${negotiated}`;
  throw refusal(
    'ERR_TB_KEY_TYPE',
    `tokenbindings[${index}].tokenbindingid.key_parameters`,
    problem,
  );
}

function candidate(
  { bindingType, tokenBindingID, signature, extensions }: TokenBindingStructure,
  index: number,
  { ekm }: ExpectedBinding,
  keys: KeyCache,
): Candidate {
  const { keyType, bytes } = tokenBindingID;
  const key = keys.get(tokenBindingID, index);
  const data = signedData(tokenBindingTypeOf(bindingType), bytes[0] as number, ekm);
  const evaluable = key !== undefined && typeof keyType === 'string';
  const check = evaluable ? ([keyType, key, data, signature] as const) : undefined;
  const result: BindingResult = {
    bindingType,
    keyType,
    identifier: new Uint8Array(bytes),
    extensionData: extensions.length === 0 ? EMPTY : new Uint8Array(extensions),
    status: check === undefined ? 'unevaluated' : 'verified',
  };
  return { check, result };
}

function invalidSignature(index: number): TokenBindingError {
  return refusal('ERR_TB_SIGNATURE', `tokenbindings[${index}].signature`, 'is not valid');
}

function refusal(
  code: 'ERR_TB_SIGNATURE' | 'ERR_TB_KEY_TYPE',
  path: string,
  problem: string,
): TokenBindingError {
  return new TokenBindingError(code, `${path}: ${problem}`, { path });
}
