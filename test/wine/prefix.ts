import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';

/** The exit code and the output of a program. */
export interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** With a debugger configured, a crash can end with exit code 0. */
const NO_DEBUGGER = `REGEDIT4

[HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows NT\\CurrentVersion\\AeDebug]
"Auto"="0"
"Debugger"=""
`;

/** A new Wine prefix, from start() to stop(). */
export class Prefix {
  /** Contains every file of the prefix; stop() deletes it. */
  readonly folder: string = mkdtempSync(join(tmpdir(), 'tokenbinding-wine-'));
  readonly #environment: NodeJS.ProcessEnv;
  #outputs = 0;

  constructor() {
    // With this variable a test program would report only to the outer test runner.
    const { NODE_TEST_CONTEXT, ...inherited } = process.env;
    const own = { WINEPREFIX: join(this.folder, 'prefix'), WINEARCH: 'win64', WINEDEBUG: '-all' };
    // Wine passes passwords to ntlm_auth in the encoding of the locale.
    const locale = { LC_ALL: 'C.UTF-8' };
    // Wine uses the machine's Kerberos library. With an empty configuration it contacts no KDC.
    this.#environment = { ...inherited, ...own, ...locale, KRB5_CONFIG: devNull };
  }

  /** The path of System32 on Linux. */
  get system32(): string {
    return join(this.folder, 'prefix', 'drive_c', 'windows', 'system32');
  }

  async start(): Promise<void> {
    // Without it wineserver ends with the last program, and can reset the connection of the next one.
    mkdirSync(join(this.folder, 'prefix'));
    spawnSync('wineserver', ['-p30'], { env: this.#environment, stdio: 'ignore' });
    const settings = join(this.folder, 'no-debugger.reg');
    writeFileSync(settings, NO_DEBUGGER);
    await this.#mustRun('wineboot', '-i');
    await this.#mustRun('winecfg', '-v', 'win10');
    await this.#mustRun('regedit', settings);
  }

  stop(): void {
    spawnSync('wineserver', ['-k', '-w'], { env: this.#environment });
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a Windows program. Its output goes through files, because node.exe cannot use pipes of Linux. */
  async run(args: string[], environment: NodeJS.ProcessEnv = {}, cwd?: string): Promise<Ending> {
    const name = join(this.folder, `output-${this.#outputs++}`);
    const files = [`${name}.out`, `${name}.err`] as const;
    const [out, err] = files.map((file) => openSync(file, 'w'));
    const program = spawn('wine', args, {
      stdio: ['ignore', out, err],
      env: { ...this.#environment, ...environment },
      cwd,
    });
    const [status] = await once(program, 'exit');
    for (const descriptor of [out, err]) closeSync(descriptor as number);
    const [stdout, stderr] = files.map((file) => readFileSync(file, 'utf8')) as [string, string];
    return { status, stdout, stderr, output: stdout + stderr };
  }

  async #mustRun(...args: string[]): Promise<void> {
    const { status, output } = await this.run(args);
    if (status !== 0) throw new Error(`wine ${args.join(' ')} ended with ${status}: ${output}`);
  }
}

/** The path by which Windows programs under Wine find a file of Linux. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}
