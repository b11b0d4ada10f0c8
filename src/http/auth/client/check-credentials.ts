import { outOfRange } from '../../../bytes/check.js';
import { checkIdentity, checkPackageName } from '../../../sspi/arguments.js';
import type { Credentials } from '../../../sspi/credentials.js';
import type { Sspi } from '../../../sspi/interface.js';
import { CredentialSource } from './credential-source.js';

/** The options that say who the client is. */
interface CredentialOptions {
  readonly identity: unknown;
  readonly credentials: unknown;
  readonly package: unknown;
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
  const { identity, credentials, package: packageName } = options;
  if (credentials === undefined) {
    const checked = checkPackageName(`${name}.package`, packageName ?? 'Negotiate');
    return new CredentialSource(sspi, {
      package: sspi.querySecurityPackageInfo(checked).name,
      identity: identity === undefined ? undefined : checkIdentity(`${name}.identity`, identity),
    });
  }
  for (const [key, value] of Object.entries({ identity, package: packageName })) {
    if (value !== undefined) throw outOfRange(`${name}.${key}`, 'absent with credentials');
  }
  // It rejects everything but open outbound credentials of this object.
  sspi.initializeSecurityContext(credentials as Credentials).close();
  return new CredentialSource(sspi, { credentials: credentials as Credentials });
}
