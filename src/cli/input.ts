import { existsSync, readFileSync } from 'node:fs';
import { decodeBase64url } from '../bytes/base64url.js';
import { UsageError } from './command.js';

/** More than any message in base64url or spaced hex. */
const MAX_SIZE = 1 << 20;
const HEADER_NAME = /^\s*Sec-Token-Binding\s*:/i;
/** Has a character of a path that no header value has. */
const FILE_NAME = /^[^\s]*[./\\][^\s]*$/;
const STANDARD_INPUT = 0;

/**
 * The bytes of a message given on the command line: the value of a Sec-Token-Binding header (or the
 * whole line), hex, the name of a file with one of these or with the bytes themselves, or `-` for
 * the same on standard input.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED for text that is neither hex nor base64url
 */
export function readMessage(argument: string): Uint8Array {
  if (argument === '-') return fromContent(readLimited(STANDARD_INPUT, 'standard input'));
  if (argument.length < 4096 && existsSync(argument)) {
    return fromContent(readLimited(argument, argument));
  }
  if (FILE_NAME.test(argument)) throw new UsageError(`there is no file ${argument}`);
  return fromText(argument);
}

/** 32 bytes of exported keying material as hex or base64url. */
export function readEkm(text: string | undefined): Uint8Array {
  if (text === undefined) throw new UsageError('--ekm is missing');
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return decodeBase64url(text, '--ekm');
  throw new UsageError('--ekm is 32 bytes: 64 hex digits, or 43 characters of base64url');
}

function readLimited(file: string | number, name: string): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${(error as Error).message}`);
  }
  if (content.length > MAX_SIZE) throw new UsageError(`${name} has more than ${MAX_SIZE} bytes`);
  return content;
}

function fromContent(content: Buffer): Uint8Array {
  const isText = content.every((byte) => (byte >= 0x20 && byte < 0x7f) || isWhiteSpace(byte));
  return isText ? fromText(content.toString('latin1')) : content;
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function fromText(text: string): Uint8Array {
  const value = text.replace(HEADER_NAME, '').trim();
  const hex = value.replace(/^0x|[\s:]/gi, '');
  if (/^(?:[0-9a-f]{2})+$/i.test(hex)) return Buffer.from(hex, 'hex');
  return decodeBase64url(value, 'Sec-Token-Binding');
}
