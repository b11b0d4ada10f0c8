import type { Principal, PrincipalName } from './messages/principal-name.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
};

/** The text of a principal, as MIT Kerberos writes it: `name/instance@REALM`, with a backslash before separators. */
export function formatPrincipal({ nameString }: PrincipalName, realm: string): string {
  return `${nameString.map(escapePart).join('/')}@${escapePart(realm)}`;
}

/** Whether two names are the same. The type of a name is only a hint (RFC 4120 6.2). */
export function isSameName(a: PrincipalName, b: PrincipalName): boolean {
  const [left, right] = [a.nameString, b.nameString];
  return left.length === right.length && left.every((part, index) => part === right[index]);
}

export function isSamePrincipal(a: Principal, b: Principal): boolean {
  return a.realm === b.realm && isSameName(a.name, b.name);
}

const SPECIAL = /[\\/@\0\b\t\n]/;
const ALL_SPECIAL = new RegExp(SPECIAL, 'g');

function escapePart(text: string): string {
  // Nearly no name has one, and a search takes less time than a replacement.
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll(ALL_SPECIAL, (character) => ESCAPES[character] ?? `\\${character}`);
}
