import { encodeBase64url } from '../bytes/base64url.js';
import type { Field } from '../bytes/reader.js';
import { TokenBindingError } from './error.js';
import { tokenBindingHash } from './identifier.js';
import { readTokenBindingMessage, walkTokenBindingMessage } from './message.js';
import { type BindingType, bindingTypeOf, type KeyType, keyTypeOf } from './types.js';

/** One TokenBinding of a message, up to the first invalid field. */
export interface InspectedBinding {
  /** Offset of the TokenBinding in the message, in bytes. */
  offset: number;
  bindingType?: BindingType | number;
  keyType?: KeyType | number;
  /** The parts of the public key with their names in RFC 8471 3.2. */
  key: { name: string; value: Uint8Array }[];
  /** The TokenBindingID in base64url, if it is complete. */
  identifier?: string;
  /** The Token Binding hash of the identifier. */
  tbh?: string;
  signature?: Uint8Array;
  extensions: { extensionType: number; extensionData?: Uint8Array }[];
}

/** The content of a TokenBindingMessage, up to the first invalid field. */
export interface InspectedMessage {
  /** The fields in their order. */
  readonly fields: Field[];
  readonly bindings: InspectedBinding[];
  /** First the error of the whole message, then the error of the field where reading stopped, if it is another. */
  readonly faults: TokenBindingError[];
}

/** Reads a message, damaged or not, to show it. Verifies nothing. */
export function inspectMessage(message: Uint8Array): InspectedMessage {
  const builder = new InspectionBuilder(message);
  const whole = faultOf(() => readTokenBindingMessage(message));
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
