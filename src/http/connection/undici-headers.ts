import type { HeaderValue, UndiciHeaders } from './undici.js';

/** A copy of header fields as names and values in turn, with others in place of those that have the same name. */
export function replaceHeaders(
  headers: UndiciHeaders | null | undefined,
  fields: Readonly<Record<string, string>>,
): string[] {
  const names = Object.keys(fields).map((name) => name.toLowerCase());
  const others = pairsOf(headers ?? []).filter(([name]) => !names.includes(name.toLowerCase()));
  // Not deeper: a value may be a list.
  return [...others, ...Object.entries(fields)].flat(1) as string[];
}

function pairsOf(headers: UndiciHeaders): (readonly [string, HeaderValue])[] {
  if (!(Symbol.iterator in headers)) return Object.entries(headers);
  const items: unknown[] = Array.from<unknown>(headers);
  if (typeof items[0] !== 'string') return items as (readonly [string, HeaderValue])[];
  const names = items.filter((_, index) => index % 2 === 0) as string[];
  return names.map((name, index) => [name, items[2 * index + 1] as HeaderValue]);
}
