import { type FileHandle, lstat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { readVariable } from '../../../bytes/read-variable.js';
import { SspiError } from '../../error.js';
import type { KerberosConfiguration } from '../configuration/configuration.js';
import { isForeign, isMissing, openFile, readStart } from '../open-file.js';
import { systemError } from '../system-error.js';

/** The longest line in the file `primary` that MIT Kerberos reads, in bytes, with its end. */
const MAX_PRIMARY = 63;

/**
 * The name of the credential cache of this user: that in KRB5CCNAME, that in krb5.conf, or the file /tmp/krb5cc_UID of
 * MIT Kerberos.
 *
 * @throws SspiError SEC_E_NO_CREDENTIALS if krb5.conf has an unknown parameter, or the system no such user
 */
export function defaultCacheName({ defaultCacheName }: KerberosConfiguration): string {
  const name = readVariable('KRB5CCNAME');
  if (name !== undefined && name !== '') return name;
  return (defaultCacheName ?? 'FILE:/tmp/krb5cc_%{uid}').replaceAll(/%\{([^{}]*)\}/g, expand);
}

/** The value of a parameter ("Parameter expansion" of krb5.conf(5)). */
function expand(text: string, parameter: string): string {
  if (parameter === 'TEMP') return readVariable('TMPDIR') ?? '/tmp';
  if (parameter === 'null') return '';
  if (parameter === 'username') return userName();
  if (parameter === 'uid' || parameter === 'USERID') return userNumber(process.getuid?.());
  if (parameter === 'euid') return userNumber(process.geteuid?.());
  throw new SspiError('SEC_E_NO_CREDENTIALS', `default_ccache_name has ${text}, which is unknown`);
}

function userNumber(id: number | undefined): string {
  if (id !== undefined) return String(id);
  throw noDefault();
}

function userName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw noDefault(cause);
  }
}

function noDefault(cause?: unknown): SspiError {
  const problem = 'there is no default credential cache: name one in KRB5CCNAME';
  return new SspiError('SEC_E_NO_CREDENTIALS', problem, { cause });
}

/**
 * The file of a credential cache.
 *
 * @param name `FILE:path`, a path, `DIR:folder` for the primary cache in it, or `DIR::path` for another one
 * @throws SspiError SEC_E_NO_CREDENTIALS for a type that is no file; SEC_E_UNKNOWN_CREDENTIALS if the file `primary`
 * names no cache of its folder
 */
export async function findCacheFile(name: string): Promise<string> {
  // One letter is a drive.
  const [, type = 'FILE', rest = name] = /^([A-Za-z]{2,}):(.*)$/s.exec(name) ?? [];
  if (type === 'FILE' || type === 'WRFILE') return rest;
  if (type === 'DIR') return rest.startsWith(':') ? rest.slice(1) : findPrimary(rest);
  const advice = 'get a ticket into a file, as with kinit -c FILE:path';
  throw new SspiError(
    'SEC_E_NO_CREDENTIALS',
    `credential caches of type ${type} are not read: ${advice}`,
  );
}

async function findPrimary(folder: string): Promise<string> {
  if (folder === '') throw new SspiError('SEC_E_NO_CREDENTIALS', 'DIR: needs the path of a folder');
  const primary = join(folder, 'primary');
  for (const path of [folder, primary]) {
    if (await belongsToAnother(path)) {
      throw new SspiError('SEC_E_UNKNOWN_CREDENTIALS', `${path} belongs to another user`);
    }
  }
  const line = await readPrimary(primary);
  // A cache of the folder has this prefix. A separator would lead outside.
  const [, file] = /^(tkt[^/\\\0\n]*)\n/.exec(line) ?? [];
  if (file !== undefined) return join(folder, file);
  const problem = `the file primary in ${folder} names no credential cache of this folder`;
  throw new SspiError('SEC_E_UNKNOWN_CREDENTIALS', problem);
}

/** Whether a file, folder or symbolic link that exists belongs to another user. */
async function belongsToAnother(path: string): Promise<boolean> {
  try {
    return isForeign(await lstat(path));
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw systemError('SEC_E_NO_CREDENTIALS', `${path} cannot be read`, cause);
  }
}

async function readPrimary(path: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await openFile(path);
    return Buffer.from(await readStart(handle, MAX_PRIMARY)).toString();
  } catch (cause) {
    if (isMissing(cause)) return 'tkt\n';
    throw systemError('SEC_E_NO_CREDENTIALS', `${path} cannot be read`, cause);
  } finally {
    await handle?.close();
  }
}
