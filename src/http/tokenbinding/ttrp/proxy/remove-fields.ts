import { checkObject } from '../../../../bytes/check.js';
import { isMessageField, isProxyField } from '../../fields.js';

/**
 * A copy of header or trailer fields without those of Token Binding: Sec-Token-Binding, the fields that a reverse proxy
 * adds, and names that a server can take for one, such as `Sec_Provided_Token_Binding_ID`. Use it for trailers that you
 * forward: `outgoing.addTrailers(removeTokenBindingFields(request.trailers))`.
 *
 * @throws TypeError if `fields` is not an object
 */
export function removeTokenBindingFields<Value>(
  fields: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const kept = Object.entries(checkObject('fields', fields) as Record<string, Value>).filter(
    ([name]) => !isMessageField(name) && !isProxyField(name),
  );
  return Object.fromEntries(kept);
}
