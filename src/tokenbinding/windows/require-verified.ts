import { decodeTokenBindingMessage } from '../message.js';
import type { BindingResult } from '../results.js';
import type { KeyType } from '../types.js';
import { describeBytes, invalidResult, rejectDespiteSuccess } from './os-error.js';

const FUNCTION = 'TokenBindingVerifyMessage';

/** What a result tells of a TokenBinding of the message. */
type Binding = Pick<BindingResult, 'bindingType' | 'keyType' | 'identifier'>;

/**
 * Windows documents that it lists what it verified. That the provided binding is of the negotiated type, that
 * no binding is wrong and that there is one to prove something (RFC 8471 4.2), it does not document to check:
 * what it lets through is refused here.
 *
 * @param results of what the DLL listed
 * @throws TokenBindingError ERR_TB_MALFORMED, ERR_TB_KEY_TYPE, ERR_TB_SIGNATURE, each with `os.status` 0;
 * ERR_TB_OS for a result that is of no TokenBinding in the message
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
      const fault = `the provided binding is of key type ${keyType}, negotiated is ${negotiated}`;
      throw rejectDespiteSuccess('ERR_TB_KEY_TYPE', FUNCTION, fault);
    }
  }
  const evaluable = bindings.filter(({ keyType }) => typeof keyType === 'string').length;
  const listed = results.filter(({ status }) => status === 'verified').length;
  if (listed > 0 && listed === evaluable) return;
  const fault = `it verified ${listed} of ${evaluable} bindings that can be evaluated`;
  throw rejectDespiteSuccess('ERR_TB_SIGNATURE', FUNCTION, fault);
}

/** Each result is of one TokenBinding of the message, by its type and its identifier, and no two of the same. */
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
        `it lists a binding ${which}, which the message does not have so often`,
      );
    }
    unlisted.set(name, count - 1);
  }
}

function identityOf({ bindingType, identifier }: Binding): string {
  return `${bindingType} ${Buffer.from(identifier).toString('latin1')}`;
}

/** The bindings of a message that the DLL took. */
function bindingsIn(message: Uint8Array): Binding[] {
  try {
    return decodeTokenBindingMessage(message).map(({ bindingType, tokenBindingID }) => {
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
