import { encodeBase64url } from '../bytes/base64url.js';
import { Writer } from '../bytes/writer.js';
import { bindingTypeOf, keyParametersOf, keyTypeOf } from '../tokenbinding/types.js';
import type { CorpusKey } from './corpus.js';
import type { ComparedResult } from './outcome.js';

/** The parts of a TokenBinding (RFC 8471 3), which need not be right. */
export interface Binding {
  readonly bindingType: number;
  readonly keyParameters: number;
  /** The key as it stands in the TokenBindingID, without its length. */
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
  /** The content of `extensions<>`. */
  readonly extensions: Uint8Array;
}

/** Bytes of `tokenbindings<..65535>` (RFC 8471 3); not taken from the code that is tested. */
export const MOST = 65_535;

const NOTHING = new Uint8Array(0);

/** A TokenBinding with the corpus's own signature. */
export function signed(
  key: CorpusKey,
  {
    bindingType = 0,
    ekm = 0,
    extensions = NOTHING,
  }: {
    bindingType?: number;
    ekm?: number;
    extensions?: Uint8Array;
  } = {},
): Binding {
  const signature = key.signatures.get(bindingType)?.[ekm];
  if (signature === undefined) throw new Error(`no signature of ${key.name} for ${bindingType}`);
  const keyParameters = keyParametersOf(key.keyType);
  return { bindingType, keyParameters, key: key.key, signature, extensions };
}

/** A TokenBinding of key parameters that have no name, whose signature nobody can evaluate. */
export function unknownKey(
  keyParameters: number,
  keyLength: number,
  {
    bindingType = 1,
    signatureLength = 64,
  }: { bindingType?: number; signatureLength?: number } = {},
): Binding {
  const key = new Uint8Array(keyLength).fill(0x5a);
  const signature = new Uint8Array(signatureLength).fill(0xa5);
  return { bindingType, keyParameters, key, signature, extensions: NOTHING };
}

/** TB_Extensions (RFC 8471 3.4). */
export function extensions(...list: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const writer = new Writer(list.reduce((size, [, data]) => size + 3 + data.length, 0));
  for (const [extensionType, data] of list) writer.uint8(extensionType).opaque16(data);
  return writer.finish();
}

/** The TokenBindingID of a binding. */
export function identifierOf({ keyParameters, key }: Binding): Uint8Array {
  return new Writer(3 + key.length).uint8(keyParameters).opaque16(key).finish();
}

export function encodeBinding(binding: Binding): Uint8Array {
  const identifier = identifierOf(binding);
  const { bindingType, signature, extensions: extensionData } = binding;
  const size = 5 + identifier.length + signature.length + extensionData.length;
  return new Writer(size)
    .uint8(bindingType)
    .raw(identifier)
    .opaque16(signature)
    .opaque16(extensionData)
    .finish();
}

export function encodeMessage(bindings: readonly Binding[]): Uint8Array {
  return joinMessage(bindings.map(encodeBinding));
}

/** What a TokenBindingMessage of these TokenBindings is, whatever they are. */
export function joinMessage(tokenBindings: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(tokenBindings);
  return new Writer(2 + content.length).opaque16(content).finish();
}

/** What verification lists of a binding, as far as RFC 8471 speaks of it. */
export function listed(binding: Binding): ComparedResult {
  return {
    bindingType: bindingTypeOf(binding.bindingType),
    keyType: keyTypeOf(binding.keyParameters),
    identifier: encodeBase64url(identifierOf(binding)),
  };
}

/** RSAPublicKey (RFC 8471 3.2), which need not be right. */
export function rsaKey(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const length = Buffer.of(modulus.length >> 8, modulus.length & 0xff);
  return Buffer.concat([length, modulus, opaque8(exponent)]);
}

export function opaque8(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}
