import { SspiError } from '../../error.js';
import { loadKeytab } from '../load-keytab.js';
import type { Principal } from '../messages/principal-name.js';
import { formatPrincipal, isSamePrincipal } from '../principal-text.js';
import type { ServiceKey } from '../service-keys.js';
import { KeySecret } from './client-secret.js';

/**
 * Reads the keys of a client: those with the greatest version of each encryption type.
 *
 * @param keytab its path, or its bytes, which are overwritten
 * @throws SspiError SEC_E_NO_CREDENTIALS if there is no file or no key of the client; SEC_E_UNKNOWN_CREDENTIALS if it
 * is malformed
 */
export async function loadClientKeys(
  keytab: string | Uint8Array,
  client: Principal,
): Promise<KeySecret> {
  const newest = new Map<number, ServiceKey>();
  for (const entry of await loadKeytab(keytab)) {
    const { number } = entry.key.etype;
    const known = newest.get(number);
    if (!isOf(entry, client) || (known !== undefined && known.kvno >= entry.kvno)) {
      entry.key.close();
      continue;
    }
    known?.key.close();
    newest.set(number, entry);
  }
  if (newest.size > 0) return new KeySecret(Array.from(newest.values(), ({ key }) => key));
  const file = typeof keytab === 'string' ? keytab : 'the keytab';
  const name = formatPrincipal(client.name, client.realm);
  const problem = `${file}: no key of this user, ${name}: klist -ek shows the names`;
  throw new SspiError('SEC_E_NO_CREDENTIALS', problem);
}

function isOf({ principals }: ServiceKey, client: Principal): boolean {
  return principals.some((principal) => isSamePrincipal(principal, client));
}
