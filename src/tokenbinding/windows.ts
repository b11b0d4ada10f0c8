import type { KeyObject } from 'node:crypto';
import { TokenBindingError } from '../errors.js';
import type { RawAnswer, RawCalls, RawGeneratedBinding, RawResult } from '../native/raw.js';
import { STATUS } from '../native/status.js';
import { identifierOf } from './key.js';
import { keyBlobOf } from './key-blob.js';
import { decodeTokenBinding, decodeTokenBindingMessage, requireTokenBindings } from './message.js';
import { describeBytes, failure, misshapen, unwrap } from './os-error.js';
import type {
  CheckedBindingRequest,
  ExpectedBinding,
  ProtocolVersion,
  Provider,
} from './provider.js';
import { keyTypeIn, resultOf } from './raw-results.js';
import { requireVerified } from './require-verified.js';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from './results.js';
import type { Target } from './target.js';
import {
  ANY_EXISTING,
  type KeyType,
  keyParametersOf,
  keyTypeOf,
  tokenBindingTypeOf,
} from './types.js';

/** TOKENBINDING_EXTENSION_FORMAT_UNDEFINED, the only format there is. */
const FORMAT_UNDEFINED = 0;
const NO_EXTENSION = new Uint8Array(0);

const MAY_BE_THERE: readonly number[] = [STATUS.NTE_NO_KEY, STATUS.NTE_BAD_KEYSET];

/** tokenbinding.dll: the operating system decides, and here its structures become results. */
export class WindowsProvider implements Provider {
  readonly #calls: RawCalls;

  constructor(calls: RawCalls) {
    this.#calls = calls;
  }

  async generateBinding(request: CheckedBindingRequest): Promise<GeneratedBinding> {
    return generated(request, await this.#calls.generateBinding(...bindingArguments(request)));
  }

  generateBindingSync(request: CheckedBindingRequest): GeneratedBinding {
    return generated(request, this.#calls.generateBindingSync(...bindingArguments(request)));
  }

  async generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array> {
    requireTokenBindings(tokenBindings);
    return joined(await this.#calls.generateMessage(tokenBindings));
  }

  generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array {
    requireTokenBindings(tokenBindings);
    return joined(this.#calls.generateMessageSync(tokenBindings));
  }

  async verifyMessage(message: Uint8Array, expected: ExpectedBinding): Promise<BindingResult[]> {
    const args = verificationArguments(message, expected);
    return verified(message, expected, await this.#calls.verifyMessage(...args));
  }

  verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[] {
    const args = verificationArguments(message, expected);
    return verified(message, expected, this.#calls.verifyMessageSync(...args));
  }

  async getKeyTypesClient(): Promise<KeyType[]> {
    const numbers = await this.#calls.getKeyTypesClient();
    return namedKeyTypes(unwrap('TokenBindingGetKeyTypesClient', numbers));
  }

  async getKeyTypesServer(): Promise<KeyType[]> {
    const numbers = await this.#calls.getKeyTypesServer();
    return namedKeyTypes(unwrap('TokenBindingGetKeyTypesServer', numbers));
  }

  async deleteBinding(target: Target): Promise<void> {
    const name = 'TokenBindingDeleteBinding';
    const answer = await this.#calls.deleteBinding(nameOf(target));
    // What is not there is as good as deleted. The other statuses that may say so may also say that it
    // is there and cannot be opened.
    if (answer.status === STATUS.NTE_NOT_FOUND) return;
    if (MAY_BE_THERE.includes(answer.status)) throw failure(name, answer.status, 'ERR_TB_OS');
    unwrap(name, answer);
  }

  async deleteAllBindings(): Promise<void> {
    unwrap('TokenBindingDeleteAllBindings', await this.#calls.deleteAllBindings());
  }

  async generateId(keyType: KeyType, publicKey: KeyObject): Promise<BindingIdentifier> {
    const blob = keyBlobOf(identifierOf(keyType, publicKey));
    const answer = await this.#calls.generateId(keyParametersOf(keyType), blob);
    const name = 'TokenBindingGenerateID';
    return identifierIn(name, keyType, unwrap(name, answer));
  }

  async generateIdForUri(
    keyType: KeyType | 'anyexisting',
    target: Target,
  ): Promise<BindingIdentifier> {
    const name = 'TokenBindingGenerateIDForUri';
    if (this.#calls.generateIdForUri === undefined) {
      const message = `this Windows has no ${name}: it came with version 1903`;
      throw new TokenBindingError('ERR_TB_NOT_SUPPORTED', message);
    }
    const answer = await this.#calls.generateIdForUri(numberOf(keyType), nameOf(target));
    return identifierIn(name, keyType, unwrap(name, answer));
  }

  async getHighestSupportedVersion(): Promise<ProtocolVersion> {
    const answer = await this.#calls.getHighestSupportedVersion();
    return unwrap('TokenBindingGetHighestSupportedVersion', answer);
  }
}

function bindingArguments({
  keyType,
  target,
  bindingType,
  ekm,
}: CheckedBindingRequest): Parameters<RawCalls['generateBinding']> {
  const type = tokenBindingTypeOf(bindingType);
  return [numberOf(keyType), nameOf(target), type, ekm, FORMAT_UNDEFINED, NO_EXTENSION];
}

function numberOf(keyType: KeyType | 'anyexisting'): number {
  return keyType === 'anyexisting' ? ANY_EXISTING : keyParametersOf(keyType);
}

/**
 * What the DLL is told as the target. Windows does not document how it makes a key's scope of a URL:
 * named by its scope, a target has one name whatever its host, path and port.
 */
function nameOf({ scope }: Target): string {
  return `https://${scope}/`;
}

function verificationArguments(
  message: Uint8Array,
  { keyType, ekm }: ExpectedBinding,
): Parameters<RawCalls['verifyMessage']> {
  return [message, keyParametersOf(keyType), ekm];
}

function generated(
  { keyType, bindingType }: CheckedBindingRequest,
  answer: RawAnswer<RawGeneratedBinding>,
): GeneratedBinding {
  const name = 'TokenBindingGenerateBinding';
  const { tokenBinding, result } = unwrap(name, answer);
  const made = decoded(name, tokenBinding, decodeTokenBinding);
  const identified = identifierIn(name, keyType, result);
  if (Buffer.compare(made.tokenBindingID.bytes, identified.identifier) !== 0) {
    const [key, other] = [made.tokenBindingID.bytes, identified.identifier].map(describeBytes);
    throw misshapen(name, `its TokenBinding is of the key ${key}, and its result of ${other}`);
  }
  if (made.bindingType !== bindingType) {
    throw misshapen(name, `its TokenBinding is of type ${made.bindingType}, not ${bindingType}`);
  }
  return { bindingType, ...identified, tokenBinding };
}

function joined(answer: RawAnswer<Uint8Array>): Uint8Array {
  const name = 'TokenBindingGenerateMessage';
  const message = unwrap(name, answer);
  decoded(name, message, decodeTokenBindingMessage);
  return message;
}

function decoded<Structure>(
  functionName: string,
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => Structure,
): Structure {
  try {
    return decode(bytes);
  } catch (error) {
    const problem = `with a wrong structure: ${(error as Error).message}`;
    throw misshapen(functionName, `${problem} (${describeBytes(bytes)})`);
  }
}

function identifierIn(
  functionName: string,
  wanted: KeyType | 'anyexisting',
  { identifier }: RawResult,
): BindingIdentifier {
  const keyType = keyTypeIn(identifier);
  if (typeof keyType === 'number' || (wanted !== 'anyexisting' && keyType !== wanted)) {
    const key = describeBytes(identifier);
    throw misshapen(functionName, `its key is of type ${keyType}, not ${wanted} (${key})`);
  }
  return { keyType, identifier };
}

function verified(
  message: Uint8Array,
  { keyType }: ExpectedBinding,
  answer: RawAnswer<RawResult[]>,
): BindingResult[] {
  const results = unwrap('TokenBindingVerifyMessage', answer).map(resultOf);
  requireVerified(message, keyType, results);
  return results;
}

/** Types that have no name here are left out, as no call could be made with them. */
function namedKeyTypes(numbers: readonly number[]): KeyType[] {
  return numbers.map(keyTypeOf).filter((keyType) => typeof keyType !== 'number');
}
