import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { decodeBase64url } from '../tokenbinding/decode-base64url.js';
import { onlyArgument, UsageError } from './command.js';

/** More than any message in base64url or spaced hex. */
const MAX_SIZE = 1 << 20;
const HEADER_NAME = /^\s*Sec-Token-Binding\s*:/i;
const AUTHENTICATION = /^\s*(?:(?:Proxy-)?Authorization|(?:WWW|Proxy)-Authenticate)\s*:/i;
const SCHEME = /^\s*(?:NTLM|Negotiate)\s+/i;

/** The environment variable for the EKM; other users of the machine can read an argument. */
export const EKM_VARIABLE = 'TOKENBINDING_EKM';

/** Where a message or token comes from. An argument that is text is never looked up as a file. */
export type Input =
  | { readonly text: string }
  | { readonly file: string }
  | { readonly standardInput: true };

/**
 * Reads from the arguments where the input of a command is: `-` is standard input, `@<file>` or the option
 * `--file` a file, and everything else the text itself.
 */
export function readInput(positionals: string[], file: string | undefined, name: string): Input {
  if (file !== undefined) {
    if (positionals.length > 0) throw new UsageError(`${name} or --file, not both`);
    return { file };
  }
  const argument = onlyArgument(positionals, name);
  if (argument === '-') return { standardInput: true };
  return argument.startsWith('@') ? { file: argument.slice(1) } : { text: argument };
}

/**
 * The bytes of a message: the value of a Sec-Token-Binding header (or the whole line) or hex; in a file or on
 * standard input also the bytes themselves.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED for text that is neither hex nor base64url
 */
export async function readMessage(input: Input): Promise<Uint8Array> {
  if ('text' in input && isPath(input.text)) {
    throw new UsageError(`${input.text} is neither base64url nor hex; a file is @${input.text}`);
  }
  return readBytes(input, fromText);
}

/**
 * The bytes of an NTLM or SPNEGO token: base64 or hex, alone or in a line of an HTTP header; in a file or on
 * standard input also the bytes themselves.
 */
export async function readToken(input: Input): Promise<Uint8Array> {
  return readBytes(input, tokenFromText);
}

async function readBytes(input: Input, decode: (text: string) => Uint8Array): Promise<Uint8Array> {
  if ('text' in input) return decode(input.text);
  const content =
    'file' in input ? await readFile(input.file, input.file) : await readStandardInput();
  const text = textIn(content);
  return text === undefined ? content : decode(text);
}

/** Has a character of a path that no header value has. */
function isPath(argument: string): boolean {
  return /[./\\]/.test(argument) && !/\s/.test(argument);
}

export interface EkmOptions {
  readonly ekm?: string | undefined;
  readonly 'ekm-file'?: string | undefined;
}

/**
 * 32 bytes of exported keying material: from `--ekm`, from the file of `--ekm-file`, or from the environment.
 * No error repeats the EKM, or a path that could be the EKM.
 */
export async function readEkm(options: EkmOptions): Promise<Uint8Array> {
  const { ekm, 'ekm-file': file } = options;
  if (ekm !== undefined && file !== undefined)
    throw new UsageError('--ekm or --ekm-file, not both');
  if (ekm !== undefined) return ekmFromText('--ekm', ekm);
  if (file !== undefined) return ekmFromFile(file);
  const variable = process.env[EKM_VARIABLE];
  if (variable !== undefined) return ekmFromText(EKM_VARIABLE, variable);
  throw new UsageError(`the EKM is missing: --ekm, --ekm-file or ${EKM_VARIABLE}`);
}

async function ekmFromFile(file: string): Promise<Uint8Array> {
  const name = MAY_BE_EKM.test(file) ? 'the file of --ekm-file' : file;
  const content = await readFile(file, name);
  if (content.length === EKM_LENGTH && !isText(content)) return content;
  return ekmFromText('--ekm-file', textIn(content)?.trim() ?? '');
}

const EKM_LENGTH = 32;

/** A path that could be the EKM itself, in hex or any base64, which somebody gave in the path's place. */
const MAY_BE_EKM = /[\w+:=-]{43}|=$/;

function ekmFromText(name: string, text: string): Uint8Array {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) throw notEkm(name);
  try {
    return decodeBase64url(text, name);
  } catch {
    throw notEkm(name);
  }
}

function notEkm(name: string): UsageError {
  return new UsageError(
    `${name} must be ${EKM_LENGTH} bytes: 64 hex digits, or 43 characters of base64url`,
  );
}

/** The first line of standard input, such as a password: in UTF-8, without its end. */
export async function readFirstLine(): Promise<string> {
  const text = (await readStandardInput()).toString('utf8');
  return text.split(/\r?\n/, 1)[0] as string;
}

function readStandardInput(): Promise<Buffer> {
  return readLimited(process.stdin, 'standard input');
}

/** @param name of the file in errors, which say nothing else of it */
function readFile(file: string, name: string): Promise<Buffer> {
  return readLimited(createReadStream(file), name);
}

async function readLimited(stream: Readable, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_SIZE) break;
    }
  } catch (error) {
    // The message of the error has the path in it.
    throw new UsageError(`cannot read ${name}: ${(error as NodeJS.ErrnoException).code}`);
  }
  if (size > MAX_SIZE) throw new UsageError(`${name} has more than ${MAX_SIZE} bytes`);
  return Buffer.concat(chunks);
}

/** Text in ASCII, or with a byte order mark as Windows tools write it; undefined for other bytes. */
function textIn(content: Buffer): string | undefined {
  const [first, second, third] = content;
  if (first === 0xff && second === 0xfe) return content.toString('utf16le', 2);
  const start = first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
  const text = content.subarray(start);
  return isText(text) ? text.toString('latin1') : undefined;
}

function isText(bytes: Buffer): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || isWhiteSpace(byte));
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

function tokenFromText(text: string): Uint8Array {
  const value = text.replace(AUTHENTICATION, '').replace(SCHEME, '').replace(/\s/g, '');
  if (/^(?:[0-9a-f]{2})+$/i.test(value)) return Buffer.from(value, 'hex');
  if (
    /^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}(?:==)?|[a-z0-9+/]{3}=?)?$/i.test(value) &&
    value !== ''
  ) {
    return Buffer.from(value, 'base64');
  }
  throw new UsageError('the token is neither base64 nor hex');
}
