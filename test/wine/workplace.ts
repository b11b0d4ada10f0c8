import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type NodeVersion, nodeExe } from './node-exe.js';
import { type Ending, Prefix, windowsPath } from './prefix.js';

/** The folder of the package. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url));
const standIns = join(root, 'build', 'stand-in');

/** How a program ended that could load stand-ins for tokenbinding.dll. */
export interface StandInEnding extends Ending {
  /** The report of the guarded stand-in. */
  readonly guard: string;
}

/** A prefix, with the addon and the stand-ins that `npm run build:windows` has built. */
export class Workplace extends Prefix {
  #reports = 0;

  override async start(): Promise<void> {
    const addon = join(root, 'prebuilds', 'win32-x64', 'tokenbinding.node');
    for (const file of [addon, this.standIn('tokenbinding.dll')]) {
      if (!existsSync(file)) throw new Error(`${file} is missing: npm run build:windows`);
    }
    await super.start();
  }

  /** Starts a workplace for the tests of this file; a later before() of the file runs after the start. */
  static forThisFile(): Workplace {
    const workplace = new Workplace();
    before(() => workplace.start());
    after(() => workplace.stop());
    return workplace;
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

/** Runs a script of scripts/ and returns its output. */
export function runScript(name: string, ...args: string[]): string {
  const command = [join(root, 'scripts', name), ...args];
  return execFileSync(process.execPath, command, { stdio: 'pipe', encoding: 'utf8' });
}
