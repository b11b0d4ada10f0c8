import { expectRefused } from '../../../outcome.js';
import type { Tamper } from '../../exchange.js';
import { afterCleanHandshake, type Scenario } from '../../scenario.js';
import { GARBAGE, TRUNCATIONS } from '../altered-tokens.js';
import {
  CHECK_OF,
  changePart,
  ENCRYPTED_PARTS,
  type EncryptedPart,
  KERBEROS_TOKENS,
  type KerberosToken,
  replaceKerberosToken,
  TOKEN_OF,
} from './tokens.js';

/** The framing of GSS-API and the beginning of an AP-REQ or AP-REP in bytes: up to its msg-type. */
const FRAMING = 32;

const TOKENS = Object.keys(KERBEROS_TOKENS) as KerberosToken[];

/** Handshakes of Kerberos in which one token is altered. */
export function* kerberosAlteredTokens(): Generator<Scenario> {
  for (const token of TOKENS) {
    yield* replacements(token);
    yield* framing(token);
  }
  for (const part of ENCRYPTED_PARTS) yield* ciphertext(part);
}

function alteredToken(token: KerberosToken, id: string, title: string, tamper: Tamper): Scenario {
  return {
    id: `token/${token.toLowerCase()}/${id}`,
    title,
    call: 'step',
    failsLogon: false,
    expected: expectRefused(CHECK_OF[token]),
    prepare: (exchange) => afterCleanHandshake(exchange, {}, tamper),
  };
}

function* replacements(token: KerberosToken): Generator<Scenario> {
  for (const [id, title, change] of TRUNCATIONS) {
    const tamper = replaceKerberosToken(token, change);
    yield alteredToken(
      token,
      `cut/${id}`,
      `instead of the token with the ${token}: ${title}`,
      tamper,
    );
  }
  for (const [id, title, bytes] of GARBAGE) {
    const tamper = replaceKerberosToken(token, () => bytes);
    yield alteredToken(
      token,
      `garbage/${id}`,
      `${title} instead of the token with the ${token}`,
      tamper,
    );
  }
}

/** One higher, because a length with another bit is sometimes shorter and sometimes longer. */
function* framing(token: KerberosToken): Generator<Scenario> {
  for (let byte = 0; byte < FRAMING; byte++) {
    const tamper = replaceKerberosToken(token, (bytes) => increment(bytes, byte));
    const number = String(byte).padStart(2, '0');
    const title = `byte ${byte} is one higher in the token with the ${token}`;
    yield alteredToken(token, `byte-${number}`, title, tamper);
  }
}

function increment(bytes: Uint8Array, index: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[index] = (copy[index] ?? 0) + 1;
  return copy;
}

/** Bits of the confounder, of the ciphertext and of the checksum (RFC 3962 6). */
function* ciphertext(part: EncryptedPart): Generator<Scenario> {
  const token = TOKEN_OF[part];
  for (const [place, offsetIn] of [
    ['first', () => 0],
    ['middle', (cipher) => cipher.length >> 1],
    ['last', (cipher) => cipher.length - 1],
  ] as [string, (cipher: Buffer) => number][]) {
    for (let bit = 0; bit < 8; bit++) {
      const tamper = changePart(part, (cipher) => {
        const offset = offsetIn(cipher);
        cipher[offset] = (cipher[offset] ?? 0) ^ (1 << bit);
      });
      const title = `bit ${bit} of the ${place} byte flipped in the encrypted ${part}`;
      yield alteredToken(token, `${part}/${place}/bit-${bit}`, title, tamper);
    }
  }
}
