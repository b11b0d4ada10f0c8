import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { secretBytes } from '../secret.js';

/**
 * Opens a file. A named pipe without a writer does not block the call.
 *
 * @param flags of open(2)
 */
export function openFile(path: string, flags: number = constants.O_RDONLY): Promise<FileHandle> {
  // Windows lacks the flag.
  return open(path, flags | (constants.O_NONBLOCK ?? 0));
}

/** The first `length` bytes of a file, or all if it has fewer. The caller overwrites those that are secret. */
export async function readStart(handle: FileHandle, length: number): Promise<Uint8Array> {
  const bytes = secretBytes(length);
  let end = 0;
  while (end < length) {
    const { bytesRead } = await handle.read(bytes, end, length - end, end);
    if (bytesRead === 0) break;
    end += bytesRead;
  }
  return bytes.subarray(0, end);
}

/**
 * Reads a regular file. The caller overwrites the bytes if they are secret.
 *
 * @param limit of its size, in bytes
 * @throws Error for any other file, and for a larger one
 */
export async function readWholeFile(path: string, limit: number): Promise<Uint8Array> {
  const handle = await openFile(path);
  try {
    const file = await handle.stat();
    if (!file.isFile()) throw new Error('it is no regular file');
    if (file.size > limit) throw new Error(`it has more than ${limit} bytes`);
    return await readStart(handle, file.size);
  } finally {
    await handle.close();
  }
}

/** Whether a file belongs neither to this user nor to root. Windows has no user numbers. */
export function isForeign({ uid }: Stats): boolean {
  const user = process.geteuid?.();
  return user !== undefined && uid !== 0 && uid !== user;
}

/** Whether an error of node:fs says that there is no file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
