import { type FileHandle, opendir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { isMissing, openFile, readStart } from '../open-file.js';
import { invalidProfile, Section } from './profile.js';
import { ProfileParser } from './profile-parser.js';

/** Bounds of all files together. */
const MAX_FILES = 256;
const MAX_BYTES = 4 * 1024 * 1024;
/** How deep files may include each other. It also ends a circle. */
const MAX_DEPTH = 10;

/** The names that a folder includes, so that copies of editors and package managers are left out. */
const INCLUDED_NAME = /^(?:[A-Za-z0-9_-]+|[^.].*\.conf)$/s;

const UTF8 = new TextDecoder();

/**
 * Reads files in the form of krb5.conf, and those that they include, into one tree.
 *
 * @param paths files and folders. Those that do not exist are left out.
 * @returns the tree, and those of the paths that exist
 * @throws SspiError SEC_E_CANNOT_INSTALL with the file and the line
 */
export async function loadProfile(paths: readonly string[]): Promise<LoadedProfile> {
  const loader = new ProfileLoader();
  const found: string[] = [];
  for (const path of paths) {
    if (await loader.add(path, path, 0)) found.push(path);
    loader.root.endFile();
  }
  return { root: loader.root, found };
}

interface LoadedProfile {
  readonly root: Section;
  readonly found: readonly string[];
}

class ProfileLoader {
  readonly root = new Section();
  #files = 0;
  #bytes = 0;

  /**
   * @param where the line that includes the path
   * @returns false if it does not exist
   */
  async add(path: string, where: string, depth: number): Promise<boolean> {
    if (depth > MAX_DEPTH) {
      throw invalidProfile(where, `files include each other more than ${MAX_DEPTH} deep`);
    }
    if (++this.#files > MAX_FILES) {
      throw invalidProfile(where, `the configuration has more than ${MAX_FILES} files`);
    }
    const content = await this.#read(path, where);
    if (content === 'missing') return false;
    if (content === 'folder') {
      for (const name of await listNames(path, where)) await this.add(name, where, depth + 1);
    } else await this.#parse(path, UTF8.decode(content), depth);
    return true;
  }

  async #read(path: string, where: string): Promise<Uint8Array | 'folder' | 'missing'> {
    let handle: FileHandle | undefined;
    try {
      handle = await openFile(path);
      const found = await handle.stat();
      if (found.isDirectory()) return 'folder';
      // The size of a pipe is zero. /dev/null is an empty file.
      if (!found.isFile() && !found.isCharacterDevice()) throw new Error('it is no regular file');
      this.#bytes += found.size;
      if (this.#bytes > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes in all files`);
      return await readStart(handle, found.size);
    } catch (cause) {
      if (isMissing(cause)) return 'missing';
      const { message } = cause as Error;
      throw invalidProfile(where, `${path} cannot be read: ${message}`, cause);
    } finally {
      await handle?.close();
    }
  }

  async #parse(path: string, text: string, depth: number): Promise<void> {
    const parser = new ProfileParser(this.root, path);
    for (let start = 0, end = 0; start < text.length; start = end + 1) {
      end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      const include = parser.readLine(text.slice(start, end));
      if (include === undefined) continue;
      if (!isAbsolute(include.path)) {
        throw invalidProfile(include.where, 'the path of an include must be absolute');
      }
      if (!(await this.add(include.path, include.where, depth + 1))) {
        throw invalidProfile(include.where, `${include.path} does not exist`);
      }
    }
    parser.end();
  }
}

/** The files of a folder that it includes, in alphanumeric order. */
async function listNames(folder: string, where: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      if (!entry.isDirectory() && INCLUDED_NAME.test(entry.name)) names.push(entry.name);
      // One more than allowed is enough for the error.
      if (names.length > MAX_FILES) break;
    }
  } catch (cause) {
    throw invalidProfile(where, `${folder} cannot be read`, cause);
  }
  return names.sort().map((name) => join(folder, name));
}
