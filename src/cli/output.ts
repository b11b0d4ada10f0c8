import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Colours text where standard output is a terminal that wants colours (NO_COLOR, FORCE_COLOR). */
export function style(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

export function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/**
 * A note beside the result, which goes to standard output alone. It may repeat what the user wrote,
 * so that control characters are shown and not obeyed.
 */
export function note(text: string): void {
  const shown = text.replace(CONTROL, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  process.stderr.write(`${shown}\n`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

export function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

export function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}

/** Hex of which a reader sees enough. */
export function dump(value: Uint8Array): string {
  return value.length <= 32 ? hex(value) : `${hex(value.subarray(0, 30))}...`;
}
