import { readVariable } from '../bytes/read-variable.js';
import { decodeBase64url } from '../tokenbinding/decode-base64url.js';
import { UsageError } from './command.js';
import { isAscii, readFile, textIn } from './input.js';
import { EKM_VARIABLE } from './variables.js';

const EKM_LENGTH = 32;

/** Matches a path that may be a misplaced EKM in hex or any base64. */
const MAY_BE_EKM = /[\w+:=-]{43}|=$/;

export interface EkmOptions {
  readonly ekm?: string | undefined;
  readonly 'ekm-file'?: string | undefined;
}

/**
 * 32 bytes of exported keying material: from `--ekm`, from the file of `--ekm-file`, or from the environment.
 *
 * @throws UsageError, which repeats neither the EKM nor a path that may be the EKM
 */
export async function readEkm(options: EkmOptions): Promise<Uint8Array> {
  const { ekm, 'ekm-file': file } = options;
  if (ekm !== undefined && file !== undefined) {
    throw new UsageError('expected --ekm or --ekm-file, not both');
  }
  if (ekm !== undefined) return decodeEkm('--ekm', ekm);
  if (file !== undefined) return readEkmFile(file);
  const variable = readVariable(EKM_VARIABLE);
  if (variable !== undefined) return decodeEkm(EKM_VARIABLE, variable);
  throw new UsageError(`the EKM is missing: give --ekm, --ekm-file or ${EKM_VARIABLE}`);
}

async function readEkmFile(file: string): Promise<Uint8Array> {
  const name = MAY_BE_EKM.test(file) ? 'the file of --ekm-file' : file;
  const content = await readFile(file, name);
  if (content.length === EKM_LENGTH && !isAscii(content)) return content;
  return decodeEkm('--ekm-file', textIn(content)?.trim() ?? '');
}

function decodeEkm(name: string, text: string): Uint8Array {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) throw invalidEkm(name);
  try {
    return decodeBase64url(text, name);
  } catch {
    throw invalidEkm(name);
  }
}

function invalidEkm(name: string): UsageError {
  return new UsageError(
    `${name} must be ${EKM_LENGTH} bytes: 64 hex digits, or 43 characters of base64url`,
  );
}
