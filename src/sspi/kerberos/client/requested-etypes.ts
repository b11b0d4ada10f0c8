import { SspiError } from '../../error.js';
import type { KerberosConfiguration } from '../configuration/configuration.js';
import { findEtype, type WeakEtypeName } from '../crypto/etypes.js';

/** The order of MIT Kerberos, most preferred first. */
const PREFERRED: readonly number[] = [18, 17, 20, 19, 23];

/**
 * The numbers of the encryption types that a client requests: those of permitted_enctypes, and a weak one only if the
 * caller allows it as well.
 *
 * @throws SspiError SEC_E_KDC_UNKNOWN_ETYPE if there is none
 */
export function requestedEtypes(
  { permittedEtypes = PREFERRED }: KerberosConfiguration,
  allowWeak: readonly WeakEtypeName[],
): number[] {
  const numbers = permittedEtypes.filter((number) => findEtype(number, allowWeak) !== undefined);
  if (numbers.length > 0) return numbers;
  const problem = 'permitted_enctypes of krb5.conf has no encryption type that is supported here';
  throw new SspiError('SEC_E_KDC_UNKNOWN_ETYPE', problem);
}
