import { readVariable } from '../../bytes/read-variable.js';
import { SspiError } from '../error.js';
import { withFile } from './file-error.js';
import { serviceKeysOf } from './keytab.js';
import { readWholeFile } from './open-file.js';
import type { ServiceKey } from './service-keys.js';
import { systemError } from './system-error.js';

/** The largest keytab that is read, in bytes. */
const MAX_SIZE = 16 * 1024 * 1024;

/** Where MIT Kerberos on Linux has the keytab of the host. */
const DEFAULT_PATH = '/etc/krb5.keytab';

/**
 * Reads the keys of a service.
 *
 * @param keytab its path, or its bytes, which are overwritten; otherwise the file that KRB5_KTNAME names, or
 * /etc/krb5.keytab, except on Windows
 * @throws SspiError SEC_E_NO_CREDENTIALS if there is no file or no key; SEC_E_UNKNOWN_CREDENTIALS if it is malformed. The
 * message names the file
 */
export async function loadKeytab(keytab: string | Uint8Array | undefined): Promise<ServiceKey[]> {
  const path = keytab ?? defaultPath();
  const bytes = path instanceof Uint8Array ? path : await read(path);
  try {
    // A context decides whether it allows a weak one.
    return serviceKeysOf(bytes, ['rc4-hmac']);
  } catch (error) {
    throw typeof path === 'string' ? withFile(path, error) : error;
  } finally {
    bytes.fill(0);
  }
}

/** The path in KRB5_KTNAME, with or without the type FILE or WRFILE. */
function defaultPath(): string {
  // On Windows, where the portable provider can run, every user can create C:\etc, and with a keytab forge tickets.
  const name = readVariable('KRB5_KTNAME') ?? (process.platform === 'win32' ? '' : DEFAULT_PATH);
  if (name === '') {
    throw new SspiError('SEC_E_NO_CREDENTIALS', 'there is no default keytab: name one');
  }
  // One letter is a drive.
  const [, type = 'FILE', path = name] = /^([A-Za-z]{2,}):(.*)$/s.exec(name) ?? [];
  if (type === 'FILE' || type === 'WRFILE') return path;
  throw new SspiError('SEC_E_NO_CREDENTIALS', 'KRB5_KTNAME names no file: its type must be FILE');
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readWholeFile(path, MAX_SIZE);
  } catch (cause) {
    const problem = `the keytab ${path} cannot be read: ${(cause as Error).message}`;
    throw systemError('SEC_E_NO_CREDENTIALS', problem, cause);
  }
}
