import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An unprivileged user of Debian, because Apache and squid do not work as root. */
const UNPRIVILEGED = 'www-data';

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** A temporary folder for a server. It belongs to the user that the server runs as. */
export class ServerFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'tokenbinding-http-'));
  /** Empty for the user of this process. */
  readonly user: User = process.getuid?.() === 0 ? unprivileged() : {};

  constructor() {
    this.#own(this.path);
  }

  /** Writes a file and returns its path. */
  write(name: string, content: string | Uint8Array, mode = 0o600): string {
    const path = join(this.path, name);
    writeFileSync(path, content, { mode });
    this.#own(path);
    return path;
  }

  /** Makes a folder in it, and returns its path. */
  makeFolder(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path);
    this.#own(path);
    return path;
  }

  /**
   * Copies the configuration and the keytab of a realm, and returns the environment of a service with them.
   *
   * @param realm the environment of the realm
   */
  joinRealm(realm: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const copy = (name: string, path = '') =>
      this.write(name, readFileSync(path.replace(/^FILE:/, '')));
    return {
      KRB5_CONFIG: copy('krb5.conf', realm['KRB5_CONFIG']),
      KRB5_KTNAME: `FILE:${copy('keytab', realm['KRB5_KTNAME'])}`,
    };
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  delete(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  #own(path: string): void {
    const { uid, gid } = this.user;
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  }
}

function unprivileged(): User {
  const id = (which: string) =>
    Number(execFileSync('id', [which, UNPRIVILEGED], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
