import { readTokenBindingMessage } from '../message.js';
import type { BindingResult } from '../results.js';
import type { KeyType } from '../types.js';
import { describeBytes, invalidResult, rejectDespiteSuccess } from './os-error.js';

const FUNCTION = 'TokenBindingVerifyMessage';

/** The fields that a TokenBinding of the message and its result have in common. */
type Binding = Pick<BindingResult, 'bindingType' | 'keyType' | 'identifier'>;

/**
 * Applies the rules of RFC 8471 4.2 that Windows does not document to check: the message is well-formed, its provided
 * binding has the negotiated key type, no binding is invalid, and at least one is verified. Windows documents only
 * that it lists the bindings that it verified.
 *
 * @param results the list of the DLL
 * @throws TokenBindingError ERR_TB_MALFORMED, ERR_TB_KEY_TYPE, ERR_TB_SIGNATURE, each with `os.status` 0; ERR_TB_OS
 * for a result that belongs to no TokenBinding of the message
 */
export function requireVerified(
  message: Uint8Array,
  negotiated: KeyType,
  results: readonly BindingResult[],
): void {
  const bindings = bindingsIn(message);
  requireListed(bindings, results);
  for (const { bindingType, keyType } of bindings) {
    if (bindingType === 'provided' && keyType !== negotiated) {
      const fault = `the provided binding has key type ${keyType}, negotiated was ${negotiated}`;
      throw rejectDespiteSuccess('ERR_TB_KEY_TYPE', FUNCTION, fault);
    }
  }
  const evaluable = bindings.filter(({ keyType }) => typeof keyType === 'string').length;
  const listed = results.filter(({ status }) => status === 'verified').length;
  if (listed > 0 && listed === evaluable) return;
  const fault = `it verified only ${listed} of ${evaluable} bindings with a registered key type`;
  throw rejectDespiteSuccess('ERR_TB_SIGNATURE', FUNCTION, fault);
}

/** Requires a TokenBinding of the message, with the same type and identifier, for each result: one for one. */
function requireListed(bindings: readonly Binding[], results: readonly Binding[]): void {
  const unlisted = new Map<string, number>();
  for (const binding of bindings) {
    const name = identityOf(binding);
    unlisted.set(name, (unlisted.get(name) ?? 0) + 1);
  }
  for (const result of results) {
    const name = identityOf(result);
    const count = unlisted.get(name) ?? 0;
    if (count === 0) {
      const { bindingType, identifier } = result;
      const which = `of type ${bindingType} with the identifier ${describeBytes(identifier)}`;
      throw invalidResult(
        FUNCTION,
        `it lists a binding ${which} more often than the message contains it`,
      );
    }
    unlisted.set(name, count - 1);
  }
}

function identityOf({ bindingType, identifier }: Binding): string {
  return `${bindingType} ${Buffer.from(identifier).toString('latin1')}`;
}

/** The bindings of a message that the DLL accepted. */
function bindingsIn(message: Uint8Array): Binding[] {
  try {
    return readTokenBindingMessage(message).map(({ bindingType, tokenBindingID }) => {
      const { keyType, bytes: identifier } = tokenBindingID;
      return { bindingType, keyType, identifier };
    });
  } catch (error) {
    throw rejectDespiteSuccess(
      'ERR_TB_MALFORMED',
      FUNCTION,
      `the message is malformed: ${(error as Error).message}`,
    );
  }
}
