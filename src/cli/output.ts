import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Characters that move the cursor, begin a line, or hide or reverse text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Colours text where standard output is a terminal that wants colours (NO_COLOR, FORCE_COLOR). */
export function style(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

export function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Prints JSON. Control characters are escaped: a parser reads the same text, and a terminal obeys none. */
export function printJson(value: unknown): void {
  const lines = JSON.stringify(value, null, 2).split('\n');
  process.stdout.write(
    `${lines.map((line) => line.replace(UNPRINTABLE, jsonEscape)).join('\n')}\n`,
  );
}

function jsonEscape(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** Prints lines to standard error; standard output has the result alone. */
export function note(text: string): void {
  process.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`);
}

/** Foreign text for one line: characters that a terminal could obey are escaped. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) as number;
    const hex = code.toString(16).padStart(code > 0xff ? 4 : 2, '0');
    return code > 0xff ? `\\u{${hex}}` : `\\x${hex}`;
  });
}

export function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

export function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}

/** Hex, of long values the beginning. */
export function dump(value: Uint8Array): string {
  return value.length <= 32 ? hex(value) : `${hex(value.subarray(0, 30))}...`;
}
