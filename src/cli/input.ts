import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { hasOwn } from '../bytes/has-own.js';
import { onlyArgument, UsageError } from './command.js';

/** In bytes: more than any message or token has in base64 or spaced hex. */
const MAX_SIZE = 1 << 20;

/** Where a message or token comes from. */
export type Input =
  | { readonly text: string }
  | { readonly file: string }
  | { readonly standardInput: true };

/**
 * Reads from the arguments where the input is: `-` is standard input, `@<path>` or the option `--file` a file,
 * and anything else the text itself, which is never looked up as a file.
 */
export function readInput(positionals: string[], file: string | undefined, name: string): Input {
  if (file !== undefined) {
    if (positionals.length > 0) throw new UsageError(`expected ${name} or --file, not both`);
    return { file };
  }
  const argument = onlyArgument(positionals, name);
  if (argument === '-') return { standardInput: true };
  return argument.startsWith('@') ? { file: argument.slice(1) } : { text: argument };
}

/** Reads the input as text, or as bytes if a file or standard input has no text. */
export async function readContent(input: Input): Promise<string | Uint8Array> {
  if (hasOwn(input, 'text')) return input.text;
  const content = hasOwn(input, 'file')
    ? await readFile(input.file, input.file)
    : await readStandardInput();
  return textIn(content) ?? content;
}

/**
 * Rejects a path without its `@`: a text with `.`, `/` or a backslash, which no header value has.
 *
 * @throws UsageError
 */
export function rejectPath(input: Input): void {
  if (!hasOwn(input, 'text') || !/[./\\]/.test(input.text) || /\s/.test(input.text)) return;
  throw new UsageError(
    `${input.text} is neither base64url nor hex; for a file write @${input.text}`,
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

/** @param name of the file in errors, which tell nothing else of it */
export function readFile(file: string, name: string): Promise<Buffer> {
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
export function textIn(content: Buffer): string | undefined {
  const [first, second, third] = content;
  if (first === 0xff && second === 0xfe) return content.toString('utf16le', 2);
  const start = first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
  const text = content.subarray(start);
  return isAscii(text) ? text.toString('latin1') : undefined;
}

export function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || isWhiteSpace(byte));
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
