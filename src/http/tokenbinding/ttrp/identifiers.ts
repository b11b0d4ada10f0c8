import { encodeBase64url } from '../../../bytes/base64url.js';
import { decodeBase64url } from '../../../tokenbinding/decode-base64url.js';
import { decodeTokenBindingKey } from '../../../tokenbinding/identifier.js';
import type { BindingResult } from '../../../tokenbinding/results.js';
import { bindingTypeOf, keyTypeOf } from '../../../tokenbinding/types.js';
import { OTHER_ID, PROVIDED_ID, REFERRED_ID } from '../fields.js';
import { readField, readListField } from '../read-field.js';
import { wrongFields } from './wrong-fields.js';

/** The bindings of one type in the fields. */
type Bound = Pick<BindingResult, 'bindingType' | 'identifier'>;

/** The values of the fields that tell the backend of verified bindings. */
export interface IdentifierValues {
  readonly provided: string;
  readonly referred: string | undefined;
  readonly other: string | undefined;
}

/** Encodes the fields of draft-ietf-tokbind-ttrp-09 2.2. */
export function encodeIdentifiers(
  provided: Bound,
  referred: Bound | undefined,
  others: readonly Bound[],
): IdentifierValues {
  const items = others.map(
    ({ bindingType, identifier }) =>
      `${Number(bindingType).toString(16)}.${encodeBase64url(identifier)}`,
  );
  return {
    provided: encodeBase64url(provided.identifier),
    referred: referred === undefined ? undefined : encodeBase64url(referred.identifier),
    other: items.length === 0 ? undefined : items.join(','),
  };
}

/**
 * Reads the fields of draft-ietf-tokbind-ttrp-09 2.2, which a trusted proxy has added.
 *
 * @returns undefined if there is none
 * @throws HttpTokenBindingError ERR_HTTP_TB_REPEATED, ERR_HTTP_TB_TOO_LONG, ERR_HTTP_TB_PROXY
 * @throws TokenBindingError ERR_TB_MALFORMED
 */
export function readIdentifiers(
  rawHeaders: readonly string[],
  maxTokenBindings: number,
): BindingResult[] | undefined {
  const provided = readField(rawHeaders, PROVIDED_ID);
  const referred = readField(rawHeaders, REFERRED_ID);
  const other = readListField(rawHeaders, OTHER_ID);
  if (provided === undefined && referred === undefined && other === undefined) return undefined;
  // RFC 9110 5.6.1.2: a recipient ignores empty elements.
  const items = (other ?? '').split(',').filter((item) => !EMPTY.test(item));
  const count = [provided, referred].filter((value) => value !== undefined).length + items.length;
  if (count > maxTokenBindings) {
    throw wrongFields(`the request exceeds the limit of ${maxTokenBindings} TokenBindings`);
  }
  const results: BindingResult[] = [];
  if (provided !== undefined) results.push(readIdentifier(PROVIDED_ID, provided, 0));
  if (referred !== undefined) results.push(readIdentifier(REFERRED_ID, referred, 1));
  return results.concat(items.map(readOther));
}

const EMPTY = /^[\t ]*$/;
/** `type.ID`, the type in one or two hexadecimal digits. */
const ITEM = /^[\t ]*([0-9A-Fa-f]{1,2})\.([\w-]+)[\t ]*$/;

function readOther(item: string): BindingResult {
  const [, type = '', text = ''] = ITEM.exec(item) ?? [];
  if (type === '') throw wrongFields(`an item of ${OTHER_ID} is not a type and a TokenBindingID`);
  const number = Number.parseInt(type, 16);
  if (typeof bindingTypeOf(number) === 'string') {
    throw wrongFields(`the field ${OTHER_ID} has a binding of a type with a field of its own`);
  }
  return readIdentifier(OTHER_ID, text, number);
}

function readIdentifier(field: string, text: string, type: number): BindingResult {
  const identifier = decodeBase64url(text, field);
  decodeTokenBindingKey(identifier);
  const keyType = keyTypeOf(identifier[0] as number);
  // Nobody can have checked its signature.
  if (typeof keyType === 'number') {
    throw wrongFields(`the field ${field} has the key parameters ${keyType}, which are unknown`);
  }
  return {
    bindingType: bindingTypeOf(type),
    keyType,
    identifier,
    extensionData: new Uint8Array(0),
    status: 'verified',
  };
}
