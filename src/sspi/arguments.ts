import {
  checkBytes,
  checkOneOf,
  checkOptions,
  invalidArgType,
  outOfRange,
} from '../bytes/check.js';
import { copyOf } from '../bytes/copy.js';
import type { ContextFlag, WeakSecurity } from './context-options.js';
import type { AccountLookup, ServerNames } from './credentials.js';
import type { PackageInfo } from './packages.js';
import type {
  CheckedAccept,
  CheckedCredentials,
  CheckedIdentity,
  CheckedInitialize,
} from './provider.js';
import { secretCopy } from './secret.js';

/** The longest token and the longest channel bindings, in bytes. */
export const MAX_TOKEN = 65_535;
/** The longest name and the longest password, in UTF-16 units. */
const MAX_TEXT = 1024;
/** The longest NetBIOS name, in characters. */
const MAX_NETBIOS = 15;
const NT_HASH = 16;

const USES = ['outbound', 'inbound'] as const;
const POLICIES = ['require', 'accept', 'ignore'] as const;
const DEFAULT_FLAGS: readonly ContextFlag[] = ['integrity', 'confidentiality'];
const CONTEXT_FLAGS: readonly ContextFlag[] = [
  'integrity',
  'confidentiality',
  'replay-detect',
  'sequence-detect',
  'mutual-auth',
  'identify',
  'datagram',
];
const WEAK: readonly WeakSecurity[] = [
  '56-bit',
  '40-bit',
  'no-key-exchange',
  'no-extended-session-security',
];

// Every property is read before the first one is checked: a getter could change a buffer between its check and
// its use.

/** @returns a copy */
export function checkToken(value: unknown): Uint8Array {
  const token = checkBytes('token', value);
  if (token.length > MAX_TOKEN) throw outOfRange('token', `at most ${MAX_TOKEN} bytes`);
  return copyOf(token);
}

export function checkPackageName(name: string, value: unknown): string {
  return checkTerminated(name, value);
}

/** @throws SspiError SEC_E_SECPKG_NOT_FOUND before it copies a secret */
export function checkCredentials(
  value: unknown,
  find: (name: string) => PackageInfo,
): CheckedCredentials {
  const request = checkOptions('request', value, [
    'package',
    'use',
    'identity',
    'accounts',
    'names',
  ]);
  const { package: name, use, identity, accounts, names } = request;
  const base = { package: find(checkPackageName('request.package', name)) };
  if (checkOneOf('request.use', use, USES) === 'outbound') {
    requireAbsent({ 'request.accounts': accounts, 'request.names': names }, 'a client');
    const checked =
      identity === undefined ? undefined : checkIdentity('request.identity', identity);
    return { ...base, use: 'outbound', identity: checked };
  }
  requireAbsent({ 'request.identity': identity }, 'a server');
  if (accounts !== undefined && typeof accounts !== 'function') {
    throw invalidArgType('request.accounts', 'a function');
  }
  return {
    ...base,
    use: 'inbound',
    accounts: accounts as AccountLookup | undefined,
    names: names === undefined ? undefined : checkNames(names),
  };
}

export function checkInitialize(value: unknown): CheckedInitialize {
  const options = checkOptions('options', value, [
    'target',
    'flags',
    'channelBindings',
    'allowWeak',
  ]);
  const { target, flags = DEFAULT_FLAGS, channelBindings, allowWeak = [] } = options;
  return {
    target: target === undefined ? undefined : checkTerminated('options.target', target),
    flags: checkContextFlags('options.flags', flags),
    channelBindings: checkBindings(channelBindings),
    allowWeak: checkList('options.allowWeak', allowWeak, WEAK),
  };
}

export function checkAccept(value: unknown): CheckedAccept {
  const options = checkOptions('options', value, [
    'flags',
    'channelBindings',
    'channelBindingPolicy',
    'targets',
    'allowWeak',
  ]);
  const { flags = [], channelBindings, targets, allowWeak = [] } = options;
  const { channelBindingPolicy: policy } = options;
  if (policy !== undefined && channelBindings === undefined) {
    throw outOfRange('options.channelBindingPolicy', 'absent without channelBindings');
  }
  return {
    flags: checkContextFlags('options.flags', flags),
    channelBindings: checkBindings(channelBindings),
    channelBindingPolicy: checkPolicy(policy),
    targets: targets === undefined ? undefined : checkTargets(targets),
    allowWeak: checkList('options.allowWeak', allowWeak, WEAK),
  };
}

/** @returns a copy */
export function checkContextFlags(name: string, value: unknown): ContextFlag[] {
  return checkList(name, value, CONTEXT_FLAGS);
}

function checkPolicy(value: unknown = 'require'): (typeof POLICIES)[number] {
  return checkOneOf('options.channelBindingPolicy', value, POLICIES);
}

/** Errors contain no values: one might be a password in the wrong place. */
export function checkIdentity(name: string, value: unknown): CheckedIdentity {
  const identity = checkOptions(name, value, [
    'user',
    'domain',
    'password',
    'ntHash',
    'workstation',
  ]);
  const { user, domain, password, ntHash, workstation = '' } = identity;
  if ((password === undefined) === (ntHash === undefined)) {
    throw outOfRange(name, 'an object with either a password or an ntHash');
  }
  const names = {
    ...checkUser(name, user, domain),
    workstation: checkText(`${name}.workstation`, workstation, 0),
  };
  // Both properties are set, so that none is read from Object.prototype.
  return ntHash === undefined
    ? { ...names, password: checkText(`${name}.password`, password, 0), ntHash }
    : { ...names, ntHash: checkNtHash(`${name}.ntHash`, ntHash), password: undefined };
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

function checkNames(value: unknown): ServerNames {
  const names = checkOptions('request.names', value, [
    'computer',
    'domain',
    'dnsComputer',
    'dnsDomain',
  ]);
  const { computer, domain, dnsComputer, dnsDomain } = names;
  const optional = (key: string, text: unknown, least: number, most: number) =>
    text === undefined ? undefined : checkText(`request.names.${key}`, text, least, most);
  return {
    computer: optional('computer', computer, 1, MAX_NETBIOS),
    domain: optional('domain', domain, 1, MAX_NETBIOS),
    dnsComputer: optional('dnsComputer', dnsComputer, 0, MAX_TEXT),
    dnsDomain: optional('dnsDomain', dnsDomain, 0, MAX_TEXT),
  };
}

function checkTargets(value: unknown): string[] {
  if (!Array.isArray(value)) throw invalidArgType('options.targets', 'an array of strings');
  return Array.from(value, (item, index) => checkText(`options.targets[${index}]`, item, 1));
}

/** @returns a copy */
function checkBindings(value: unknown): Uint8Array | undefined {
  if (value === undefined) return undefined;
  const bytes = checkBytes('options.channelBindings', value);
  if (bytes.length < 1 || bytes.length > MAX_TOKEN) {
    throw outOfRange('options.channelBindings', `1 to ${MAX_TOKEN} bytes`);
  }
  return copyOf(bytes);
}

function checkList<const T extends string>(
  name: string,
  value: unknown,
  allowed: readonly T[],
): T[] {
  if (!Array.isArray(value)) throw invalidArgType(name, 'an array of strings');
  return Array.from(value, (item, index) => checkOneOf(`${name}[${index}]`, item, allowed));
}

/** Windows reads the text up to its first NUL. */
function checkTerminated(name: string, value: unknown): string {
  const text = checkText(name, value, 1);
  if (text.includes('\0')) throw outOfRange(name, 'without a NUL');
  return text;
}

export function checkText(
  name: string,
  value: unknown,
  least: number,
  most: number = MAX_TEXT,
): string {
  if (typeof value !== 'string') throw invalidArgType(name, 'a string');
  if (value.length < least || value.length > most) {
    throw outOfRange(name, `${least} to ${most} characters`);
  }
  return value;
}

function requireAbsent(values: Readonly<Record<string, unknown>>, owner: string): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) throw outOfRange(name, `absent for ${owner}`);
  }
}
