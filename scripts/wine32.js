import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A 32-bit Wine prefix. node.exe cannot use pipes of Linux, so its output goes through files. */
export class Wine32 {
  /**
   * @param debian the folder of a 32-bit Debian with Wine
   * @param work a folder in it, for the prefix and for output
   */
  constructor(debian, work) {
    this.debian = debian;
    this.work = work;
    this.prefix = join(work, 'prefix');
    this.inside = this.prefix.slice(debian.length);
  }

  get system32() {
    return join(this.prefix, 'drive_c/windows/system32');
  }

  start() {
    mkdirSync(this.prefix);
    this.#chroot(['wineserver', '-p30'], 'ignore');
    // With a debugger configured, a crash can end with exit code 0.
    const key = 'HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows NT\\CurrentVersion\\AeDebug';
    const settings = `REGEDIT4\n\n[${key}]\n"Auto"="0"\n"Debugger"=""\n`;
    writeFileSync(join(this.work, 'no-debugger.reg'), settings);
    const file = windowsPath(this.inside.replace('/prefix', '/no-debugger.reg'));
    for (const args of [
      ['wineboot', '-i'],
      ['winecfg', '-v', 'win10'],
      ['regedit', file],
    ]) {
      const { status, output } = this.run(args);
      if (status !== 0) throw new Error(`wine ${args.join(' ')} ended with ${status}: ${output}`);
    }
  }

  /** Runs a Windows program; `variables` are added to its environment. */
  run(args, variables = {}) {
    const file = join(this.work, 'output');
    const output = openSync(file, 'w');
    const { status } = this.#chroot(['wine', ...args], ['ignore', output, output], variables);
    closeSync(output);
    return { status, output: readFileSync(file, 'utf8') };
  }

  stop() {
    this.#chroot(['wineserver', '-k', '-w'], 'ignore');
  }

  #chroot(command, stdio, variables = {}) {
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      // Wine passes passwords to ntlm_auth in the encoding of the locale.
      LC_ALL: 'C.UTF-8',
      WINEPREFIX: this.inside,
      WINEARCH: 'win32',
      WINEDEBUG: '-all',
      KRB5_CONFIG: '/dev/null',
      ...variables,
    };
    return spawnSync('chroot', [this.debian, ...command], { stdio, env });
  }
}

/** The path by which programs under Wine find a file of Linux. */
export function windowsPath(path) {
  return `Z:${path}`.replaceAll('/', '\\');
}
