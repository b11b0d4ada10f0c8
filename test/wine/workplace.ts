import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NodeVersion, nodeExe } from './node-exe.js';
import { type Ending, Prefix, windowsPath } from './prefix.js';

/** The folder of the package. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url));
const standIns = join(root, 'build', 'stand-in');

/** How a program ended that had stand-ins for tokenbinding.dll to load. */
export interface StandInEnding extends Ending {
  /** What the guarded stand-in reported meanwhile. */
  readonly guard: string;
}

/** A prefix with the addon and the stand-ins built for it. */
export class Workplace extends Prefix {
  #reports = 0;

  override async start(): Promise<void> {
    runScript('build-cross.js');
    runScript('build-stand-in.js', standIns);
    await super.start();
  }

  /** Runs a program in node.exe. */
  async runInNode(
    version: NodeVersion,
    args: string[],
    environment: NodeJS.ProcessEnv = {},
    cwd?: string,
  ): Promise<StandInEnding> {
    const report = join(this.folder, `guard-${this.#reports++}.txt`);
    const own = {
      STAND_IN_FOLDER: windowsPath(standIns),
      STAND_IN_GUARD_REPORT: windowsPath(report),
    };
    const command = [nodeExe(version), ...args];
    const ending = await this.run(command, { ...own, ...environment }, cwd);
    return { ...ending, guard: existsSync(report) ? readFileSync(report, 'utf8') : '' };
  }

  /** The path of a stand-in, as a path of Linux. */
  standIn(name: string): string {
    return join(standIns, name);
  }
}

export function runScript(name: string, ...args: string[]): void {
  execFileSync(process.execPath, [join(root, 'scripts', name), ...args], { stdio: 'pipe' });
}
