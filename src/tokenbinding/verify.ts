import type { KeyObject } from 'node:crypto';
import { copyOf } from '../bytes/copy.js';
import { TokenBindingError } from '../errors.js';
import type { KeyCache } from './key-cache.js';
import { decodeTokenBindingMessage, type TokenBindingStructure } from './message.js';
import type { ExpectedBinding } from './provider.js';
import type { BindingResult } from './results.js';
import { type Signed, verifyAsync, verifySync } from './signature.js';
import type { KeyType } from './types.js';

/** A signature to be checked, with the index of its TokenBinding. */
interface Check extends Signed {
  readonly index: number;
  readonly key: KeyObject;
  readonly signature: Uint8Array;
}

interface Examined {
  /** One for each signature that can be evaluated; at least one. */
  readonly checks: Check[];
  /** What to answer once every check has passed. */
  readonly results: BindingResult[];
}

/** Verifies a TokenBindingMessage by RFC 8471 4.2. */
export function verifyMessageSync(
  message: Uint8Array,
  expected: ExpectedBinding,
  keys: KeyCache,
): BindingResult[] {
  const { checks, results } = examine(message, expected, keys);
  for (const check of checks) {
    if (!verifySync(check.key, check, check.signature)) throw invalidSignature(check.index);
  }
  return results;
}

/** {@link verifyMessageSync} with the signatures checked on libuv's thread pool. */
export async function verifyMessage(
  message: Uint8Array,
  expected: ExpectedBinding,
  keys: KeyCache,
): Promise<BindingResult[]> {
  const { checks, results } = examine(message, expected, keys);
  const verdicts = await Promise.all(
    checks.map((check) => verifyAsync(check.key, check, check.signature)),
  );
  for (let i = 0; i < checks.length; i++) {
    if (verdicts[i] !== true) throw invalidSignature((checks[i] as Check).index);
  }
  return results;
}

/** Everything but the signatures: the structure, the key type of provided bindings, the keys. */
function examine(message: Uint8Array, expected: ExpectedBinding, keys: KeyCache): Examined {
  const bindings = decodeTokenBindingMessage(message);
  for (let index = 0; index < bindings.length; index++) {
    requireNegotiatedKeyType(bindings[index] as TokenBindingStructure, index, expected.keyType);
  }
  const checks: Check[] = [];
  const results: BindingResult[] = [];
  for (let index = 0; index < bindings.length; index++) {
    const binding = bindings[index] as TokenBindingStructure;
    const check = checkOf(binding, index, expected.ekm, keys);
    if (check !== undefined) checks.push(check);
    results.push(resultOf(binding, check === undefined ? 'unevaluated' : 'verified'));
  }
  if (checks.length === 0) {
    // Anybody could make such a message, without any key.
    throw refusal('ERR_TB_SIGNATURE', 'tokenbindings', 'no signature in it can be evaluated');
  }
  return { checks, results };
}

/** RFC 8471 4.2: a provided binding has the negotiated key parameters; any other may differ. */
function requireNegotiatedKeyType(
  { bindingType, tokenBindingID }: TokenBindingStructure,
  index: number,
  negotiated: KeyType,
): void {
  if (bindingType !== 'provided' || tokenBindingID.keyType === negotiated) return;
  throw refusal(
    'ERR_TB_KEY_TYPE',
    `tokenbindings[${index}].tokenbindingid.key_parameters`,
    `the provided binding is of key type ${tokenBindingID.keyType}, negotiated is ${negotiated}`,
  );
}

/** Undefined for key parameters that nobody here can evaluate. */
function checkOf(
  { bindingType, tokenBindingID, signature }: TokenBindingStructure,
  index: number,
  ekm: Uint8Array,
  keys: KeyCache,
): Check | undefined {
  const { keyType } = tokenBindingID;
  const key = keys.get(tokenBindingID, index);
  if (key === undefined || typeof keyType === 'number') return undefined;
  return { index, key, bindingType, keyType, ekm, signature };
}

/** Copies what it takes from the message: the caller may change that afterwards. */
function resultOf(
  { bindingType, tokenBindingID, extensions }: TokenBindingStructure,
  status: BindingResult['status'],
): BindingResult {
  return {
    bindingType,
    keyType: tokenBindingID.keyType,
    identifier: copyOf(tokenBindingID.bytes),
    extensionData: copyOf(extensions),
    status,
  };
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
