import type { AreaName } from '../case.js';
import type { SideDescription } from '../report.js';

/** What is compared, as a name. */
export function areaName(area: AreaName = 'token-binding'): string {
  return area === 'sspi' ? 'SSPI' : 'Token Binding';
}

/** The letters by which the page calls the two sides. */
export const LETTERS = ['A', 'B'] as const;

const NUMBERS = new Intl.NumberFormat('en-US');

/** `12,345` */
export function number(count: number): string {
  return NUMBERS.format(count);
}

/** `1 case`, `12,345 cases` */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${number(amount)} ${amount === 1 ? one : many}`;
}

/** A time of ISO 8601, without the fractions of its second. */
export function time(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

/** Of Windows' own, by what is compared. */
const LIBRARIES = { 'token-binding': 'tokenbinding.dll', sspi: 'secur32.dll' } as const;

/** A side in a sentence. Wine is never called Windows. */
export function nameOf(
  { name, library, system }: SideDescription,
  area: AreaName = 'token-binding',
): string {
  if (name === 'portable') return 'the portable provider';
  if (name === 'specification') return 'the specification';
  const version = library?.version === undefined ? '' : ` ${library.version}`;
  const file = `${LIBRARIES[area]}${version}`;
  return system?.wine ? `${file} under Wine` : `Windows’ ${file}`;
}

/** A side at the head of a column. */
export function shortNameOf({ name, system, recording }: SideDescription): string {
  const base = name === 'windows' && system?.wine ? 'DLL under Wine' : name;
  return recording === undefined ? base : `${base}, recorded`;
}
