import { secretBytes } from './secret.js';

/** UTF-16LE, the encoding of NTLM's strings and hashed passwords. Lone surrogates are kept. */
export function utf16(text: string): Uint8Array {
  const bytes = secretBytes(2 * text.length);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[2 * index] = unit;
    bytes[2 * index + 1] = unit >>> 8;
  }
  return bytes;
}

/** Decodes UTF-16LE of an even number of bytes. */
export function fromUtf16(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf16le');
}
