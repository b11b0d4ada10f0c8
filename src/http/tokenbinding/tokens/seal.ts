import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Writer } from '../../../bytes/writer.js';
import { hashIdentifier } from './same-identifier.js';

/** What a sealed value belongs to: it opens only with the same. */
export interface SealBinding {
  /** The name of the cookie. */
  readonly name: string;
  /** The TokenBindingID. */
  readonly identifier: Uint8Array;
}

/** A value, and when it expires, in milliseconds since 1970. */
export interface Sealed {
  readonly value: string;
  readonly expires: number;
}

/** Format 1: format | salt (32 bytes) | expires (6 bytes) | ciphertext | tag (16 bytes). */
const FORMAT = 1;
const SALT_LENGTH = 32;
const EXPIRES_LENGTH = 6;
const HEAD_LENGTH = 1 + SALT_LENGTH + EXPIRES_LENGTH;
const TAG_LENGTH = 16;
const HASH_LENGTH = 32;
const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const CIPHER = 'aes-256-gcm';
const INFO = 'tokenbinding bound cookie';

/** Encrypts and authenticates a value, with a key of its own. */
export function seal(secret: Uint8Array, binding: SealBinding, sealed: Sealed): Buffer {
  const head = Buffer.alloc(HEAD_LENGTH);
  head.writeUInt8(FORMAT);
  randomBytes(SALT_LENGTH).copy(head, 1);
  head.writeUIntBE(sealed.expires, 1 + SALT_LENGTH, EXPIRES_LENGTH);
  const { key, nonce } = deriveKey(secret, head);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(authenticatedData(head, binding));
  const text = Buffer.concat([cipher.update(sealed.value, 'utf8'), cipher.final()]);
  return Buffer.concat([head, text, cipher.getAuthTag()]);
}

/** @returns undefined unless the bytes were sealed with this secret for this name and identifier */
export function unseal(
  secret: Uint8Array,
  binding: SealBinding,
  bytes: Uint8Array,
): Sealed | undefined {
  if (bytes.length < HEAD_LENGTH + TAG_LENGTH || bytes[0] !== FORMAT) return undefined;
  const head = Buffer.from(bytes.subarray(0, HEAD_LENGTH));
  const { key, nonce } = deriveKey(secret, head);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH });
  decipher.setAAD(authenticatedData(head, binding));
  decipher.setAuthTag(bytes.subarray(-TAG_LENGTH));
  const text = decipher.update(bytes.subarray(HEAD_LENGTH, -TAG_LENGTH));
  try {
    // It compares the tag in constant time.
    decipher.final();
  } catch {
    return undefined;
  }
  return {
    value: text.toString('utf8'),
    expires: head.readUIntBE(1 + SALT_LENGTH, EXPIRES_LENGTH),
  };
}

/** A key and a nonce for one value: many values of one secret need no count of nonces. */
function deriveKey(secret: Uint8Array, head: Buffer): { key: Buffer; nonce: Buffer } {
  const salt = head.subarray(1, 1 + SALT_LENGTH);
  const made = Buffer.from(hkdfSync('sha256', secret, salt, INFO, KEY_LENGTH + NONCE_LENGTH));
  return { key: made.subarray(0, KEY_LENGTH), nonce: made.subarray(KEY_LENGTH) };
}

function authenticatedData(head: Buffer, { name, identifier }: SealBinding): Uint8Array {
  const nameBytes = Buffer.from(name, 'latin1');
  const writer = new Writer(head.length + HASH_LENGTH + 2 + nameBytes.length);
  return writer.raw(head).raw(hashIdentifier(identifier)).opaque16(nameBytes).finish();
}
