import { createReadStream, existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { decodeBase64url } from '../bytes/base64url.js';
import { UsageError } from './command.js';

/** More than any message in base64url or spaced hex. */
const MAX_SIZE = 1 << 20;
const HEADER_NAME = /^\s*Sec-Token-Binding\s*:/i;
const AUTHENTICATION = /^\s*(?:(?:Proxy-)?Authorization|(?:WWW|Proxy)-Authenticate)\s*:/i;
const SCHEME = /^\s*(?:NTLM|Negotiate)\s+/i;

/**
 * The bytes of a message given on the command line: the value of a Sec-Token-Binding header (or the
 * whole line), hex, the name of a file with one of these or with the bytes themselves, or `-` for
 * the same on standard input.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED for text that is neither hex nor base64url
 */
export async function readMessage(argument: string): Promise<Uint8Array> {
  if (argument === '-') return fromContent(await readStandardInput(), fromText);
  if (argument.length < 4096 && existsSync(argument)) {
    return fromContent(await readLimited(createReadStream(argument), argument), fromText);
  }
  if (isPath(argument)) throw new UsageError(`there is no file ${argument}`);
  return fromText(argument);
}

/**
 * The bytes of an NTLM or SPNEGO token given on the command line: base64 or hex, alone or in a line of an
 * HTTP header, or `-` for the same, or the bytes themselves, on standard input.
 */
export async function readToken(argument: string): Promise<Uint8Array> {
  if (argument !== '-') return tokenFromText(argument);
  return fromContent(await readStandardInput(), tokenFromText);
}

/** Has a character of a path that no header value has. */
function isPath(argument: string): boolean {
  return /[./\\]/.test(argument) && !/\s/.test(argument);
}

/** 32 bytes of exported keying material as hex or base64url. */
export function readEkm(text: string | undefined): Uint8Array {
  if (text === undefined) throw new UsageError('--ekm is missing');
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return decodeBase64url(text, '--ekm');
  throw new UsageError('--ekm is 32 bytes: 64 hex digits, or 43 characters of base64url');
}

/** The first line of standard input, such as a password: in UTF-8, without its end. */
export async function readFirstLine(): Promise<string> {
  const text = (await readStandardInput()).toString('utf8');
  return text.split(/\r?\n/, 1)[0] as string;
}

function readStandardInput(): Promise<Buffer> {
  return readLimited(process.stdin, 'standard input');
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
    throw new UsageError(`cannot read ${name}: ${(error as Error).message}`);
  }
  if (size > MAX_SIZE) throw new UsageError(`${name} has more than ${MAX_SIZE} bytes`);
  return Buffer.concat(chunks);
}

/** Text in ASCII, or with a byte order mark as Windows tools write it; else the bytes themselves. */
function fromContent(content: Buffer, fromText: (text: string) => Uint8Array): Uint8Array {
  const [first, second, third] = content;
  if (first === 0xff && second === 0xfe) return fromText(content.toString('utf16le', 2));
  const start = first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
  const text = content.subarray(start);
  const isText = text.every((byte) => (byte >= 0x20 && byte < 0x7f) || isWhiteSpace(byte));
  return isText ? fromText(text.toString('latin1')) : content;
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
