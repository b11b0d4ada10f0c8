import { outOfRange } from '../../../bytes/check.js';
import { checkPackageName } from '../../../sspi/arguments.js';
import type { Credentials } from '../../../sspi/credentials.js';
import { checkKerberos, checkNegotiate } from '../../../sspi/credentials-arguments.js';
import { checkIdentity } from '../../../sspi/identity-arguments.js';
import type { Sspi } from '../../../sspi/interface.js';
import { CredentialSource } from './credential-source.js';

/** The options that say who the client is. */
export interface CredentialOptions {
  readonly identity: unknown;
  readonly credentials: unknown;
  readonly package: unknown;
  readonly negotiate: unknown;
  readonly kerberos: unknown;
}

/**
 * @param name of the object that has the options
 * @throws TypeError, RangeError for a wrong option; SspiError SEC_E_SECPKG_NOT_FOUND
 */
export function checkCredentials(
  name: string,
  sspi: Sspi,
  options: CredentialOptions,
): CredentialSource {
  const { credentials, ...own } = options;
  if (credentials === undefined) {
    const { identity, negotiate, kerberos } = own;
    const checked = checkPackageName(`${name}.package`, own.package ?? 'Negotiate');
    const info = sspi.querySecurityPackageInfo(checked);
    return new CredentialSource(sspi, {
      credentials: undefined,
      package: info.name,
      negotiate: checkNegotiate(`${name}.negotiate`, negotiate, info),
      kerberos: kerberos === undefined ? undefined : checkKerberos(`${name}.kerberos`, kerberos),
      identity: identity === undefined ? undefined : checkIdentity(`${name}.identity`, identity),
    });
  }
  for (const [key, value] of Object.entries(own)) {
    if (value !== undefined) throw outOfRange(`${name}.${key}`, 'absent with credentials');
  }
  // It rejects everything but open outbound credentials of this object.
  sspi.initializeSecurityContext(credentials as Credentials).close();
  return new CredentialSource(sspi, { credentials: credentials as Credentials });
}
