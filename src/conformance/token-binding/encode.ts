import { encodeBase64url } from '../../bytes/base64url.js';
import { Writer } from '../../bytes/writer.js';
import { bindingTypeOf, keyParametersOf, keyTypeOf } from '../../tokenbinding/types.js';
import type { ComparedResult } from '../outcome.js';
import type { CorpusKey } from './key-corpus.js';

/** The fields of a TokenBinding (RFC 8471 3), valid or not. */
export interface Binding {
  readonly bindingType: number;
  readonly keyParameters: number;
  /** The content of the key field of the TokenBindingID. */
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
  /** The content of `extensions<>`. */
  readonly extensions: Uint8Array;
}

/** Bytes of `tokenbindings<..65535>` (RFC 8471 3). The constant of the tested code is not used here. */
export const MAX_TOKENBINDINGS = 65_535;

const NO_BYTES = new Uint8Array(0);

/** A TokenBinding with a valid signature of the corpus. */
export function signedBinding(
  key: CorpusKey,
  {
    bindingType = 0,
    ekm = 0,
    extensions = NO_BYTES,
  }: {
    readonly bindingType?: number;
    /** The index of the EKM in the corpus. */
    readonly ekm?: number;
    readonly extensions?: Uint8Array;
  } = {},
): Binding {
  const signature = key.signatures.get(bindingType)?.[ekm];
  if (signature === undefined) throw new Error(`no signature of ${key.name} for ${bindingType}`);
  const keyParameters = keyParametersOf(key.keyType);
  return { bindingType, keyParameters, key: key.key, signature, extensions };
}

/** A TokenBinding with unknown key parameters. Its signature cannot be verified. */
export function unknownKeyBinding(
  keyParameters: number,
  keyLength: number,
  {
    bindingType = 1,
    signatureLength = 64,
  }: { readonly bindingType?: number; readonly signatureLength?: number } = {},
): Binding {
  const key = new Uint8Array(keyLength).fill(0x5a);
  const signature = new Uint8Array(signatureLength).fill(0xa5);
  return { bindingType, keyParameters, key, signature, extensions: NO_BYTES };
}

/** TB_Extensions (RFC 8471 3.4). */
export function encodeExtensions(...list: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const writer = new Writer(list.reduce((size, [, data]) => size + 3 + data.length, 0));
  for (const [extensionType, data] of list) writer.uint8(extensionType).opaque16(data);
  return writer.finish();
}

/** The TokenBindingID of a binding. */
export function encodeIdentifier({ keyParameters, key }: Binding): Uint8Array {
  return new Writer(3 + key.length).uint8(keyParameters).opaque16(key).finish();
}

export function encodeBinding(binding: Binding): Uint8Array {
  const identifier = encodeIdentifier(binding);
  const { bindingType, signature, extensions } = binding;
  const size = 5 + identifier.length + signature.length + extensions.length;
  return new Writer(size)
    .uint8(bindingType)
    .raw(identifier)
    .opaque16(signature)
    .opaque16(extensions)
    .finish();
}

export function encodeMessage(bindings: readonly Binding[]): Uint8Array {
  return joinMessage(bindings.map(encodeBinding));
}

/** A TokenBindingMessage of encoded TokenBindings, valid or not. */
export function joinMessage(tokenBindings: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(tokenBindings);
  return new Writer(2 + content.length).opaque16(content).finish();
}

/** The result of verifying a binding, as far as RFC 8471 defines it. */
export function expectedResult(binding: Binding): ComparedResult {
  return {
    bindingType: bindingTypeOf(binding.bindingType),
    keyType: keyTypeOf(binding.keyParameters),
    identifier: encodeBase64url(encodeIdentifier(binding)),
  };
}

/** RSAPublicKey (RFC 8471 3.2), valid or not. */
export function encodeRsaKey(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const length = Buffer.of(modulus.length >> 8, modulus.length & 0xff);
  return Buffer.concat([length, modulus, encodeOpaque8(exponent)]);
}

export function encodeOpaque8(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}
