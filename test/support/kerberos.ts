import { readFileSync } from 'node:fs';
import type { Etype } from '../../src/sspi/kerberos/crypto/etype.js';
import { findEtype } from '../../src/sspi/kerberos/crypto/etypes.js';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { bytes } from './ntlm.js';

/** Numbers of the RFCs and of MIT Kerberos in hex; the file says where each comes from. */
export const cryptoVectors: CryptoVectors = load<CryptoVectors>('kerberos-crypto.json');

/** Messages of MIT Kerberos' own tests; the file says where they come from. */
export const messageVectors: ReadonlyMap<string, Uint8Array> = new Map(
  load<{ messages: { name: string; der: string }[] }>('kerberos-messages.json').messages.map(
    ({ name, der }) => [name, bytes(der)],
  ),
);

export function messageVector(name: string): Uint8Array {
  const found = messageVectors.get(name);
  if (found === undefined) throw new Error(`unknown message ${name}`);
  return found;
}

/** The numbers of the encryption types, rc4-hmac included. */
export const ETYPE_NUMBERS: readonly number[] = [17, 18, 19, 20, 23];

export function etypeOf(number: number): Etype {
  const etype = findEtype(number, ['rc4-hmac']);
  if (etype === undefined) throw new Error(`unknown encryption type ${number}`);
  return etype;
}

/** @param key in hex */
export function keyOf(etype: number, key: string): ProtocolKey {
  return new ProtocolKey(etypeOf(etype), bytes(key));
}

interface Vectors<Vector> {
  readonly from: string;
  readonly vectors: readonly Vector[];
}

interface CryptoVectors {
  readonly nFold: Vectors<{ text: string; bits: number; result: string }>;
  readonly derive: Vectors<{ etype: number; key: string; constant: string; result: string }>;
  readonly stringToKey: Vectors<{
    etype: number;
    password: string;
    salt: string;
    params: string | null;
    result: string;
  }>;
  readonly decrypt: Vectors<{
    etype: number;
    plaintext: string;
    usage: number;
    key: string;
    ciphertext: string;
  }>;
  readonly checksum: Vectors<{
    etype: number;
    data: string;
    usage: number;
    key: string;
    checksum: string;
  }>;
  readonly prf: Vectors<{ etype: number; key: string; input: string; result: string }>;
  readonly cts: Vectors<{ length: number; result: string }> & {
    readonly key: string;
    readonly text: string;
  };
}

// Compiled tests lie two folders deeper than the sources: dist/test/support.
function load<T>(name: string): T {
  const file = new URL(`../../../test/vectors/${name}`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
