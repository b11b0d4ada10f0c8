import type { Field, Reader } from '../bytes/reader.js';
import { resultBytes } from '../bytes/result-bytes.js';
import { Writer } from '../bytes/writer.js';
import { readTokenBindingID, type TokenBindingID } from './identifier.js';
import { FAULTS, readerOf } from './reader.js';
import { type BindingType, bindingTypeOf, tokenBindingTypeOf } from './types.js';

/** The most a TokenBindingMessage holds after its length prefix (RFC 8471 3). */
export const MAX_TOKEN_BINDINGS = 65_535;
/** The least it holds (RFC 8471 3). */
export const MIN_TOKEN_BINDINGS = 132;
/** The length of the longest TokenBindingMessage, in bytes. */
export const MAX_MESSAGE: number = 2 + MAX_TOKEN_BINDINGS;
const MIN_SIGNATURE = 64;

/** TokenBinding of RFC 8471 3, as parsed: nothing in it has been verified. */
export interface TokenBindingStructure {
  /** The tokenbinding_type octet by its name, or as a number where it has none. */
  readonly bindingType: BindingType | number;
  readonly tokenBindingID: TokenBindingID;
  readonly signature: Uint8Array;
  /** The content of `extensions<>`: well-formed TB_Extensions, no signature covers them. */
  readonly extensions: Uint8Array;
}

/** TB_Extension of RFC 8471 3. */
export interface TokenBindingExtension {
  readonly extensionType: number;
  readonly extensionData: Uint8Array;
}

/**
 * Decodes a TokenBindingMessage (RFC 8471 3): the structure down to the parts of known public keys
 * and the framing of extensions, with the RFC's length bounds and no byte left over. Verifies
 * nothing. The views in the result share the memory of `bytes`.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED with the path and offset of the first fault
 */
export function decodeTokenBindingMessage(bytes: Uint8Array): TokenBindingStructure[] {
  const reader = readerOf(bytes);
  const bindings: TokenBindingStructure[] = [];
  reader.list16('tokenbindings', MIN_TOKEN_BINDINGS, pushTokenBinding, bindings);
  reader.finish('tokenbindings');
  return bindings;
}

/**
 * Refuses a message with more TokenBindings than `limit`, which the lengths in it tell. Lengths that do not
 * fit are for the decoder to refuse.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED with the path and offset of the first TokenBinding too many
 */
export function requireAtMostBindings(message: Uint8Array, limit: number): void {
  const end = Math.min(message.length, 2 + uint16At(message, 0));
  let offset = 2;
  for (let index = 0; offset < end; index++) {
    if (index === limit) {
      const path = `tokenbindings[${index}]`;
      const problem = `${path}: is more than the ${limit} allowed (at offset ${offset})`;
      throw FAULTS.malformed(path, offset, problem);
    }
    // tokenbinding_type and key_parameters, then the key, the signature and the extensions.
    offset += 2;
    for (let vector = 0; vector < 3; vector++) offset += 2 + uint16At(message, offset);
  }
}

/**
 * Decodes one TokenBinding (RFC 8471 3), as {@link decodeTokenBindingMessage} does a message of them.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED with the path and offset of the first fault
 */
export function decodeTokenBinding(bytes: Uint8Array): TokenBindingStructure {
  const reader = readerOf(bytes);
  const tokenBinding = readTokenBinding(reader);
  reader.finish('');
  return tokenBinding;
}

/**
 * Tells `onField` of each field of a message, as far as they can be read: the leading length is not
 * held against the bytes that are there. For showing damaged messages.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED with the path and offset of the field it stopped at
 */
export function walkTokenBindingMessage(bytes: Uint8Array, onField: (field: Field) => void): void {
  const length = readerOf(bytes).uint16('tokenbindings');
  const reader = readerOf(bytes.subarray(0, 2 + length), onField);
  reader.offset = 2;
  reader.items('tokenbindings', readTokenBinding);
}

/**
 * Joins encoded TokenBindings, in their order, to one TokenBindingMessage (RFC 8471 3). Together
 * they are {@link MIN_TOKEN_BINDINGS} to {@link MAX_TOKEN_BINDINGS} bytes: the caller has checked that.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED when one of them is no TokenBinding, with its index in the path
 */
export function encodeTokenBindingMessage(tokenBindings: readonly Uint8Array[]): Uint8Array {
  const length = tokenBindings.reduce((sum, { length }) => sum + length, 0);
  requireTokenBindings(tokenBindings);
  const writer = new Writer(resultBytes(2 + length)).uint16(length);
  for (const tokenBinding of tokenBindings) writer.raw(tokenBinding);
  return writer.finish();
}

/** @throws TokenBindingError ERR_TB_MALFORMED when one is no TokenBinding, with its index in the path */
export function requireTokenBindings(tokenBindings: readonly Uint8Array[]): void {
  for (let index = 0; index < tokenBindings.length; index++) {
    const reader = readerOf(tokenBindings[index] as Uint8Array);
    try {
      reader.skim(readTokenBinding);
      reader.finish('');
    } catch (error) {
      throw FAULTS.below(`tokenBindings[${index}]`, error);
    }
  }
}

/** Encodes one TokenBinding without extensions. */
export function encodeTokenBinding(
  bindingType: BindingType,
  identifier: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  return new Writer(resultBytes(5 + identifier.length + signature.length))
    .uint8(tokenBindingTypeOf(bindingType))
    .raw(identifier)
    .opaque16(signature)
    .uint16(0)
    .finish();
}

/**
 * The TB_Extensions in the raw content of `extensions<>`.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED
 */
export function decodeExtensions(extensions: Uint8Array): TokenBindingExtension[] {
  const list: TokenBindingExtension[] = [];
  const reader = readerOf(extensions);
  reader.items('extensions', () => list.push(readExtension(reader)));
  return list;
}

function uint16At(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function pushTokenBinding(reader: Reader, bindings: TokenBindingStructure[]): void {
  bindings.push(readTokenBinding(reader));
}

function readTokenBinding(reader: Reader): TokenBindingStructure {
  const bindingType = bindingTypeOf(reader.uint8('tokenbinding_type'));
  const tokenBindingID = reader.group('tokenbindingid', readTokenBindingID);
  const signature = reader.opaque16('signature', MIN_SIGNATURE);
  const extensions = reader.list16('extensions', 0, skimExtension);
  return { bindingType, tokenBindingID, signature, extensions };
}

function skimExtension(reader: Reader): void {
  reader.skim(readExtension);
}

function readExtension(reader: Reader): TokenBindingExtension {
  const extensionType = reader.uint8('extension_type');
  return { extensionType, extensionData: reader.opaque16('extension_data', 0) };
}
