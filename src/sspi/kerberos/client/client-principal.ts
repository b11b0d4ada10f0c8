import { isWellFormed } from '../../../bytes/well-formed.js';
import { hasControlCharacters } from '../../control-characters.js';
import { SspiError } from '../../error.js';
import { invalidToken } from '../../failure.js';
import type { KerberosConfiguration } from '../configuration/configuration.js';
import {
  NT_ENTERPRISE,
  NT_PRINCIPAL,
  type Principal,
  type PrincipalName,
} from '../messages/principal-name.js';

/**
 * The principal of a user. `alice@EXAMPLE.COM` without a domain names its realm itself; with a domain it is an
 * enterprise name of that realm (RFC 6806 5).
 *
 * @throws SspiError SEC_E_NO_AUTHENTICATING_AUTHORITY without a realm; SEC_E_LOGON_DENIED for a name that no account
 * can have
 */
export function clientPrincipal(
  { user, domain }: { readonly user: string; readonly domain: string },
  configuration: KerberosConfiguration,
): Principal {
  const at = user.lastIndexOf('@');
  const realmOf = (text: string) => checkRealm(configuration.spellingOf(text));
  if (at !== -1 && domain !== '') {
    return checkName({
      realm: realmOf(domain),
      name: { nameType: NT_ENTERPRISE, nameString: [user] },
    });
  }
  const local = at === -1 ? user : user.slice(0, at);
  const name = { nameType: NT_PRINCIPAL, nameString: local.split('/') };
  const given = at === -1 ? domain : user.slice(at + 1);
  const realm = given === '' ? defaultRealm(configuration) : realmOf(given);
  return checkName({ realm, name });
}

/**
 * Checks the realm that a KDC refers to.
 *
 * @throws SspiError SEC_E_INVALID_TOKEN
 */
export function checkReferral(realm: string): string {
  if (isRealm(realm)) return realm;
  throw invalidToken('the KDC refers to a text that is not the name of a realm');
}

/** Whether a text can be the name of a realm, which gets into errors and the names of DNS. */
function isRealm(text: string): boolean {
  return /^[^/:@\s]{1,255}$/.test(text) && !hasControlCharacters(text);
}

function checkRealm(realm: string): string {
  if (isRealm(realm)) return realm;
  const problem = 'this is not the name of a realm, which has no space, slash, colon or at sign';
  throw new SspiError('SEC_E_NO_AUTHENTICATING_AUTHORITY', problem);
}

function defaultRealm({ defaultRealm: realm }: KerberosConfiguration): string {
  if (realm !== undefined) return realm;
  const problem = 'the identity has no domain, and krb5.conf has no default_realm: set one of them';
  throw new SspiError('SEC_E_NO_AUTHENTICATING_AUTHORITY', problem);
}

/** Whether an account can have a name. */
export function isAccountName({ nameString }: PrincipalName): boolean {
  const isNamed = nameString.length > 0 && !nameString.includes('');
  return isNamed && nameString.every((part) => isWellFormed(part) && !hasControlCharacters(part));
}

function checkName(principal: Principal): Principal {
  if (isAccountName(principal.name)) return principal;
  throw new SspiError(
    'SEC_E_LOGON_DENIED',
    'the user name has an empty part or a control character',
  );
}
