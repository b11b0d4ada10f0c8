import { delimiter } from 'node:path';
import { readVariable } from '../../../bytes/read-variable.js';
import { type KerberosConfiguration, ProfileConfiguration } from './configuration.js';
import { loadProfile } from './load-profile.js';
import { invalidProfile } from './profile.js';

const DEFAULT_PATH = '/etc/krb5.conf';

/**
 * Reads krb5.conf in the form of MIT Kerberos, with `include` and `includedir`: of `libdefaults` default_realm,
 * dns_lookup_kdc, permitted_enctypes, ticket_lifetime and default_ccache_name, of `realms` kdc, and `domain_realm`. The
 * rest has no effect. Therefore allow_weak_crypto and allow_rc4 allow nothing, rdns and dns_canonicalize_hostname change
 * no name, default_tkt_enctypes and default_tgs_enctypes limit nothing, and the clocks may always differ by 300 s. KDCs
 * are not found by URI records, in `module`s, or behind HTTPS.
 *
 * @param path must exist. Otherwise the files and folders in KRB5_CONFIG are read, of which one must exist, or
 * /etc/krb5.conf if it exists. On Windows there is no default.
 * @throws SspiError SEC_E_CANNOT_INSTALL with the file and the line
 */
export async function loadConfiguration(path: string | undefined): Promise<KerberosConfiguration> {
  if (path !== undefined) return load([path], path);
  const list = readVariable('KRB5_CONFIG');
  if (list) return load(list.split(delimiter), list);
  // On Windows, where the portable provider can run, every user can create C:\etc.
  return load(process.platform === 'win32' ? [] : [DEFAULT_PATH], undefined);
}

/** @param named what the caller or the environment says, of which one file must exist */
async function load(
  paths: readonly string[],
  named: string | undefined,
): Promise<KerberosConfiguration> {
  const { root, found } = await loadProfile(paths);
  if (found.length === 0 && named !== undefined) {
    throw invalidProfile(named, 'the file does not exist');
  }
  return new ProfileConfiguration(root, found);
}
