import { withCopies, withCopy } from '../bytes/call-memory.js';
import { checkOptions, wrongKind, wrongValue } from '../bytes/check.js';
import { copyOf } from '../bytes/copy.js';
import {
  checkBindingRequest,
  checkExpected,
  checkMessage,
  checkPublicKey,
  checkTarget,
  checkTokenBindings,
  checkWantedKeyType,
  type PublicKeyInput,
} from './arguments.js';
import { requireAtMostBindings } from './message.js';
import type { BindingRequest, ExpectedBinding, ProtocolVersion, Provider } from './provider.js';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from './results.js';
import type { ProviderDescription, TokenBinding } from './token-binding.js';
import { checkKeyType, type KeyType } from './types.js';

const CONFIRMATION = ['everyKeyOfThisUser'] as const;
const CONFIRMED = '{ everyKeyOfThisUser: true }';

/** Checks the arguments of every call, then leaves the work to a provider. */
export class Facade implements TokenBinding {
  readonly provider: ProviderDescription;
  readonly #work: Provider;

  constructor(description: ProviderDescription, work: Provider) {
    this.provider = Object.freeze(description);
    this.#work = work;
  }

  async generateBinding(request: BindingRequest): Promise<GeneratedBinding> {
    return this.#work.generateBinding(checkBindingRequest(request));
  }

  generateBindingSync(request: BindingRequest): GeneratedBinding {
    return this.#work.generateBindingSync(checkBindingRequest(request));
  }

  async generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array> {
    return this.#work.generateMessage(checkTokenBindings(tokenBindings).map(copyOf));
  }

  generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array {
    return withCopies(checkTokenBindings(tokenBindings), (copies) =>
      this.#work.generateMessageSync(copies),
    );
  }

  async verifyMessage(message: Uint8Array, expected: ExpectedBinding): Promise<BindingResult[]> {
    const wanted = checkExpected(expected);
    const copy = copyOf(checkMessage('message', message));
    requireCount(copy, wanted);
    return this.#work.verifyMessage(copy, wanted);
  }

  verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[] {
    const wanted = checkExpected(expected);
    return withCopy(checkMessage('message', message), (copy) => {
      requireCount(copy, wanted);
      return this.#work.verifyMessageSync(copy, wanted);
    });
  }

  getKeyTypesClient(): Promise<KeyType[]> {
    return this.#work.getKeyTypesClient();
  }

  getKeyTypesServer(): Promise<KeyType[]> {
    return this.#work.getKeyTypesServer();
  }

  async deleteBinding(targetUrl: string): Promise<void> {
    return this.#work.deleteBinding(checkTarget('targetUrl', targetUrl));
  }

  async deleteAllBindings(confirmation: { everyKeyOfThisUser: true }): Promise<void> {
    if (typeof confirmation !== 'object' || confirmation === null) {
      throw wrongKind('confirmation', CONFIRMED);
    }
    const { everyKeyOfThisUser } = checkOptions('confirmation', confirmation, CONFIRMATION);
    if (everyKeyOfThisUser !== true) {
      throw wrongValue('confirmation', CONFIRMED);
    }
    return this.#work.deleteAllBindings();
  }

  async generateId(keyType: KeyType, publicKey: PublicKeyInput): Promise<BindingIdentifier> {
    const type = checkKeyType('keyType', keyType);
    return this.#work.generateId(type, checkPublicKey('publicKey', publicKey));
  }

  async generateIdForUri(
    keyType: KeyType | 'anyexisting',
    targetUri: string,
  ): Promise<BindingIdentifier> {
    const wanted = checkWantedKeyType('keyType', keyType);
    return this.#work.generateIdForUri(wanted, checkTarget('targetUri', targetUri));
  }

  getHighestSupportedVersion(): Promise<ProtocolVersion> {
    return this.#work.getHighestSupportedVersion();
  }
}

/** Here for both providers: what Windows does with so many TokenBindings is not documented. */
function requireCount(message: Uint8Array, { maxTokenBindings }: ExpectedBinding): void {
  if (maxTokenBindings !== undefined) requireAtMostBindings(message, maxTokenBindings);
}
