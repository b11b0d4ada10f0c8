import { constants, statSync } from 'node:fs';
import { type FileHandle, lstat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { copyOf } from '../../../bytes/copy.js';
import { SspiError } from '../../error.js';
import { secretCopy } from '../../secret.js';
import { withFile } from '../file-error.js';
import type { Principal } from '../messages/principal-name.js';
import { isForeign, isMissing, openFile, readStart } from '../open-file.js';
import { isSamePrincipal } from '../principal-text.js';
import { systemError } from '../system-error.js';
import {
  type CachedTicket,
  type CacheEntry,
  type CacheFile,
  decodeCache,
  encodeEntry,
  MAX_ENTRIES,
} from './cache-file.js';
import { findCacheFile } from './cache-name.js';

/** The largest file that is read, in bytes. */
const MAX_SIZE = 16 * 1024 * 1024;

/** The part of the limits up to which tickets are added. The rest is for other programs, and for what they add at once. */
const ADDED_SHARE = 3 / 4;

/** How many tickets for one service are added. The second one can replace one that the service rejects. */
const MAX_ALIKE = 2;

/**
 * How often a malformed file is read, and the time between, in milliseconds. Node has no locks of files, and a reader
 * can see the first part of what another process is writing.
 */
const READS = 5;
const PAUSE = 20;

/** The realm of entries that are no tickets but settings of MIT Kerberos. */
const SETTINGS_REALM = 'X-CACHECONF:';

/** Permission to write for the group and for others. */
const WRITABLE = 0o022;

/** The tickets of one client. */
export interface CredentialCache {
  readonly principal: Principal;
  /** In the order of the file, the last added last. There may be several for one server. */
  readonly tickets: readonly CachedTicket[];
}

/**
 * Reads the tickets of the client that a credential cache belongs to. Settings, removed entries, and tickets of other
 * clients or for user-to-user authentication are left out.
 *
 * MIT Kerberos reads every file that it may. Here the file must belong to this user or to root, and nobody else may
 * write it, and a symbolic link to it must belong to one of both: the default file is in /tmp, where another user could leave tickets of his own first, and this user's work
 * would go into the account of that one. Others may read the file, because containers get such files.
 *
 * @param name as in KRB5CCNAME: `FILE:path`, a path, `DIR:folder` or `DIR::path`
 * @returns tickets and keys in memory of their own. The caller overwrites the keys.
 * @throws SspiError SEC_E_NO_CREDENTIALS if there is no such file or it cannot be read; SEC_E_UNKNOWN_CREDENTIALS if it
 * is malformed, with `path` and `offset`, larger than 16 MiB or not only in the hands of this user
 */
export async function readCredentialCache(name: string): Promise<CredentialCache> {
  return withCache(name, constants.O_RDONLY, async ({ principal, entries }) => ({
    principal,
    tickets: entries.filter((entry) => isUsable(entry, principal)).map(copyTicket),
  }));
}

/**
 * Adds a ticket to a credential cache with one write, so that several processes can add tickets at once. Node has no
 * locks of files: a program of MIT Kerberos that reads at the same moment can see a part of the ticket, and fail.
 *
 * Nothing is added if the cache has two such tickets that are valid as long, and nothing above three quarters of the
 * limits of {@link readCredentialCache}.
 *
 * @throws SspiError as {@link readCredentialCache}; SEC_E_NO_CREDENTIALS also if the cache cannot be written, or now
 * belongs to another client
 */
export async function appendTicket(name: string, ticket: CachedTicket): Promise<void> {
  const flags = constants.O_RDWR | constants.O_APPEND;
  await withCache(name, flags, async ({ version, principal, entries }, handle, size) => {
    if (!isSamePrincipal(principal, ticket.client)) {
      throw new SspiError('SEC_E_NO_CREDENTIALS', 'the credential cache belongs to another client');
    }
    if (entries.filter((entry) => isAlike(entry, ticket)).length >= MAX_ALIKE) return;
    const entry = encodeEntry(ticket, version);
    try {
      const isFull = entries.length >= ADDED_SHARE * MAX_ENTRIES;
      if (isFull || size + entry.length > ADDED_SHARE * MAX_SIZE) {
        throw unusable('is too full for another ticket');
      }
      await append(handle, entry, size);
    } finally {
      entry.fill(0);
    }
  });
}

/**
 * A text that changes when the file of a credential cache does.
 *
 * @throws SspiError SEC_E_NO_CREDENTIALS if there is no such file or it cannot be read
 */
export async function cacheState(name: string): Promise<string> {
  const path = await findCacheFile(name);
  try {
    // The asynchronous call takes longer than the rest of a logon.
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
    return [path, dev, ino, size, mtimeNs].join(' ');
  } catch (cause) {
    throw noCache(path, cause);
  }
}

/** Opens the file of a cache and decodes it for the work. Its bytes are overwritten then. */
async function withCache<T>(
  name: string,
  flags: number,
  work: (cache: CacheFile, handle: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  const path = await findCacheFile(name);
  let handle: FileHandle | undefined;
  let bytes: Uint8Array | undefined;
  try {
    if (isForeign(await lstat(path))) throw unusable('belongs to another user');
    handle = await openFile(path, flags);
    const read = await readWhole(handle);
    bytes = read.bytes;
    return await work(read.cache, handle, bytes.length);
  } catch (cause) {
    if (cause instanceof SspiError) throw withFile(path, cause);
    throw noCache(path, cause);
  } finally {
    bytes?.fill(0);
    await handle?.close();
  }
}

/** @returns also the bytes of the file, which the caller overwrites */
async function readWhole(handle: FileHandle): Promise<{ cache: CacheFile; bytes: Uint8Array }> {
  for (let left = READS - 1; ; left--) {
    const bytes = await readStart(handle, await checkFile(handle));
    try {
      return { cache: decodeCache(bytes), bytes };
    } catch (error) {
      bytes.fill(0);
      if (left === 0) throw error;
    }
    await setTimeout(PAUSE);
  }
}

/** @returns the size of the file */
async function checkFile(handle: FileHandle): Promise<number> {
  const file = await handle.stat();
  if (!file.isFile()) throw unusable('is not a regular file');
  if (isForeign(file)) throw unusable('belongs to another user');
  // Windows has no mode bits that mean anything.
  if (process.platform !== 'win32' && (file.mode & WRITABLE) !== 0) {
    throw unusable('can be written by other users');
  }
  if (file.size > MAX_SIZE) throw tooLarge();
  return file.size;
}

async function append(handle: FileHandle, entry: Uint8Array, size: number): Promise<void> {
  const { bytesWritten } = await handle.write(entry);
  if (bytesWritten === entry.length) return;
  // A part of an entry makes the cache unreadable for everybody. It goes, unless it is not the only thing added.
  if ((await handle.stat()).size === size + bytesWritten) await handle.truncate(size);
  throw new SspiError('SEC_E_NO_CREDENTIALS', 'the disk of the credential cache is full');
}

function isUsable(
  { client, server, endtime, isSessionKey }: CacheEntry,
  principal: Principal,
): boolean {
  // MIT Kerberos removes an entry by an end time of zero.
  if (endtime === 0 || isSessionKey || server.realm === SETTINGS_REALM) return false;
  return isSamePrincipal(client, principal);
}

/** Whether an entry is for the same service, and valid at least as long. */
function isAlike(entry: CacheEntry, { client, server, key, endtime }: CachedTicket): boolean {
  return (
    isUsable(entry, client) &&
    isSamePrincipal(entry.server, server) &&
    entry.key.keytype === key.keytype &&
    entry.endtime >= endtime
  );
}

function copyTicket({ isSessionKey, key, ticket, starttime, ...entry }: CacheEntry): CachedTicket {
  const keyvalue = secretCopy(key.keyvalue);
  // A ticket without a start is valid from the authentication on (RFC 4120 5.3).
  const start = starttime === 0 ? entry.authtime : starttime;
  return { ...entry, key: { ...key, keyvalue }, starttime: start, ticket: copyOf(ticket) };
}

function noCache(path: string, cause: unknown): SspiError {
  const problem = isMissing(cause)
    ? 'does not exist: log on with kinit, or give another identity'
    : 'cannot be used';
  return systemError('SEC_E_NO_CREDENTIALS', `the credential cache ${path} ${problem}`, cause);
}

function unusable(problem: string): SspiError {
  return new SspiError('SEC_E_UNKNOWN_CREDENTIALS', `the credential cache ${problem}`);
}

function tooLarge(): SspiError {
  return unusable(`is larger than ${MAX_SIZE} bytes`);
}
