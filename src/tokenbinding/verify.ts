import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { copyResult } from '../bytes/result-bytes.js';
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

/** For each TokenBinding its check; undefined where nobody here can evaluate its signature. */
type Checks = (Check | undefined)[];

/** Importing a key takes 0.01 to 0.2 ms: so many do not hold up the event loop. */
const KEYS_PER_TURN = 8;
/**
 * How many signatures of one message are on the thread pool at once: an honest message has two, and takes a
 * third longer if one waits for the other.
 */
const AT_ONCE = 2;
const nextTurn = promisify(setImmediate);

/**
 * Verifies a TokenBindingMessage by RFC 8471 4.2. It is the caller's copy: nobody changes it meanwhile.
 *
 * First the structure and the key types are checked, then the keys, then the signatures; the first fault
 * ends the work.
 */
export function verifyMessageSync(
  message: Uint8Array,
  { keyType, ekm }: ExpectedBinding,
  keys: KeyCache,
): BindingResult[] {
  const bindings = decodeNegotiated(message, keyType);
  const checks: Checks = [];
  for (const binding of bindings) checks.push(checkOf(binding, checks.length, ekm, keys));
  requireOneCheck(checks);
  for (const check of checks) {
    if (check === undefined) continue;
    if (!verifySync(check.key, check, check.signature)) throw invalidSignature(check.index);
  }
  return resultsOf(bindings, checks);
}

/**
 * {@link verifyMessageSync} with the signatures checked on libuv's thread pool, two at a time, so that one
 * message does not fill the pool, and makes it work no further than to the first bad signature and the next.
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
  while (pending.length > 0) await requireValid(pending.splice(0, AT_ONCE));
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

/** The TokenBindings of a message, the provided ones of the negotiated key type. */
function decodeNegotiated(message: Uint8Array, negotiated: KeyType): TokenBindingStructure[] {
  const bindings = decodeTokenBindingMessage(message);
  for (let index = 0; index < bindings.length; index++) {
    requireNegotiatedKeyType(bindings[index] as TokenBindingStructure, index, negotiated);
  }
  return bindings;
}

/** Without any signature that can be evaluated, anybody could have made the message, without any key. */
function requireOneCheck(checks: Checks): void {
  for (const check of checks) if (check !== undefined) return;
  throw refusal('ERR_TB_SIGNATURE', 'tokenbindings', 'no signature in it can be evaluated');
}

/** What to answer once every check has passed. */
function resultsOf(bindings: readonly TokenBindingStructure[], checks: Checks): BindingResult[] {
  return bindings.map((binding, index) =>
    resultOf(binding, checks[index] === undefined ? 'unevaluated' : 'verified'),
  );
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

/** Copies what it takes from the message: a result does not keep all of it in memory. */
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
  const problem = 'is not valid for this exporter value and key';
  return refusal('ERR_TB_SIGNATURE', `tokenbindings[${index}].signature`, problem);
}

function refusal(
  code: 'ERR_TB_SIGNATURE' | 'ERR_TB_KEY_TYPE',
  path: string,
  problem: string,
): TokenBindingError {
  return new TokenBindingError(code, `${path}: ${problem}`, { path });
}
