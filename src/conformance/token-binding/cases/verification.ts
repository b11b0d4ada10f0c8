import { encodeBase64url } from '../../../bytes/base64url.js';
import type { KeyType } from '../../../tokenbinding/types.js';
import type { Case } from '../../case.js';
import { type Expectation, expectAccepted } from '../../outcome.js';
import { type Binding, encodeMessage, expectedResult } from '../encode.js';
import { corpus } from '../key-corpus.js';
import type { TokenBindingSubject } from '../subject.js';

/** RFC 8471 4.2: the message is valid. The order in which several bindings are listed is left open. */
export function expectVerified(bindings: readonly Binding[]): Expectation {
  const results = bindings.length === 1 ? { results: bindings.map(expectedResult) } : {};
  return expectAccepted('RFC 8471 4.2', results);
}

export interface Verification {
  readonly id: string;
  readonly title: string;
  readonly message: Uint8Array;
  /** The negotiated one. */
  readonly keyType: KeyType;
  /** The first EKM of the corpus by default. */
  readonly ekm?: Uint8Array;
  readonly expected?: Expectation | undefined;
}

export function verificationCase({
  id,
  title,
  message,
  keyType,
  ekm = corpus.ekms[0] as Uint8Array,
  expected,
}: Verification): Case<TokenBindingSubject> {
  return {
    id,
    title,
    input: {
      call: 'verifyMessage',
      message: encodeBase64url(message),
      keyType,
      ekm: encodeBase64url(ekm),
    },
    ask: (subject) => subject.verifyMessage(message, keyType, ekm),
    ...(expected && { expected }),
  };
}

/** A case of the group `messages`, whose message has these bindings. */
export function messageCase(
  id: string,
  title: string,
  bindings: readonly Binding[],
  keyType: KeyType,
  expected?: Expectation,
): Case<TokenBindingSubject> {
  const message = encodeMessage(bindings);
  return verificationCase({ id: `messages/${id}`, title, message, keyType, expected });
}

/** Makes a part of an id of a title. */
export function slug(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
