import type { KeyObject } from 'node:crypto';
import { encodeBase64url } from '../bytes/base64url.js';
import { copyOf } from '../bytes/copy.js';
import {
  checkBindingRequest,
  checkExpected,
  checkMessage,
  checkPublicKey,
  checkTokenBindings,
  type PublicKeyInput,
} from '../tokenbinding/arguments.js';
import type { BindingRequest, ExpectedBinding, ProtocolVersion } from '../tokenbinding/provider.js';
import type {
  BindingIdentifier,
  BindingResult,
  GeneratedBinding,
} from '../tokenbinding/results.js';
import type { ProviderDescription, TokenBinding } from '../tokenbinding/token-binding.js';
import { checkKeyType, type KeyType } from '../tokenbinding/types.js';
import { acceptedBytes, acceptedIdentifier, acceptedResults, outcomeOf } from './answer.js';
import type { Json, Outcome } from './outcome.js';
import type { ShadowAnswer, ShadowCall, ShadowCalls, ShadowCounts } from './shadow-calls.js';

/** A primary provider with a secondary in its shadow. */
export interface ShadowedTokenBinding extends TokenBinding {
  readonly counts: ShadowCounts;
  /** Resolves when no call waits for the secondary any more. */
  settled(): Promise<void>;
}

export class Shadowed implements ShadowedTokenBinding {
  readonly provider: ProviderDescription;
  readonly #primary: TokenBinding;
  readonly #secondary: TokenBinding;
  readonly #calls: ShadowCalls;

  constructor(primary: TokenBinding, secondary: TokenBinding, calls: ShadowCalls) {
    this.provider = primary.provider;
    this.#primary = primary;
    this.#secondary = secondary;
    this.#calls = calls;
  }

  get counts(): ShadowCounts {
    return this.#calls.counts;
  }

  settled(): Promise<void> {
    return this.#calls.settled();
  }

  generateBinding(request: BindingRequest): Promise<GeneratedBinding> {
    const answer = this.#primary.generateBinding(request);
    return this.#calls.beside(answer, () => this.#generation(request));
  }

  generateBindingSync(request: BindingRequest): GeneratedBinding {
    const work = () => this.#primary.generateBindingSync(request);
    return this.#calls.after(work, () => this.#generation(request));
  }

  generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array> {
    const answer = this.#primary.generateMessage(tokenBindings);
    return this.#calls.beside(answer, () => this.#joining(tokenBindings));
  }

  generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array {
    const work = () => this.#primary.generateMessageSync(tokenBindings);
    return this.#calls.after(work, () => this.#joining(tokenBindings));
  }

  verifyMessage(message: Uint8Array, expected: ExpectedBinding): Promise<BindingResult[]> {
    const answer = this.#primary.verifyMessage(message, expected);
    return this.#calls.beside(answer, () => this.#verification(message, expected));
  }

  verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[] {
    const work = () => this.#primary.verifyMessageSync(message, expected);
    return this.#calls.after(work, () => this.#verification(message, expected));
  }

  getKeyTypesClient(): Promise<KeyType[]> {
    const answer = this.#primary.getKeyTypesClient();
    const ask = () => this.#secondary.getKeyTypesClient();
    return this.#calls.beside(answer, () => question('getKeyTypesClient', toKeyTypes, ask));
  }

  getKeyTypesServer(): Promise<KeyType[]> {
    const answer = this.#primary.getKeyTypesServer();
    const ask = () => this.#secondary.getKeyTypesServer();
    return this.#calls.beside(answer, () => question('getKeyTypesServer', toKeyTypes, ask));
  }

  getHighestSupportedVersion(): Promise<ProtocolVersion> {
    const name = 'getHighestSupportedVersion';
    const answer = this.#primary.getHighestSupportedVersion();
    const ask = () => this.#secondary.getHighestSupportedVersion();
    return this.#calls.beside(answer, () => question(name, toVersion, ask));
  }

  generateId(keyType: KeyType, publicKey: PublicKeyInput): Promise<BindingIdentifier> {
    const answer = this.#primary.generateId(keyType, publicKey);
    return this.#calls.beside(answer, () => {
      const type = checkKeyType('keyType', keyType);
      const key: KeyObject = checkPublicKey('publicKey', publicKey);
      return question('generateId', toIdentifier, () => this.#secondary.generateId(type, key));
    });
  }

  generateIdForUri(
    keyType: KeyType | 'anyexisting',
    targetUri: string,
  ): Promise<BindingIdentifier> {
    return this.#primary.generateIdForUri(keyType, targetUri);
  }

  deleteBinding(targetUrl: string): Promise<void> {
    return this.#primary.deleteBinding(targetUrl);
  }

  deleteAllBindings(confirmation: { everyKeyOfThisUser: true }): Promise<void> {
    return this.#primary.deleteAllBindings(confirmation);
  }

  #verification(message: Uint8Array, expected: ExpectedBinding): ShadowCall<BindingResult[]> {
    const bytes = copyOf(checkMessage('message', message));
    const wanted = checkExpected(expected);
    const name = 'verifyMessage';
    const ask = () => this.#verify(bytes, wanted);
    return { name, outcome: acceptedResults, asked: () => ask, askedAnyway: ask };
  }

  #joining(tokenBindings: readonly Uint8Array[]): ShadowCall<Uint8Array> {
    const copies = checkTokenBindings(tokenBindings).map(copyOf);
    return question('generateMessage', acceptedBytes, () =>
      this.#secondary.generateMessage(copies),
    );
  }

  /** The keys are the primary's own, so that what it makes is verified and not made again. */
  #generation(request: BindingRequest): ShadowCall<GeneratedBinding> {
    const { ekm } = checkBindingRequest(request);
    const asked = ({ keyType, tokenBinding }: GeneratedBinding) => {
      const copy = copyOf(tokenBinding);
      return () => this.#verifyMade(copy, { keyType, ekm });
    };
    return { name: 'generateBinding', outcome: toResults, asked };
  }

  async #verifyMade(made: Uint8Array, expected: ExpectedBinding): Promise<ShadowAnswer> {
    const joined = await outcomeOf(async () => {
      return acceptedBytes(await this.#secondary.generateMessage([made]));
    });
    if (joined.bytes === undefined) return { outcome: joined };
    return this.#verify(Buffer.from(joined.bytes, 'base64url'), expected);
  }

  async #verify(bytes: Uint8Array, expected: ExpectedBinding): Promise<ShadowAnswer> {
    const message = encodeBase64url(bytes);
    const outcome = await outcomeOf(async () => {
      return acceptedResults(await this.#secondary.verifyMessage(bytes, expected));
    });
    return { outcome, message };
  }
}

/** A call whose answer by either provider is compared as it is. */
function question<Value>(
  name: string,
  outcome: (value: Value) => Outcome,
  ask: () => Promise<Value>,
): ShadowCall<Value> {
  const answer = async () => ({ outcome: await outcomeOf(async () => outcome(await ask())) });
  return { name, outcome, asked: () => answer, askedAnyway: answer };
}

function toKeyTypes(keyTypes: readonly Json[]): Outcome {
  return { verdict: 'observed', observations: { keyTypes } };
}

function toVersion({ major, minor }: ProtocolVersion): Outcome {
  return { verdict: 'observed', observations: { version: `${major}.${minor}` } };
}

function toIdentifier({ keyType, identifier }: BindingIdentifier): Outcome {
  return acceptedIdentifier(keyType, identifier);
}

/** What verification has to say of a binding that was just made. */
function toResults({ bindingType, keyType, identifier }: GeneratedBinding): Outcome {
  const extensionData = new Uint8Array(0);
  return acceptedResults([{ bindingType, keyType, identifier, extensionData, status: 'verified' }]);
}
