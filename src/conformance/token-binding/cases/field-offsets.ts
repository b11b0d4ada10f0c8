import { keyTypeOf } from '../../../tokenbinding/types.js';
import type { Binding } from '../encode.js';

/** A number field of an encoded message. */
export interface NumberField {
  /** Its name in RFC 8471, or `length of` the field that it is the length of. */
  readonly name: string;
  readonly offset: number;
  readonly size: 1 | 2;
  readonly isLength: boolean;
}

/** Finds the types and the lengths in the message that these bindings are encoded to. */
export function findNumberFields(bindings: readonly Binding[]): NumberField[] {
  const fields = [length('tokenbindings', 0, 2)];
  let offset = 2;
  for (const [index, binding] of bindings.entries()) {
    const inBinding = fieldsOf(binding);
    for (const field of inBinding) {
      const name = `tokenbindings[${index}].${field.name}`;
      fields.push({ ...field, name, offset: offset + field.offset });
    }
    const { key, signature, extensions } = binding;
    offset += 8 + key.length + signature.length + extensions.length;
  }
  return fields;
}

function fieldsOf({ keyParameters, key, signature, extensions }: Binding): NumberField[] {
  const afterKey = 4 + key.length;
  const afterSignature = afterKey + 2 + signature.length;
  return [
    type('tokenbinding_type', 0),
    type('key_parameters', 1),
    length('key', 2, 2),
    ...fieldsOfKey(keyParameters, key),
    length('signature', afterKey, 2),
    length('extensions', afterSignature, 2),
    ...fieldsOfExtensions(extensions, afterSignature + 2),
  ];
}

function fieldsOfKey(keyParameters: number, key: Uint8Array): NumberField[] {
  const keyType = keyTypeOf(keyParameters);
  if (typeof keyType === 'number') return [];
  if (keyType === 'ecdsap256') return [length('point', 4, 1)];
  const modulusLength = Buffer.from(key).readUInt16BE();
  return [length('modulus', 4, 2), length('publicexponent', 6 + modulusLength, 1)];
}

function fieldsOfExtensions(extensions: Uint8Array, start: number): NumberField[] {
  const fields: NumberField[] = [];
  const bytes = Buffer.from(extensions);
  for (let at = 0; at < bytes.length; at += 3 + bytes.readUInt16BE(at + 1)) {
    fields.push(type('extension_type', start + at), length('extension_data', start + at + 1, 2));
  }
  return fields;
}

function type(name: string, offset: number): NumberField {
  return { name, offset, size: 1, isLength: false };
}

function length(name: string, offset: number, size: 1 | 2): NumberField {
  return { name: `length of ${name}`, offset, size, isLength: true };
}
