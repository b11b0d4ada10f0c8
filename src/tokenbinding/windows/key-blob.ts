import { decodeTokenBindingKey } from '../identifier.js';

/**
 * The public key of a TokenBindingID in the format of Windows' CNG: BCRYPT_ECCPUBLIC_BLOB or BCRYPT_RSAPUBLIC_BLOB of
 * bcrypt.h. Lengths in it are little-endian, keys are big-endian.
 *
 * @param identifier a TokenBindingID with a registered key type
 */
export function keyBlobOf(identifier: Uint8Array): Uint8Array {
  const key = decodeTokenBindingKey(identifier);
  switch (key.kind) {
    case 'ec':
      return blob('ECS1', [key.point.length / 2], [key.point]);
    case 'rsa': {
      const { modulus, publicexponent } = key;
      const sizes = [modulus.length * 8, publicexponent.length, modulus.length, 0, 0];
      return blob('RSA1', sizes, [publicexponent, modulus]);
    }
    case 'unknown':
      throw new TypeError('Windows has no format for a key of an unregistered type');
  }
}

function blob(magic: string, integers: number[], parts: Uint8Array[]): Uint8Array {
  const header = Buffer.alloc(4 + 4 * integers.length);
  header.write(magic, 'latin1');
  integers.forEach((integer, index) => {
    header.writeUInt32LE(integer, 4 + 4 * index);
  });
  return Buffer.concat([header, ...parts]);
}
