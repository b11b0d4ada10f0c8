import { checkBytes } from '../bytes/check.js';
import type { Field, Reader } from '../bytes/reader.js';
import { resultBytes } from '../bytes/result-bytes.js';
import { Writer } from '../bytes/writer.js';
import { readTokenBindingID, type TokenBindingID } from './identifier.js';
import { ERRORS, readerOf } from './structure-reader.js';
import { type BindingType, bindingTypeOf, tokenBindingTypeOf } from './types.js';

/** The most bytes of TokenBindings in one TokenBindingMessage (RFC 8471 3). */
export const MAX_TOKEN_BINDINGS = 65_535;
/** The fewest bytes of TokenBindings in one TokenBindingMessage (RFC 8471 3). */
export const MIN_TOKEN_BINDINGS = 132;
/** Length of the longest TokenBindingMessage, its 2 bytes of length included. */
export const MAX_MESSAGE: number = 2 + MAX_TOKEN_BINDINGS;
const MIN_SIGNATURE = 64;
/** Of the length before the extensions. */
const LIST_LENGTH_BYTES = 2;

/** One TokenBinding (RFC 8471 3), as parsed. Nothing in it has been verified. */
export interface TokenBindingStructure {
  /** The name of the tokenbinding_type octet; the number itself, 0 to 255, if it has no name. */
  readonly bindingType: BindingType | number;
  /** The public key with its type. */
  readonly tokenBindingID: TokenBindingID;
  /** 64 to 65,535 bytes; a valid one has 64 (P-256) or 256 (RSA). */
  readonly signature: Uint8Array;
  /** The content of `extensions<>`, 0 to 65,535 bytes: well-formed TB_Extensions. No signature covers them. */
  readonly extensions: Uint8Array;
}

/** One TB_Extension (RFC 8471 3). No signature covers it. */
export interface TokenBindingExtension {
  /** The extension_type octet, 0 to 255. */
  readonly extensionType: number;
  /** 0 to 65,535 bytes. */
  readonly extensionData: Uint8Array;
}

/**
 * Decodes a TokenBindingMessage (RFC 8471 3). It checks every length, the parts of registered public keys and the
 * structure of extensions, and rejects bytes left over. It verifies no signature and no key: see `verifyMessage`.
 *
 * @param message the bytes of the message, decoded from base64url
 * @returns the TokenBindings in their order; the views in them share the memory of `message`
 * @throws TypeError for another type than Uint8Array
 * @throws TokenBindingError ERR_TB_MALFORMED with the `path` and `offset` of the first invalid field
 *
 * @example
 * import { randomBytes } from 'node:crypto';
 * import { generateBinding, generateMessage } from 'tokenbinding';
 * import { decodeTokenBindingMessage } from 'tokenbinding/wire';
 *
 * const { tokenBinding } = await generateBinding({
 *   keyType: 'ecdsap256',
 *   targetUrl: 'https://server.example.com/',
 *   bindingType: 'provided',
 *   ekm: randomBytes(32), // in place of exportKeyingMaterial(socket)
 * });
 * for (const binding of decodeTokenBindingMessage(await generateMessage([tokenBinding]))) {
 *   console.log(binding.bindingType, binding.tokenBindingID.keyType); // provided ecdsap256
 * }
 */
export function decodeTokenBindingMessage(message: Uint8Array): TokenBindingStructure[] {
  return readTokenBindingMessage(checkBytes('message', message));
}

/** {@link decodeTokenBindingMessage} without the check of the argument. */
export function readTokenBindingMessage(bytes: Uint8Array): TokenBindingStructure[] {
  const reader = readerOf(bytes);
  const bindings: TokenBindingStructure[] = [];
  reader.list16('tokenbindings', MIN_TOKEN_BINDINGS, pushTokenBinding, bindings);
  reader.finish('tokenbindings');
  return bindings;
}

/**
 * Rejects a message with more TokenBindings than `limit`. It counts them by their length fields alone; invalid
 * lengths are left to the decoder.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED with the path and offset of the first TokenBinding beyond the limit
 */
export function requireAtMostBindings(message: Uint8Array, limit: number): void {
  const end = Math.min(message.length, 2 + uint16At(message, 0));
  let offset = 2;
  for (let index = 0; offset < end; index++) {
    if (index === limit) {
      const path = `tokenbindings[${index}]`;
      const problem = `${path}: exceeds the limit of ${limit} TokenBindings (at offset ${offset})`;
      throw ERRORS.malformed(path, offset, problem);
    }
    // tokenbinding_type and key_parameters, then the key, the signature and the extensions.
    offset += 2;
    for (let vector = 0; vector < 3; vector++) offset += 2 + uint16At(message, offset);
  }
}

/**
 * Decodes one TokenBinding (RFC 8471 3) with the checks of {@link decodeTokenBindingMessage}.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED with the path and offset of the first invalid field
 */
export function decodeTokenBinding(bytes: Uint8Array): TokenBindingStructure {
  const reader = readerOf(bytes);
  const tokenBinding = readTokenBinding(reader);
  reader.finish('');
  return tokenBinding;
}

/**
 * Calls `onField` for each field of a message, up to the first invalid one, to show a damaged message. The length
 * at the start of the message may be wrong.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED with the path and offset of the field where it stopped
 */
export function walkTokenBindingMessage(bytes: Uint8Array, onField: (field: Field) => void): void {
  const length = readerOf(bytes).uint16('tokenbindings');
  const reader = readerOf(bytes.subarray(0, 2 + length), onField);
  reader.offset = 2;
  reader.items('tokenbindings', readTokenBinding);
}

/**
 * Encodes a TokenBindingMessage (RFC 8471 3) of encoded TokenBindings, in their order. The caller has checked that
 * they have {@link MIN_TOKEN_BINDINGS} to {@link MAX_TOKEN_BINDINGS} bytes together.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED, with its index in the path, if one is not a TokenBinding
 */
export function encodeTokenBindingMessage(tokenBindings: readonly Uint8Array[]): Uint8Array {
  const length = tokenBindings.reduce((sum, { length }) => sum + length, 0);
  requireTokenBindings(tokenBindings);
  const writer = new Writer(resultBytes(2 + length)).uint16(length);
  for (const tokenBinding of tokenBindings) writer.raw(tokenBinding);
  return writer.finish();
}

/** @throws TokenBindingError ERR_TB_MALFORMED, with its index in the path, if one is not a TokenBinding */
export function requireTokenBindings(tokenBindings: readonly Uint8Array[]): void {
  for (let index = 0; index < tokenBindings.length; index++) {
    const reader = readerOf(tokenBindings[index] as Uint8Array);
    try {
      reader.withoutViews(readTokenBinding);
      reader.finish('');
    } catch (error) {
      throw ERRORS.withPrefix(`tokenBindings[${index}]`, error);
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
 * Decodes the TB_Extensions (RFC 8471 3.4) of one TokenBinding. No signature covers them: never base trust on one.
 *
 * @param extensions the content of `extensions<>`, as in `extensionData` of a result of `verifyMessage`
 * @returns the extensions in their order; the views in them share the memory of `extensions`
 * @throws TypeError for another type than Uint8Array
 * @throws TokenBindingError ERR_TB_MALFORMED with the `path` and `offset` of the first invalid field
 *
 * @example
 * import { decodeExtensions } from 'tokenbinding/wire';
 *
 * // extension_type 42, 2 bytes of data
 * const [extension] = decodeExtensions(Uint8Array.of(42, 0, 2, 1, 2));
 * console.log(extension?.extensionType, extension?.extensionData.length); // 42 2
 */
export function decodeExtensions(extensions: Uint8Array): TokenBindingExtension[] {
  const list: TokenBindingExtension[] = [];
  const reader = readerOf(checkBytes('extensions', extensions));
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
  const start = reader.offset + LIST_LENGTH_BYTES;
  reader.list16('extensions', 0, checkExtension);
  return { bindingType, tokenBindingID, signature, extensions: reader.since(start) };
}

function checkExtension(reader: Reader): void {
  reader.withoutViews(readExtension);
}

function readExtension(reader: Reader): TokenBindingExtension {
  const extensionType = reader.uint8('extension_type');
  return { extensionType, extensionData: reader.opaque16('extension_data', 0) };
}
