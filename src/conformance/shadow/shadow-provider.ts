import type { KeyObject } from 'node:crypto';
import { encodeBase64url } from '../../bytes/base64url.js';
import { copyOf } from '../../bytes/copy.js';
import {
  checkBindingRequest,
  checkExpected,
  checkMessage,
  checkPublicKey,
  checkTokenBindings,
  type PublicKeyInput,
} from '../../tokenbinding/arguments.js';
import type {
  BindingRequest,
  ExpectedBinding,
  ProtocolVersion,
} from '../../tokenbinding/provider.js';
import type {
  BindingIdentifier,
  BindingResult,
  GeneratedBinding,
} from '../../tokenbinding/results.js';
import type {
  ProviderDescription,
  TokenBindingProvider,
} from '../../tokenbinding/token-binding-provider.js';
import { checkKeyType, type KeyType } from '../../tokenbinding/types.js';
import type { Json, Outcome } from '../outcome.js';
import { outcomeOf } from '../outcome-of.js';
import {
  outcomeOfBytes,
  outcomeOfIdentifier,
  outcomeOfResults,
} from '../token-binding/outcomes.js';
import type { ShadowAnswer, ShadowCall, ShadowCalls, ShadowCounts } from './shadow-calls.js';

/** A primary provider whose calls are repeated on a secondary one. */
export interface ShadowedTokenBinding extends TokenBindingProvider {
  /** The calls so far. */
  readonly counts: ShadowCounts;
  /** Resolves when no call is pending. */
  drain(): Promise<void>;
}

export class ShadowProvider implements ShadowedTokenBinding {
  readonly provider: ProviderDescription;
  readonly #primary: TokenBindingProvider;
  readonly #secondary: TokenBindingProvider;
  readonly #calls: ShadowCalls;

  constructor(primary: TokenBindingProvider, secondary: TokenBindingProvider, calls: ShadowCalls) {
    this.provider = primary.provider;
    this.#primary = primary;
    this.#secondary = secondary;
    this.#calls = calls;
  }

  get counts(): ShadowCounts {
    return this.#calls.counts;
  }

  drain(): Promise<void> {
    return this.#calls.drain();
  }

  generateBinding(request: BindingRequest): Promise<GeneratedBinding> {
    const answer = this.#primary.generateBinding(request);
    return this.#calls.shadowPromise(answer, () => this.#bindingGeneration(request));
  }

  generateBindingSync(request: BindingRequest): GeneratedBinding {
    const work = () => this.#primary.generateBindingSync(request);
    return this.#calls.shadowSync(work, () => this.#bindingGeneration(request));
  }

  generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array> {
    const answer = this.#primary.generateMessage(tokenBindings);
    return this.#calls.shadowPromise(answer, () => this.#messageGeneration(tokenBindings));
  }

  generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array {
    const work = () => this.#primary.generateMessageSync(tokenBindings);
    return this.#calls.shadowSync(work, () => this.#messageGeneration(tokenBindings));
  }

  verifyMessage(message: Uint8Array, expected: ExpectedBinding): Promise<BindingResult[]> {
    const answer = this.#primary.verifyMessage(message, expected);
    return this.#calls.shadowPromise(answer, () => this.#verification(message, expected));
  }

  verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[] {
    const work = () => this.#primary.verifyMessageSync(message, expected);
    return this.#calls.shadowSync(work, () => this.#verification(message, expected));
  }

  getKeyTypesClient(): Promise<KeyType[]> {
    const answer = this.#primary.getKeyTypesClient();
    const ask = () => this.#secondary.getKeyTypesClient();
    return this.#calls.shadowPromise(answer, () =>
      repeatCall('getKeyTypesClient', outcomeOfKeyTypes, ask),
    );
  }

  getKeyTypesServer(): Promise<KeyType[]> {
    const answer = this.#primary.getKeyTypesServer();
    const ask = () => this.#secondary.getKeyTypesServer();
    return this.#calls.shadowPromise(answer, () =>
      repeatCall('getKeyTypesServer', outcomeOfKeyTypes, ask),
    );
  }

  getHighestSupportedVersion(): Promise<ProtocolVersion> {
    const name = 'getHighestSupportedVersion';
    const answer = this.#primary.getHighestSupportedVersion();
    const ask = () => this.#secondary.getHighestSupportedVersion();
    return this.#calls.shadowPromise(answer, () => repeatCall(name, outcomeOfVersion, ask));
  }

  generateId(keyType: KeyType, publicKey: PublicKeyInput): Promise<BindingIdentifier> {
    const answer = this.#primary.generateId(keyType, publicKey);
    return this.#calls.shadowPromise(answer, () => {
      const type = checkKeyType('keyType', keyType);
      const key: KeyObject = checkPublicKey('publicKey', publicKey);
      return repeatCall('generateId', outcomeOfIdentifier, () =>
        this.#secondary.generateId(type, key),
      );
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
    return { name, outcomeOf: outcomeOfResults, afterResult: () => ask, afterRefusal: ask };
  }

  #messageGeneration(tokenBindings: readonly Uint8Array[]): ShadowCall<Uint8Array> {
    const copies = checkTokenBindings(tokenBindings).map(copyOf);
    return repeatCall('generateMessage', outcomeOfBytes, () =>
      this.#secondary.generateMessage(copies),
    );
  }

  /** Only the primary has its keys. The secondary verifies the binding instead of making one. */
  #bindingGeneration(request: BindingRequest): ShadowCall<GeneratedBinding> {
    const { ekm } = checkBindingRequest(request);
    const afterResult = ({ keyType, tokenBinding }: GeneratedBinding) => {
      const copy = copyOf(tokenBinding);
      return () => this.#verifyBinding(copy, { keyType, ekm });
    };
    return { name: 'generateBinding', outcomeOf: outcomeOfBinding, afterResult };
  }

  async #verifyBinding(tokenBinding: Uint8Array, expected: ExpectedBinding): Promise<ShadowAnswer> {
    const generated = await outcomeOf(async () => {
      return outcomeOfBytes(await this.#secondary.generateMessage([tokenBinding]));
    });
    if (generated.bytes === undefined) return { outcome: generated };
    return this.#verify(Buffer.from(generated.bytes, 'base64url'), expected);
  }

  async #verify(bytes: Uint8Array, expected: ExpectedBinding): Promise<ShadowAnswer> {
    const message = encodeBase64url(bytes);
    const outcome = await outcomeOf(async () => {
      return outcomeOfResults(await this.#secondary.verifyMessage(bytes, expected));
    });
    return { outcome, message };
  }
}

/** A call that both providers answer alike. */
function repeatCall<Value>(
  name: string,
  toOutcome: (value: Value) => Outcome,
  ask: () => Promise<Value>,
): ShadowCall<Value> {
  const answer = async () => ({ outcome: await outcomeOf(async () => toOutcome(await ask())) });
  return { name, outcomeOf: toOutcome, afterResult: () => answer, afterRefusal: answer };
}

function outcomeOfKeyTypes(keyTypes: readonly Json[]): Outcome {
  return { verdict: 'observed', observations: { keyTypes } };
}

function outcomeOfVersion({ major, minor }: ProtocolVersion): Outcome {
  return { verdict: 'observed', observations: { version: `${major}.${minor}` } };
}

/** The outcome of a verification that accepts a new binding. */
function outcomeOfBinding({ bindingType, keyType, identifier }: GeneratedBinding): Outcome {
  const extensionData = new Uint8Array(0);
  return outcomeOfResults([
    { bindingType, keyType, identifier, extensionData, status: 'verified' },
  ]);
}
