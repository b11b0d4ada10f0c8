import { encodeBase64url } from '../bytes/base64url.js';
import type { Field } from '../bytes/reader.js';
import { TokenBindingError } from '../errors.js';
import { tokenBindingHash } from './identifier.js';
import { decodeTokenBindingMessage, walkTokenBindingMessage } from './message.js';
import { type BindingType, bindingTypeOf, type KeyType, keyTypeOf } from './types.js';

/** One TokenBinding as far as it could be read. */
export interface InspectedBinding {
  offset: number;
  bindingType?: BindingType | number;
  keyType?: KeyType | number;
  /** The parts of the key by their RFC 8471 names. */
  key: { name: string; value: Uint8Array }[];
  /** Present once the whole TokenBindingID could be read; base64url. */
  identifier?: string;
  tbh?: string;
  signature?: Uint8Array;
  extensions: { extensionType: number; extensionData?: Uint8Array }[];
}

/** A TokenBindingMessage as far as it could be read. */
export interface Inspection {
  /** Every field, in the order of the bytes. */
  readonly fields: Field[];
  readonly bindings: InspectedBinding[];
  /** Each rule it breaks: first of the message as a whole, then the field at which reading stopped. */
  readonly faults: TokenBindingError[];
}

/** Reads a message for showing it: a damaged one as far as it goes. Verifies nothing. */
export function inspectMessage(message: Uint8Array): Inspection {
  const builder = new InspectionBuilder(message);
  const whole = faultOf(() => decodeTokenBindingMessage(message));
  const stop = faultOf(() => walkTokenBindingMessage(message, (field) => builder.add(field)));
  const faults = stop?.path === whole?.path ? [stop] : [whole, stop];
  const { fields, bindings } = builder;
  return { fields, bindings, faults: faults.filter((fault) => fault !== undefined) };
}

function faultOf(work: () => unknown): TokenBindingError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof TokenBindingError) return error;
    throw error;
  }
}

class InspectionBuilder {
  readonly fields: Field[] = [];
  readonly bindings: InspectedBinding[] = [];
  readonly #message: Uint8Array;
  #current: InspectedBinding = { offset: 0, key: [], extensions: [] };
  #identifierStart = 0;
  #identifierEnd = 0;

  constructor(message: Uint8Array) {
    this.#message = message;
  }

  add(field: Field): void {
    this.fields.push(field);
    const { path, offset, length, value } = field;
    const name = path.replace(/^tokenbindings\[\d+\]\./, '');
    if (typeof value === 'number') {
      this.#addNumber(name, offset, value);
    } else {
      this.#addBytes(name, value);
      if (offset + length === this.#identifierEnd) this.#completeIdentifier();
    }
  }

  #addNumber(name: string, offset: number, value: number): void {
    if (name === 'tokenbinding_type') {
      this.#current = { offset, bindingType: bindingTypeOf(value), key: [], extensions: [] };
      this.bindings.push(this.#current);
    } else if (name === 'tokenbindingid.key_parameters') {
      this.#current.keyType = keyTypeOf(value);
      this.#identifierStart = offset;
    } else if (name === 'tokenbindingid.key_length') {
      this.#identifierEnd = offset + 2 + value;
    } else if (name.endsWith('.extension_type')) {
      this.#current.extensions.push({ extensionType: value });
    }
  }

  #addBytes(name: string, value: Uint8Array): void {
    const extension = this.#current.extensions.at(-1);
    if (name === 'signature') this.#current.signature = value;
    else if (name.endsWith('.extension_data') && extension) extension.extensionData = value;
    else this.#current.key.push({ name: name.replace('tokenbindingid.', ''), value });
  }

  #completeIdentifier(): void {
    const identifier = this.#message.subarray(this.#identifierStart, this.#identifierEnd);
    this.#current.identifier = encodeBase64url(identifier);
    this.#current.tbh = tokenBindingHash(identifier);
  }
}
