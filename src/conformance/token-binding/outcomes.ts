import { encodeBase64url } from '../../bytes/base64url.js';
import type { BindingResult } from '../../tokenbinding/results.js';
import type { ComparedResult, Outcome } from '../outcome.js';

/** The outcome of a successful verification. */
export function outcomeOfResults(results: readonly BindingResult[]): Outcome {
  return { verdict: 'accepted', results: results.map(toComparedResult) };
}

/** The outcome of a call that made a TokenBindingMessage. */
export function outcomeOfBytes(bytes: Uint8Array): Outcome {
  return { verdict: 'accepted', bytes: encodeBase64url(bytes) };
}

/** The outcome of a call that made a TokenBindingID. */
export function outcomeOfIdentifier({
  keyType,
  identifier,
}: {
  readonly keyType: string | number;
  readonly identifier: Uint8Array;
}): Outcome {
  return { verdict: 'accepted', keyType, identifier: encodeBase64url(identifier) };
}

function toComparedResult({ identifier, extensionData, ...result }: BindingResult): ComparedResult {
  return {
    ...result,
    identifier: encodeBase64url(identifier),
    extensionData: encodeBase64url(extensionData),
  };
}
