import type { ProtocolKey } from '../../../sspi/kerberos/crypto/protocol-key.js';
import type { Principal } from '../../../sspi/kerberos/messages/principal-name.js';
import type { ServiceKey } from '../../../sspi/kerberos/service-keys.js';

/** The version 5.2 of the format. */
const VERSION = 0x0502;

/** A keytab of MIT Kerberos with these keys: the inverse of `decodeKeytab`. */
export function encodeKeytab(...keys: readonly ServiceKey[]): Uint8Array {
  const entries = keys.flatMap(({ principals, kvno, key }) =>
    principals.map((principal) => encodeEntry(principal, kvno, key)),
  );
  return new Uint8Array(Buffer.concat([encodeNumber(VERSION, 2), ...entries]));
}

function encodeEntry({ realm, name }: Principal, kvno: number, key: ProtocolKey): Buffer {
  const texts = [realm, ...name.nameString].map((text) => withLength(Buffer.from(text)));
  const entry = Buffer.concat([
    encodeNumber(name.nameString.length, 2),
    ...texts,
    encodeNumber(name.nameType, 4),
    encodeNumber(0, 4),
    encodeNumber(kvno & 0xff, 1),
    encodeNumber(key.etype.number, 2),
    withLength(key.bytes),
    encodeNumber(kvno, 4),
  ]);
  return Buffer.concat([encodeNumber(entry.length, 4), entry]);
}

function withLength(bytes: Uint8Array): Buffer {
  return Buffer.concat([encodeNumber(bytes.length, 2), bytes]);
}

function encodeNumber(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}
