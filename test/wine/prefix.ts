import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a program ended, and what it wrote. */
export interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, one after the other. */
  readonly output: string;
}

/** Without it a crash can end with exit code 0. */
const NO_DEBUGGER = `REGEDIT4

[HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows NT\\CurrentVersion\\AeDebug]
"Auto"="0"
"Debugger"=""
`;

/** A Windows of its own under Wine, from start() to stop(). */
export class Prefix {
  /** Everything of it is below, and goes with it. */
  readonly folder: string = mkdtempSync(join(tmpdir(), 'tokenbinding-wine-'));
  readonly #environment: NodeJS.ProcessEnv;
  #outputs = 0;

  constructor() {
    // With a context of the test runner a program would report to it, and to nobody else.
    const { NODE_TEST_CONTEXT, ...inherited } = process.env;
    const own = { WINEPREFIX: join(this.folder, 'prefix'), WINEARCH: 'win64', WINEDEBUG: '-all' };
    // Wine's Kerberos is that of the machine: without its configuration it asks nobody.
    this.#environment = { ...inherited, ...own, KRB5_CONFIG: devNull };
  }

  /** System32, as a folder of Linux. */
  get system32(): string {
    return join(this.folder, 'prefix', 'drive_c', 'windows', 'system32');
  }

  async start(): Promise<void> {
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

  /** Runs a Windows program. Its outputs go through files: node.exe takes no pipe of Linux'. */
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

/** A path of Linux as Windows programs under Wine see it. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}
