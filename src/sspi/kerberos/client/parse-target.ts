import { isWellFormed } from '../../../bytes/well-formed.js';
import { hasControlCharacters } from '../../control-characters.js';
import { SspiError } from '../../error.js';
import type { KerberosConfiguration } from '../configuration/configuration.js';
import { NT_SRV_INST, type PrincipalName } from '../messages/principal-name.js';

/** The service that a client means. */
export interface Target {
  readonly name: PrincipalName;
  /** Undefined if neither the caller nor krb5.conf says it: the KDC of the client refers to it. */
  readonly realm: string | undefined;
}

/**
 * Parses a target such as `HTTP/www.example.com` or `HTTP/www.example.com@EXAMPLE.COM`. The name of the host goes to
 * the KDC unchanged: DNS is not asked, because whoever forges its answers would choose the server.
 *
 * @throws SspiError SEC_E_TARGET_UNKNOWN if it is absent or has another form
 */
export function parseTarget(
  target: string | undefined,
  configuration: KerberosConfiguration,
): Target {
  if (target === undefined) {
    throw unknownTarget('Kerberos needs the option target, such as HTTP/www.example.com');
  }
  const [, principal = '', realm] = /^([^@]*\/[^@]*)(?:@([^@/]+))?$/.exec(target) ?? [];
  const nameString = principal.split('/');
  const [service, host = ''] = nameString;
  const isText = isWellFormed(target) && !hasControlCharacters(target);
  if (nameString.includes('') || nameString.length < 2 || !isText) {
    const advice = /^[^/]+@[^/]+$/.test(target) ? ', and not service@host' : '';
    throw unknownTarget(
      `the target must have the form service/host or service/host@REALM${advice}`,
    );
  }
  if (service === 'krbtgt') throw unknownTarget('the target krbtgt is the KDC itself');
  const known =
    realm === undefined
      ? configuration.realmOfHost(host.replace(/:\d+$/, ''))
      : configuration.spellingOf(realm);
  return { name: { nameType: NT_SRV_INST, nameString }, realm: known };
}

function unknownTarget(problem: string): SspiError {
  return new SspiError('SEC_E_TARGET_UNKNOWN', problem);
}
