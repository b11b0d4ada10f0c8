import type { KeyObject } from 'node:crypto';
import type { RawAnswer, RawCalls, RawGeneratedBinding, RawResult } from '../../native/raw.js';
import { STATUS } from '../../native/status.js';
import { TokenBindingError } from '../error.js';
import { identifierOf } from '../key.js';
import { decodeTokenBinding, readTokenBindingMessage, requireTokenBindings } from '../message.js';
import type {
  CheckedBindingRequest,
  ExpectedBinding,
  ProtocolVersion,
  Provider,
} from '../provider.js';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from '../results.js';
import type { Target } from '../target.js';
import {
  ANY_EXISTING,
  type KeyType,
  keyParametersOf,
  keyTypeOf,
  tokenBindingTypeOf,
} from '../types.js';
import { keyBlobOf } from './key-blob.js';
import { describeBytes, invalidResult, osError, requireSuccess } from './os-error.js';
import { keyTypeIn, resultOf } from './raw-results.js';
import { requireVerified } from './require-verified.js';

/** TOKENBINDING_EXTENSION_FORMAT_UNDEFINED, the only format there is. */
const FORMAT_UNDEFINED = 0;
const NO_EXTENSION = new Uint8Array(0);

const AMBIGUOUS_STATUSES: readonly number[] = [STATUS.NTE_NO_KEY, STATUS.NTE_BAD_KEYSET];

/** Calls tokenbinding.dll and converts its structures to results. The operating system makes the decisions. */
export class WindowsProvider implements Provider {
  readonly #calls: RawCalls;

  constructor(calls: RawCalls) {
    this.#calls = calls;
  }

  async generateBinding(request: CheckedBindingRequest): Promise<GeneratedBinding> {
    return toGeneratedBinding(
      request,
      await this.#calls.generateBinding(...bindingArguments(request)),
    );
  }

  generateBindingSync(request: CheckedBindingRequest): GeneratedBinding {
    return toGeneratedBinding(
      request,
      this.#calls.generateBindingSync(...bindingArguments(request)),
    );
  }

  async generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array> {
    requireTokenBindings(tokenBindings);
    return readMessage(await this.#calls.generateMessage(tokenBindings));
  }

  generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array {
    requireTokenBindings(tokenBindings);
    return readMessage(this.#calls.generateMessageSync(tokenBindings));
  }

  async verifyMessage(message: Uint8Array, expected: ExpectedBinding): Promise<BindingResult[]> {
    const args = verificationArguments(message, expected);
    return readResults(message, expected, await this.#calls.verifyMessage(...args));
  }

  verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[] {
    const args = verificationArguments(message, expected);
    return readResults(message, expected, this.#calls.verifyMessageSync(...args));
  }

  async getKeyTypesClient(): Promise<KeyType[]> {
    const numbers = await this.#calls.getKeyTypesClient();
    return registeredKeyTypes(requireSuccess('TokenBindingGetKeyTypesClient', numbers));
  }

  async getKeyTypesServer(): Promise<KeyType[]> {
    const numbers = await this.#calls.getKeyTypesServer();
    return registeredKeyTypes(requireSuccess('TokenBindingGetKeyTypesServer', numbers));
  }

  async deleteBinding(target: Target): Promise<void> {
    const name = 'TokenBindingDeleteBinding';
    const answer = await this.#calls.deleteBinding(targetUrlOf(target));
    // Deleting a key that does not exist is no error. The ambiguous statuses may mean that the key does not exist
    // or that it cannot be opened.
    if (answer.status === STATUS.NTE_NOT_FOUND) return;
    if (AMBIGUOUS_STATUSES.includes(answer.status)) throw osError(name, answer.status, 'ERR_TB_OS');
    requireSuccess(name, answer);
  }

  async deleteAllBindings(): Promise<void> {
    requireSuccess('TokenBindingDeleteAllBindings', await this.#calls.deleteAllBindings());
  }

  async generateId(keyType: KeyType, publicKey: KeyObject): Promise<BindingIdentifier> {
    const blob = keyBlobOf(identifierOf(keyType, publicKey));
    const answer = await this.#calls.generateId(keyParametersOf(keyType), blob);
    const name = 'TokenBindingGenerateID';
    return toBindingIdentifier(name, keyType, requireSuccess(name, answer));
  }

  async generateIdForUri(
    keyType: KeyType | 'anyexisting',
    target: Target,
  ): Promise<BindingIdentifier> {
    const name = 'TokenBindingGenerateIDForUri';
    if (this.#calls.generateIdForUri === undefined) {
      const message = `${name} needs Windows version 1903 or later`;
      throw new TokenBindingError('ERR_TB_NOT_SUPPORTED', message);
    }
    const answer = await this.#calls.generateIdForUri(keyTypeNumber(keyType), targetUrlOf(target));
    return toBindingIdentifier(name, keyType, requireSuccess(name, answer));
  }

  async getHighestSupportedVersion(): Promise<ProtocolVersion> {
    const answer = await this.#calls.getHighestSupportedVersion();
    return requireSuccess('TokenBindingGetHighestSupportedVersion', answer);
  }
}

function bindingArguments({
  keyType,
  target,
  bindingType,
  ekm,
}: CheckedBindingRequest): Parameters<RawCalls['generateBinding']> {
  const type = tokenBindingTypeOf(bindingType);
  return [keyTypeNumber(keyType), targetUrlOf(target), type, ekm, FORMAT_UNDEFINED, NO_EXTENSION];
}

function keyTypeNumber(keyType: KeyType | 'anyexisting'): number {
  return keyType === 'anyexisting' ? ANY_EXISTING : keyParametersOf(keyType);
}

/**
 * The URL that the DLL gets for a target. Windows does not document how it derives the scope of a key from a URL.
 * With this URL every target of one scope has the same key, whatever its host, path and port.
 */
function targetUrlOf({ scope }: Target): string {
  return `https://${scope}/`;
}

function verificationArguments(
  message: Uint8Array,
  { keyType, ekm }: ExpectedBinding,
): Parameters<RawCalls['verifyMessage']> {
  return [message, keyParametersOf(keyType), ekm];
}

function toGeneratedBinding(
  { keyType, bindingType }: CheckedBindingRequest,
  answer: RawAnswer<RawGeneratedBinding>,
): GeneratedBinding {
  const name = 'TokenBindingGenerateBinding';
  const { tokenBinding, result } = requireSuccess(name, answer);
  const made = decodeResult(name, tokenBinding, decodeTokenBinding);
  const identified = toBindingIdentifier(name, keyType, result);
  if (Buffer.compare(made.tokenBindingID.bytes, identified.identifier) !== 0) {
    const [key, other] = [made.tokenBindingID.bytes, identified.identifier].map(describeBytes);
    throw invalidResult(name, `its TokenBinding has the key ${key}, and its result has ${other}`);
  }
  if (made.bindingType !== bindingType) {
    throw invalidResult(name, `its TokenBinding has type ${made.bindingType}, not ${bindingType}`);
  }
  return { bindingType, ...identified, tokenBinding };
}

function readMessage(answer: RawAnswer<Uint8Array>): Uint8Array {
  const name = 'TokenBindingGenerateMessage';
  const message = requireSuccess(name, answer);
  decodeResult(name, message, readTokenBindingMessage);
  return message;
}

function decodeResult<Structure>(
  functionName: string,
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => Structure,
): Structure {
  try {
    return decode(bytes);
  } catch (error) {
    const problem = `its structure is invalid: ${(error as Error).message}`;
    throw invalidResult(functionName, `${problem} (${describeBytes(bytes)})`);
  }
}

function toBindingIdentifier(
  functionName: string,
  wanted: KeyType | 'anyexisting',
  { identifier }: RawResult,
): BindingIdentifier {
  const keyType = keyTypeIn(identifier);
  if (typeof keyType === 'number' || (wanted !== 'anyexisting' && keyType !== wanted)) {
    const key = describeBytes(identifier);
    throw invalidResult(functionName, `its key has type ${keyType}, not ${wanted} (${key})`);
  }
  return { keyType, identifier };
}

function readResults(
  message: Uint8Array,
  { keyType }: ExpectedBinding,
  answer: RawAnswer<RawResult[]>,
): BindingResult[] {
  const results = requireSuccess('TokenBindingVerifyMessage', answer).map(resultOf);
  requireVerified(message, keyType, results);
  return results;
}

/** Leaves out the types that RFC 8471 does not name: no call takes them. */
function registeredKeyTypes(numbers: readonly number[]): KeyType[] {
  return numbers.map(keyTypeOf).filter((keyType) => typeof keyType !== 'number');
}
