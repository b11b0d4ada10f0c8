import type { RawCalls } from '../../native/raw.js';
import type { TokenBindingProvider } from '../../tokenbinding/token-binding-provider.js';
import { type KeyType, keyParametersOf } from '../../tokenbinding/types.js';
import { keyBlobOf } from '../../tokenbinding/windows/key-blob.js';
import { requireSuccess } from '../../tokenbinding/windows/os-error.js';
import { keyTypeIn, resultOf } from '../../tokenbinding/windows/raw-results.js';
import type { Outcome } from '../outcome.js';
import { outcomeOfBytes, outcomeOfIdentifier, outcomeOfResults } from './outcomes.js';

/** A public key in the encodings that providers take. */
export interface PublicKeyEncodings {
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  /** The TokenBindingID that has the key's own type. Windows' key blob is made of it. */
  readonly identifier: Uint8Array;
}

/** A provider of Token Binding, as the cases ask it. Its methods throw the errors of the provider. */
export class TokenBindingSubject {
  readonly tokenBinding: TokenBindingProvider;
  /** The calls of the DLL, if the provider is Windows. */
  readonly raw: RawCalls | undefined;
  /** What the user has to know, such as a key that could not be deleted. */
  readonly notes: string[] = [];

  constructor(tokenBinding: TokenBindingProvider, raw?: RawCalls) {
    this.tokenBinding = tokenBinding;
    this.raw = raw;
  }

  verifyMessage(message: Uint8Array, keyType: KeyType, ekm: Uint8Array): Outcome {
    return outcomeOfResults(this.tokenBinding.verifyMessageSync(message, { keyType, ekm }));
  }

  generateMessage(tokenBindings: readonly Uint8Array[]): Outcome {
    return outcomeOfBytes(this.tokenBinding.generateMessageSync(tokenBindings));
  }

  async generateId(keyType: KeyType, { publicKey }: PublicKeyEncodings): Promise<Outcome> {
    return outcomeOfIdentifier(await this.tokenBinding.generateId(keyType, publicKey));
  }
}

/**
 * The DLL alone. The checks that this package makes before a call and after its success are left out: they are
 * no answer of the operating system.
 */
export class WindowsSubject extends TokenBindingSubject {
  readonly #calls: RawCalls;

  constructor(tokenBinding: TokenBindingProvider, calls: RawCalls) {
    super(tokenBinding, calls);
    this.#calls = calls;
  }

  override verifyMessage(message: Uint8Array, keyType: KeyType, ekm: Uint8Array): Outcome {
    const answer = this.#calls.verifyMessageSync(message, keyParametersOf(keyType), ekm);
    return outcomeOfResults(requireSuccess('TokenBindingVerifyMessage', answer).map(resultOf));
  }

  override generateMessage(tokenBindings: readonly Uint8Array[]): Outcome {
    const answer = this.#calls.generateMessageSync(tokenBindings);
    return outcomeOfBytes(requireSuccess('TokenBindingGenerateMessage', answer));
  }

  override async generateId(
    keyType: KeyType,
    { identifier }: PublicKeyEncodings,
  ): Promise<Outcome> {
    const answer = await this.#calls.generateId(keyParametersOf(keyType), keyBlobOf(identifier));
    const made = requireSuccess('TokenBindingGenerateID', answer);
    return outcomeOfIdentifier({
      keyType: keyTypeIn(made.identifier),
      identifier: made.identifier,
    });
  }
}
