import type { RawCalls } from '../../native/raw.js';
import type { TokenBindingProvider } from '../../tokenbinding/token-binding-provider.js';
import { keyParametersOf } from '../../tokenbinding/types.js';
import { keyBlobOf } from '../../tokenbinding/windows/key-blob.js';
import { unwrap } from '../../tokenbinding/windows/os-error.js';
import { keyTypeIn, resultOf } from '../../tokenbinding/windows/raw-results.js';
import { acceptedBytes, acceptedIdentifier, acceptedResults, outcomeOf } from '../answer.js';
import type { Call, Case, Subject } from '../case.js';
import type { Outcome } from '../outcome.js';
import type { SideDescription } from '../report.js';
import type { Answer, Side } from './side.js';

type DirectCall = Exclude<Call, { name: 'probe' | 'scenario' }>;
type Ask = (call: DirectCall) => Outcome | Promise<Outcome>;

/** A side that does the work here and now. */
class LiveSide implements Side {
  readonly description: SideDescription;
  readonly #subject: Subject;
  readonly #ask: Ask;
  readonly #notes: string[] = [];

  constructor(description: SideDescription, subject: Omit<Subject, 'note'>, ask: Ask) {
    this.description = description;
    this.#subject = { ...subject, note: (text) => this.#notes.push(text) };
    this.#ask = ask;
  }

  async answer({ call }: Case): Promise<Answer> {
    if (call.name === 'scenario') return { why: 'it is a case of SSPI' };
    if (call.name !== 'probe') return { outcome: await outcomeOf(() => this.#ask(call)) };
    let isPossible = true;
    const outcome = await outcomeOf(async () => {
      const observations = await call.observe(this.#subject);
      isPossible = observations !== undefined;
      return { verdict: 'observed', ...(observations && { observations }) };
    });
    return isPossible ? { outcome } : { why: 'it takes a call of the DLL itself' };
  }

  async finish(): Promise<void> {}

  notes(): readonly string[] {
    return this.#notes;
  }

  async close(): Promise<void> {}
}

export function portableSide(
  description: SideDescription,
  tokenBinding: TokenBindingProvider,
): Side {
  return new LiveSide(description, { tokenBinding }, async (call) => {
    switch (call.name) {
      case 'verifyMessage': {
        const { message, keyType, ekm } = call;
        return acceptedResults(tokenBinding.verifyMessageSync(message, { keyType, ekm }));
      }
      case 'generateMessage':
        return acceptedBytes(tokenBinding.generateMessageSync(call.tokenBindings));
      case 'generateId': {
        const { keyType, identifier } = await tokenBinding.generateId(call.keyType, call.publicKey);
        return acceptedIdentifier(keyType, identifier);
      }
    }
  });
}

/**
 * The DLL itself: what this package refuses on top of its success, and what it never passes on to it,
 * is no answer of the operating system's.
 */
export function windowsSide(
  description: SideDescription,
  tokenBinding: TokenBindingProvider,
  raw: RawCalls,
): Side {
  return new LiveSide(description, { tokenBinding, raw }, async (call) => {
    switch (call.name) {
      case 'verifyMessage': {
        const answer = raw.verifyMessageSync(call.message, keyParametersOf(call.keyType), call.ekm);
        return acceptedResults(unwrap('TokenBindingVerifyMessage', answer).map(resultOf));
      }
      case 'generateMessage': {
        const answer = raw.generateMessageSync(call.tokenBindings);
        return acceptedBytes(unwrap('TokenBindingGenerateMessage', answer));
      }
      case 'generateId': {
        const blob = keyBlobOf(call.identifier);
        const answer = await raw.generateId(keyParametersOf(call.keyType), blob);
        const { identifier } = unwrap('TokenBindingGenerateID', answer);
        return acceptedIdentifier(keyTypeIn(identifier), identifier);
      }
    }
  });
}
