import { checkBytes, checkOptions, outOfRange } from '../bytes/check.js';
import { checkTerminated, checkText, requireAbsent } from './arguments.js';
import type { CachedIdentity, CheckedIdentity } from './provider.js';
import { secretCopy } from './secret.js';

const NT_HASH = 16;

/** All properties, so that none is read from Object.prototype. */
const ABSENT = {
  user: undefined,
  domain: undefined,
  password: undefined,
  ntHash: undefined,
  workstation: undefined,
  keytab: undefined,
  credentialCache: undefined,
} as const;

const NAMES = Object.keys(ABSENT) as (keyof typeof ABSENT)[];

/** Errors contain no values: one might be a password in the wrong place. */
export function checkIdentity(name: string, value: unknown): CheckedIdentity {
  const identity = checkOptions(name, value, NAMES);
  const { password, ntHash, keytab, credentialCache, ...names } = identity;
  const secrets = [password, ntHash, keytab, credentialCache];
  if (secrets.filter((secret) => secret !== undefined).length !== 1) {
    throw outOfRange(name, 'an object with a password, an ntHash, a keytab or a credentialCache');
  }
  if (credentialCache !== undefined) return checkCachedIdentity(name, credentialCache, names);
  const { user, domain, workstation } = names;
  const named = { ...ABSENT, ...checkUser(name, user, domain) };
  if (keytab !== undefined) {
    requireAbsent({ [`${name}.workstation`]: workstation }, 'an identity with a keytab');
    return { ...named, keytab: checkKeytab(`${name}.keytab`, keytab) };
  }
  const account = { ...named, workstation: checkWorkstation(`${name}.workstation`, workstation) };
  return ntHash === undefined
    ? { ...account, password: checkText(`${name}.password`, password, 0) }
    : { ...account, ntHash: checkNtHash(`${name}.ntHash`, ntHash) };
}

function checkCachedIdentity(
  name: string,
  credentialCache: unknown,
  names: Readonly<Record<'user' | 'domain' | 'workstation', unknown>>,
): CachedIdentity {
  const given = Object.entries(names).map(([key, value]) => [`${name}.${key}`, value]);
  requireAbsent(Object.fromEntries(given), 'a credential cache, which has the name of its user');
  return {
    ...ABSENT,
    credentialCache: checkTerminated(`${name}.credentialCache`, credentialCache),
  };
}

function checkUser(name: string, user: unknown, domain: unknown): { user: string; domain: string } {
  const text = checkText(`${name}.user`, user, 1);
  const split = text.indexOf('\\');
  if (split === -1) return { user: text, domain: checkDomain(`${name}.domain`, domain) };
  requireAbsent({ [`${name}.domain`]: domain }, 'a user of the form DOMAIN\\user');
  const own = text.slice(split + 1);
  if (own === '' || own.includes('\\')) {
    throw outOfRange(`${name}.user`, 'a name, or a domain, one backslash and a name');
  }
  return { user: own, domain: text.slice(0, split) };
}

function checkWorkstation(name: string, value: unknown = ''): string {
  return checkText(name, value, 0);
}

/** @returns a copy */
export function checkNtHash(name: string, value: unknown): Uint8Array {
  const bytes = checkBytes(name, value);
  if (bytes.length !== NT_HASH) {
    throw outOfRange(name, `exactly ${NT_HASH} bytes, not ${bytes.length}`);
  }
  return secretCopy(bytes);
}

/** A backslash would make the name of the context look like that of a user of another domain. */
function checkDomain(name: string, value: unknown = ''): string {
  const domain = checkText(name, value, 0);
  if (domain.includes('\\')) throw outOfRange(name, 'without a backslash');
  return domain;
}

/** @returns a path, or a copy */
export function checkKeytab(name: string, value: unknown): string | Uint8Array {
  if (typeof value !== 'string') return secretCopy(checkBytes(name, value));
  return checkTerminated(name, value);
}
