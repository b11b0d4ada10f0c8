import type { AreaName } from '../areas.js';
import type { SideDescription } from '../sides/description.js';
import { type Html, html } from './html.js';

/** The letters that stand for the two sides. */
export const LETTERS = ['A', 'B'] as const;

/** Longer texts are shown by their ends. */
const MAX_LENGTH = 144;
const HEAD = 80;
const TAIL = 24;

/** Made for the first page, because it takes 10 ms. */
let numbers: Intl.NumberFormat | undefined;

/** `12,345` */
export function number(amount: number): string {
  numbers ??= new Intl.NumberFormat('en-US');
  return numbers.format(amount);
}

/** `1 case`, `12,345 cases` */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${number(amount)} ${amount === 1 ? one : many}`;
}

/** A time of ISO 8601, without the fractions of its second. */
export function time(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

/** The text with a capital as its first letter. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Shortens a long text to its ends and its length. */
export function shorten(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  return `${text.slice(0, HEAD)}…${text.slice(-TAIL)} (${text.length} characters)`;
}

export function areaName(area: AreaName = 'token-binding'): string {
  return area === 'sspi' ? 'SSPI' : 'Token Binding';
}

/** The names of two sides in a sentence. Recordings have their file beside them, with its folder if needed. */
export function namesOf(sides: readonly [SideDescription, SideDescription]): [string, string] {
  const paths = sides.map(({ recording }) => recording?.file);
  const files = paths.map((path) => path && baseName(path));
  const shown = files[0] === files[1] ? paths : files;
  const [one, other] = sides.map((side, index) => {
    const file = shown[index];
    return `${nameOf(side)}${file === undefined ? '' : ` (${file})`}`;
  });
  return [one as string, other as string];
}

/** Wine is never called Windows, and neither is a DLL from another place than System32. */
function nameOf({ name, software, library, system }: SideDescription): string {
  if (name === 'portable') return 'the portable provider';
  if (name === 'other') return shorten(software ?? 'another implementation');
  if (name === 'specification') return 'the specification';
  if (library === undefined) return system?.wine ? 'Wine' : 'Windows';
  const version = library.version === undefined ? '' : ` ${library.version}`;
  const file = shorten(`${baseName(library.path)}${version}`);
  if (system?.wine) return `the ${file} under Wine`;
  return /[\\/]system32[\\/][^\\/]+$/i.test(library.path) ? `Windows’ ${file}` : `the ${file}`;
}

function baseName(path: string): string {
  return path.replace(/^.*[\\/](?=.)/s, '');
}

/** A side at the head of a column. */
export function shortNameOf({ name, software, system, recording }: SideDescription): string {
  const base = name === 'windows' && system?.wine ? 'DLL under Wine' : shorten(software ?? name);
  return recording === undefined ? base : `${base}, recorded`;
}

/** A clause, in which each section of an RFC is a link: `RFC 8471 4.2`. */
export function clauseLinks(clause: string): Html {
  const parts = clause.split(/\b(RFC [1-9]\d{0,4} \d{1,3}(?:\.\d{1,3}){0,5})/);
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : sectionLink(part)))}`;
}

function sectionLink(reference: string): Html {
  const [, rfc, section] = reference.split(' ');
  const address = `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${section}`;
  return html`<a href="${address}" rel="noreferrer">${reference}</a>`;
}
