import { checkList, checkOneOf, checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import {
  checkPackageName,
  checkTerminated,
  checkText,
  MAX_TEXT,
  requireAbsent,
} from './arguments.js';
import type { AccountLookup, NegotiateMechanism, ServerNames } from './credentials.js';
import { checkIdentity, checkKeytab } from './identity-arguments.js';
import type { PackageInfo } from './packages.js';
import type { CheckedCredentials, CheckedKerberos } from './provider.js';

/** For one exchange with the KDCs of a realm, in milliseconds. */
export const DEFAULT_TIMEOUT = 10_000;
const MAX_TIMEOUT = 3_600_000;
/** The longest NetBIOS name, in characters. */
const MAX_NETBIOS = 15;

const USES = ['outbound', 'inbound'] as const;

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
    'keytab',
    'kerberos',
    'negotiate',
  ]);
  const { package: name, use, identity, accounts, names, keytab, kerberos, negotiate } = request;
  const info = find(checkPackageName('request.package', name));
  const base = { package: info, negotiate: checkNegotiate('request.negotiate', negotiate, info) };
  if (checkOneOf('request.use', use, USES) === 'outbound') {
    const ofServers = {
      'request.accounts': accounts,
      'request.names': names,
      'request.keytab': keytab,
    };
    requireAbsent(ofServers, 'a client');
    const options =
      kerberos === undefined ? undefined : checkKerberos('request.kerberos', kerberos);
    const checked =
      identity === undefined ? undefined : checkIdentity('request.identity', identity);
    return { ...base, use: 'outbound', identity: checked, kerberos: options };
  }
  requireAbsent({ 'request.identity': identity, 'request.kerberos': kerberos }, 'a server');
  if (accounts !== undefined && typeof accounts !== 'function') {
    throw invalidArgType('request.accounts', 'a function');
  }
  return {
    ...base,
    use: 'inbound',
    accounts: accounts as AccountLookup | undefined,
    names: names === undefined ? undefined : checkNames(names),
    keytab: keytab === undefined ? undefined : checkKeytab('request.keytab', keytab),
  };
}

/** @param info the package that it belongs to */
export function checkNegotiate(
  name: string,
  value: unknown,
  info: PackageInfo,
): NegotiateMechanism[] | undefined {
  if (value === undefined) return undefined;
  if (info.name.toLowerCase() !== 'negotiate') {
    throw outOfRange(name, `absent for the package ${info.name}`);
  }
  const names = checkList(name, value, ['Kerberos', 'NTLM']);
  if (names.length === 0 || new Set(names).size < names.length) {
    throw outOfRange(name, "one or both of 'Kerberos' and 'NTLM'");
  }
  return names;
}

export function checkKerberos(name: string, value: unknown): CheckedKerberos {
  const options = checkOptions(name, value, ['configFile', 'timeout', 'allowWeak']);
  const { configFile, timeout = DEFAULT_TIMEOUT, allowWeak = [] } = options;
  return {
    configFile:
      configFile === undefined ? undefined : checkTerminated(`${name}.configFile`, configFile),
    timeout: checkTimeout(`${name}.timeout`, timeout),
    allowWeak: checkList(`${name}.allowWeak`, allowWeak, ['rc4-hmac']),
  };
}

function checkTimeout(name: string, value: unknown): number {
  if (typeof value !== 'number') throw invalidArgType(name, 'a number');
  if (value >= 1 && value <= MAX_TIMEOUT) return value;
  throw outOfRange(name, `1 to ${MAX_TIMEOUT} milliseconds`);
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
