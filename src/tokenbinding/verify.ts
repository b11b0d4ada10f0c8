import { promisify } from 'node:util';
import { copyResult } from '../bytes/result-bytes.js';
import { TokenBindingError } from './error.js';
import type { KeyCache } from './key-cache.js';
import { readTokenBindingMessage, type TokenBindingStructure } from './message.js';
import type { ExpectedBinding } from './provider.js';
import type { BindingResult } from './results.js';
import { type Signed, type VerifyingKey, verifyAsync, verifySync } from './signature.js';
import type { KeyType } from './types.js';

/** A signature to check, with the index of its TokenBinding in the message. */
interface Check extends Signed {
  readonly index: number;
  readonly key: VerifyingKey;
  readonly signature: Uint8Array;
}

/** The check of each TokenBinding; undefined for unregistered key parameters, whose signature cannot be checked. */
type Checks = (Check | undefined)[];

/** Importing a key takes 0.01 to 0.2 ms; this many in a row do not delay the event loop noticeably. */
const KEYS_PER_TURN = 8;
/**
 * How many signatures of one message the thread pool checks at a time. An honest message has two, and takes a third
 * longer if the second one waits for the first.
 */
const MAX_CONCURRENT = 2;
const nextTurn = promisify(setImmediate);

/**
 * Verifies a TokenBindingMessage (RFC 8471 4.2). It checks the structure and the key types first, then the keys, then
 * the signatures, and stops at the first failure.
 *
 * @param message a copy of the caller's bytes that nothing else can change
 */
export function verifyMessageSync(
  message: Uint8Array,
  { keyType, ekm }: ExpectedBinding,
  keys: KeyCache,
): BindingResult[] {
  const bindings = decodeNegotiated(message, keyType);
  const checks = bindings.map((binding, index) => checkOf(binding, index, ekm, keys));
  requireOneCheck(checks);
  for (const check of checks) {
    if (check === undefined) continue;
    if (!verifySync(check.key, check, check.signature)) throw invalidSignature(check.index);
  }
  return resultsOf(bindings, checks);
}

/**
 * {@link verifyMessageSync} with the signatures checked on libuv's thread pool. It checks two at a time, so that one
 * message cannot fill the pool, and starts no check after the pair with the first invalid signature.
 */
export async function verifyMessage(
  message: Uint8Array,
  { keyType, ekm }: ExpectedBinding,
  keys: KeyCache,
): Promise<BindingResult[]> {
  const bindings = decodeNegotiated(message, keyType);
  const checks: Checks = [];
  for (const binding of bindings) {
    if (checks.length > 0 && checks.length % KEYS_PER_TURN === 0) await nextTurn();
    checks.push(checkOf(binding, checks.length, ekm, keys));
  }
  requireOneCheck(checks);
  const pending = checks.filter((check) => check !== undefined);
  while (pending.length > 0) await requireValid(pending.splice(0, MAX_CONCURRENT));
  return resultsOf(bindings, checks);
}

async function requireValid(checks: readonly Check[]): Promise<void> {
  const verdicts = await Promise.all(
    checks.map((check) => verifyAsync(check.key, check, check.signature)),
  );
  for (let i = 0; i < checks.length; i++) {
    if (verdicts[i] !== true) throw invalidSignature((checks[i] as Check).index);
  }
}

/** Decodes a message and requires the negotiated key type of its provided bindings. */
function decodeNegotiated(message: Uint8Array, negotiated: KeyType): TokenBindingStructure[] {
  const bindings = readTokenBindingMessage(message);
  for (let index = 0; index < bindings.length; index++) {
    requireNegotiatedKeyType(bindings[index] as TokenBindingStructure, index, negotiated);
  }
  return bindings;
}

/** A message without a signature that can be checked could come from anybody, without any key. */
function requireOneCheck(checks: Checks): void {
  for (const check of checks) if (check !== undefined) return;
  throw verificationError(
    'ERR_TB_SIGNATURE',
    'tokenbindings',
    'contains no signature that can be checked',
  );
}

/** The results of a message whose checks have all passed. */
function resultsOf(bindings: readonly TokenBindingStructure[], checks: Checks): BindingResult[] {
  return bindings.map((binding, index) =>
    resultOf(binding, checks[index] === undefined ? 'unevaluated' : 'verified'),
  );
}

/** RFC 8471 4.2: a provided binding must have the negotiated key parameters; other bindings may differ. */
function requireNegotiatedKeyType(
  { bindingType, tokenBindingID }: TokenBindingStructure,
  index: number,
  negotiated: KeyType,
): void {
  if (bindingType !== 'provided' || tokenBindingID.keyType === negotiated) return;
  throw verificationError(
    'ERR_TB_KEY_TYPE',
    `tokenbindings[${index}].tokenbindingid.key_parameters`,
    `the provided binding has key type ${tokenBindingID.keyType}, negotiated was ${negotiated}`,
  );
}

/** Undefined for unregistered key parameters. */
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

/** Copies the byte strings, so that a result does not keep the whole message in memory. */
function resultOf(
  { bindingType, tokenBindingID, extensions }: TokenBindingStructure,
  status: BindingResult['status'],
): BindingResult {
  return {
    bindingType,
    keyType: tokenBindingID.keyType,
    identifier: copyResult(tokenBindingID.bytes),
    extensionData: copyResult(extensions),
    status,
  };
}

function invalidSignature(index: number): TokenBindingError {
  const problem =
    'is not valid for this keying material (ekm) and key: the ekm must be that of the connection that carried the message';
  return verificationError('ERR_TB_SIGNATURE', `tokenbindings[${index}].signature`, problem);
}

function verificationError(
  code: 'ERR_TB_SIGNATURE' | 'ERR_TB_KEY_TYPE',
  path: string,
  problem: string,
): TokenBindingError {
  return new TokenBindingError(code, `${path}: ${problem}`, { path });
}
