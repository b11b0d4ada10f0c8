import type { IncomingMessage } from 'node:http';
import {
  checkList,
  checkOneOf,
  checkOptions,
  invalidArgType,
  outOfRange,
} from '../../../bytes/check.js';
import type { AccountLookup, Credentials, ServerNames } from '../../../sspi/credentials.js';
import { checkKeytab } from '../../../sspi/identity-arguments.js';
import type { Sspi } from '../../../sspi/interface.js';
import { openSspi } from '../../../sspi/open.js';
import { checkBoolean, checkFunction, checkSynchronous } from '../../server/check-options.js';
import { forbidPromise } from '../../server/promises.js';
import { SCHEMES, type Scheme } from '../scheme.js';
import { type TrustedProxies, trustProxies } from './forwarded.js';
import type { NegotiateLimits, NegotiateOptions } from './options.js';
import { newEventWarner } from './warn-of-events.js';

/** Checked {@link NegotiateOptions}. */
export interface Settings {
  readonly sspi: Sspi;
  readonly credentials: Credentials | undefined;
  readonly accounts: AccountLookup | undefined;
  readonly names: ServerNames | undefined;
  /** A path, or a copy. */
  readonly keytab: string | Uint8Array | undefined;
  readonly schemesFor: (request: IncomingMessage) => readonly Scheme[];
  readonly channelBindingPolicy: 'require' | 'accept' | 'ignore';
  readonly channelBindings: NegotiateOptions['channelBindings'];
  readonly targets: readonly string[] | undefined;
  /** The names of the packages whose identities persist. */
  readonly persist: readonly string[];
  readonly isTrustedProxy: TrustedProxies;
  readonly skip: NegotiateOptions['skip'];
  readonly onAuthenticated: NegotiateOptions['onAuthenticated'];
  readonly onEvent: NonNullable<NegotiateOptions['onEvent']>;
  readonly persistentAuthField: boolean;
  readonly limits: Required<{ [Name in keyof NegotiateLimits]: number }>;
}

const OPTIONS = [
  'sspi',
  'credentials',
  'accounts',
  'names',
  'keytab',
  'schemes',
  'channelBindingPolicy',
  'channelBindings',
  'targets',
  'persist',
  'trustedProxies',
  'skip',
  'onAuthenticated',
  'onEvent',
  'persistentAuthField',
  'limits',
] as const;

const POLICIES = ['require', 'accept', 'ignore'] as const;

/** @throws TypeError, RangeError for a wrong option */
export function checkNegotiateOptions(value: unknown): Settings {
  const options = checkOptions('options', value, OPTIONS);
  const keytab =
    options.keytab === undefined ? undefined : checkKeytab('options.keytab', options.keytab);
  try {
    return checkOthers(options, keytab);
  } catch (error) {
    if (keytab instanceof Uint8Array) keytab.fill(0);
    throw error;
  }
}

type Given = Record<(typeof OPTIONS)[number], unknown>;

function checkOthers(options: Given, keytab: Settings['keytab']): Settings {
  const { channelBindingPolicy = 'require', persistentAuthField = false, targets } = options;
  const source = checkSource(options, keytab);
  requireSystemPolicy(source, targets);
  const { schemes = schemesOf(source), trustedProxies = [] } = options;
  return {
    ...source,
    schemesFor: checkSchemes(schemes),
    channelBindingPolicy: checkOneOf(
      'options.channelBindingPolicy',
      channelBindingPolicy,
      POLICIES,
    ),
    channelBindings: checkSynchronous('channelBindings', options.channelBindings),
    targets: targets === undefined ? undefined : checkTargets(targets),
    persist: checkPersist(options.persist),
    isTrustedProxy: trustProxies(checkStrings('options.trustedProxies', trustedProxies)),
    skip: checkSynchronous('skip', options.skip),
    onAuthenticated: checkFunction('onAuthenticated', options.onAuthenticated),
    onEvent: checkFunction('onEvent', options.onEvent) ?? newEventWarner(),
    persistentAuthField: checkBoolean('options.persistentAuthField', persistentAuthField),
    limits: checkLimits(options.limits),
  };
}

type Source = Pick<Settings, 'sspi' | 'credentials' | 'accounts' | 'names' | 'keytab'>;

/** Whose accounts they are. */
function checkSource(options: Given, keytab: Settings['keytab']): Source {
  const { sspi, credentials, names } = options;
  const accounts: AccountLookup | undefined = checkFunction('accounts', options.accounts);
  if (sspi !== undefined && !isSspi(sspi)) {
    throw invalidArgType('options.sspi', 'an object of openSspi()');
  }
  if (credentials !== undefined) {
    if (sspi === undefined) throw outOfRange('options.sspi', 'present with credentials');
    if (accounts !== undefined || names !== undefined || keytab !== undefined) {
      throw outOfRange('options.credentials', 'absent with accounts, names or a keytab');
    }
    const none = { accounts: undefined, names: undefined, keytab: undefined };
    return { sspi, credentials: checkInbound(credentials), ...none };
  }
  const isPortable = accounts !== undefined || keytab !== undefined;
  const opened = sspi ?? openSspi(isPortable ? { provider: 'portable' } : {});
  if (!isPortable && opened.provider.name === 'portable') {
    throw outOfRange(
      'options',
      'an object with accounts, a keytab or credentials: this system has no accounts',
    );
  }
  // AcquireCredentialsHandle checks the names, at the first request.
  return {
    sspi: opened,
    credentials: undefined,
    accounts,
    names: names as ServerNames | undefined,
    keytab,
  };
}

/** Windows' SSPI has its own accounts and names, and its policy decides about targets. */
function requireSystemPolicy({ sspi, accounts, names, keytab }: Source, targets: unknown): void {
  if (sspi.provider.name !== 'windows') return;
  for (const [name, value] of Object.entries({ accounts, names, keytab, targets })) {
    if (value !== undefined)
      throw outOfRange(`options.${name}`, 'absent with the Windows provider');
  }
}

function isSspi(value: unknown): value is Sspi {
  return typeof (value as Sspi | null)?.acceptSecurityContext === 'function';
}

function checkInbound(value: unknown): Credentials {
  if ((value as Credentials | null)?.use === 'inbound') return value as Credentials;
  throw invalidArgType('options.credentials', 'inbound credentials of options.sspi');
}

function schemesOf({ credentials, accounts, keytab }: Source): readonly Scheme[] {
  // Kerberos alone, which the scheme NTLM does not have.
  if (keytab !== undefined && accounts === undefined) return ['Negotiate'];
  if (credentials?.negotiate?.includes('NTLM') === false) return ['Negotiate'];
  const name = credentials?.package.name.toLowerCase();
  if (name === 'ntlm') return ['NTLM'];
  return name === 'kerberos' ? ['Negotiate'] : SCHEMES;
}

function checkSchemes(value: unknown): Settings['schemesFor'] {
  if (typeof value === 'function') {
    const choose = forbidPromise('schemes', value as (request: IncomingMessage) => unknown);
    return (request) => checkSchemeList(choose(request), 0);
  }
  const schemes = checkSchemeList(value, 1);
  return () => schemes;
}

function checkSchemeList(value: unknown, least: number): Scheme[] {
  const schemes = checkList('options.schemes', value, SCHEMES);
  if (schemes.length < least || new Set(schemes).size < schemes.length) {
    throw outOfRange('options.schemes', "one or both of 'Negotiate' and 'NTLM'");
  }
  return schemes;
}

/** No client names a host alone. */
function checkTargets(value: unknown): string[] {
  const targets = checkStrings('options.targets', value);
  for (const [index, target] of targets.entries()) {
    if (!target.includes('/')) {
      throw outOfRange(`options.targets[${index}]`, 'a service and a host, such as HTTP/localhost');
    }
  }
  return targets;
}

function checkPersist(value: unknown = {}): string[] {
  const name = 'options.persist';
  const { NTLM = true, Kerberos = false } = checkOptions(name, value, ['NTLM', 'Kerberos']);
  const persist: string[] = [];
  if (checkBoolean(`${name}.NTLM`, NTLM)) persist.push('NTLM');
  if (checkBoolean(`${name}.Kerberos`, Kerberos)) persist.push('Kerberos');
  return persist;
}

/** The defaults and the highest values. A timer of Node has at most 2^31 - 1 milliseconds. */
const LIMITS = {
  tokenBytes: [65_535, 65_535],
  handshakes: [1000, 1_000_000],
  handshakesPerAddress: [100, 1_000_000],
  handshakeTimeout: [10_000, 2_147_483_647],
  legs: [6, 100],
  bodyBytes: [65_536, Number.MAX_SAFE_INTEGER],
} as const;

function checkLimits(value: unknown = {}): Settings['limits'] {
  const names = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  const limits = checkOptions('options.limits', value, names);
  const checked = names.map((name) => {
    const [standard, most] = LIMITS[name];
    const limit = limits[name] === undefined ? standard : limits[name];
    const least = name === 'bodyBytes' ? 0 : 1;
    return [name, checkInteger(`options.limits.${name}`, limit, least, most)];
  });
  return Object.fromEntries(checked) as Settings['limits'];
}

function checkInteger(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number') throw invalidArgType(name, 'a number');
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw outOfRange(name, `an integer from ${least} to ${most}`);
}

function checkStrings(name: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw invalidArgType(name, 'an array of strings');
  return Array.from(value, (item, index) => {
    if (typeof item !== 'string') throw invalidArgType(`${name}[${index}]`, 'a string');
    return item;
  });
}
