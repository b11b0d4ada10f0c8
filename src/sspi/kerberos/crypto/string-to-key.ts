import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { Turns } from '../../../bytes/turns.js';
import { SspiError } from '../../error.js';
import { moveSecret, secretBytes } from '../../secret.js';

const pbkdf2Async = promisify(pbkdf2);
const turns = new Turns(1);

/**
 * The iteration counts that are accepted. The KDC chooses the count in a message that is not authenticated. An attacker
 * could ask for so many that they take hours, or for so few that the password is easy to guess from the answer.
 */
export interface StringToKeyLimits {
  readonly minIterations: number;
  readonly maxIterations: number;
}

/** 4,096 is the default of RFC 3962 4 and what Active Directory uses. 2^18 iterations take some 0.2 s. */
export const STRING_TO_KEY_LIMITS: StringToKeyLimits = {
  minIterations: 4096,
  maxIterations: 2 ** 18,
};

/**
 * Reads the iteration count of s2kparams (RFC 3962 4, RFC 8009 4).
 *
 * @param defaultCount for absent parameters
 * @throws SspiError SEC_E_UNSUPPORTED_PREAUTH
 */
export function readIterations(
  params: Uint8Array | undefined,
  defaultCount: number,
  limits: StringToKeyLimits,
): number {
  if (params === undefined) return defaultCount;
  if (params.length !== 4) throw invalidParams(`have ${params.length} bytes, not 4`);
  const { buffer, byteOffset } = params;
  // Zero stands for 2^32.
  const count = new DataView(buffer, byteOffset, 4).getUint32(0) || 2 ** 32;
  const { minIterations, maxIterations } = limits;
  if (count < minIterations || count > maxIterations) {
    throw invalidParams(
      `ask for ${count} iterations, allowed are ${minIterations} to ${maxIterations}`,
    );
  }
  return count;
}

/** @throws SspiError SEC_E_UNSUPPORTED_PREAUTH */
export function invalidParams(problem: string): SspiError {
  return new SspiError(
    'SEC_E_UNSUPPORTED_PREAUTH',
    `the string-to-key parameters of the KDC ${problem}`,
  );
}

/**
 * PBKDF2 (RFC 8018 5.2) of a password in UTF-8, off the main thread. One at a time: the KDC chooses how long it takes,
 * and the other threads of Node's pool read files and ask DNS.
 */
export async function derivePasswordKey(
  digest: 'sha1' | 'sha256' | 'sha384',
  password: string,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Promise<Uint8Array> {
  await turns.take();
  const buffer = secretBytes(3 * password.length);
  try {
    const { written } = new TextEncoder().encodeInto(password, buffer);
    const bytes = buffer.subarray(0, written);
    return moveSecret(await pbkdf2Async(bytes, salt, iterations, length, digest));
  } finally {
    buffer.fill(0);
    turns.end();
  }
}
