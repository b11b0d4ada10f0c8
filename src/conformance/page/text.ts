import type { AreaName } from '../areas.js';
import type { SideDescription } from '../sides/description.js';

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

/** Two sides in a sentence: recordings also by their files, of which the folder is left out where it may be. */
export function namesOf(
  sides: readonly [SideDescription, SideDescription],
  area?: AreaName,
): [string, string] {
  const paths = sides.map(({ recording }) => recording?.file);
  const files = paths.map((path) => path?.replace(/^.*[\\/](?=.)/s, ''));
  const shown = files[0] === files[1] ? paths : files;
  const [one, other] = sides.map((side, index) => {
    const file = shown[index];
    return `${nameOf(side, area)}${file === undefined ? '' : ` (${file})`}`;
  });
  return [one as string, other as string];
}

/** A sentence that begins with a name. */
export function capitalize(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Wine is never called Windows. */
function nameOf(
  { name, software, library, system }: SideDescription,
  area: AreaName = 'token-binding',
): string {
  if (name === 'portable') return 'the portable provider';
  if (name === 'other') return software ?? 'another implementation';
  if (name === 'specification') return 'the specification';
  const version = library?.version === undefined ? '' : ` ${library.version}`;
  const file = `${LIBRARIES[area]}${version}`;
  return system?.wine ? `the ${file} under Wine` : `Windows’ ${file}`;
}

/** A side at the head of a column. */
export function shortNameOf({ name, software, system, recording }: SideDescription): string {
  const base = name === 'windows' && system?.wine ? 'DLL under Wine' : (software ?? name);
  return recording === undefined ? base : `${base}, recorded`;
}
