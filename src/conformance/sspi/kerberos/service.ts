import { SspiError } from '../../../sspi/error.js';
import { AES256_SHA1 } from '../../../sspi/kerberos/crypto/aes-sha1.js';
import { ProtocolKey } from '../../../sspi/kerberos/crypto/protocol-key.js';
import { loadKeytab } from '../../../sspi/kerberos/load-keytab.js';
import { NT_SRV_HST, type Principal } from '../../../sspi/kerberos/messages/principal-name.js';
import type { ServiceKey } from '../../../sspi/kerberos/service-keys.js';
import type { ConformanceService } from '../../sides/choice.js';
import { encodeKeytab } from './encode-keytab.js';

/** A service of Kerberos whose key is known: everybody who has it can be the service, and issue tickets for it. */
export interface KerberosService {
  readonly target: string;
  readonly realm: string;
  /** The one with which tickets are issued: of aes256-cts-hmac-sha1-96, which Windows has, too. */
  readonly key: ServiceKey;
  /** With all keys of the service. */
  readonly keytab: Uint8Array;
}

/** The same on every machine, so that no report contains a host name. */
const TARGET = 'HTTP/service.conformance.invalid';
const REALM = 'CONFORMANCE.INVALID';

/** A service of no domain, with a random key. */
export function newService(): KerberosService {
  const name = { nameType: NT_SRV_HST, nameString: TARGET.split('/') };
  const principals = [{ realm: REALM, name }];
  const key: ServiceKey = { principals, kvno: 1, key: ProtocolKey.generate(AES256_SHA1) };
  return { target: TARGET, realm: REALM, key, keytab: encodeKeytab(key) };
}

/**
 * The service that a keytab has.
 *
 * @throws SspiError SEC_E_NO_CREDENTIALS if the file cannot be read, or has no key of aes256-cts-hmac-sha1-96 for the
 * target; SEC_E_UNKNOWN_CREDENTIALS for a malformed keytab
 */
export async function readService({
  keytab,
  target,
}: ConformanceService): Promise<KerberosService> {
  const keys = await loadKeytab(keytab);
  const isTarget = ({ name }: Principal) =>
    name.nameString.join('/').toLowerCase() === target.toLowerCase();
  const usable = keys
    .filter(({ key, principals }) => key.etype === AES256_SHA1 && principals.some(isTarget))
    .sort((one, other) => other.kvno - one.kvno);
  const [key] = usable;
  const realm = key?.principals.find(isTarget)?.realm;
  if (key !== undefined && realm !== undefined) {
    return { target, realm, key, keytab: encodeKeytab(...keys) };
  }
  const problem = `the keytab ${keytab} has no key of ${AES256_SHA1.name} for ${target}`;
  throw new SspiError('SEC_E_NO_CREDENTIALS', problem);
}
