import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Batch, Row } from './measure.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Compares whole processes with an empty program in Node, in elapsed time. They load the code as it is shipped. */
export function startUpRows(): Row[] {
  return [
    row("import 'tokenbinding'", 1.4, importing('tokenbinding')),
    row("import 'tokenbinding/errors'", 1.25, importing('tokenbinding/errors')),
    row("import 'tokenbinding/wire'", 1.25, importing('tokenbinding/wire')),
    row("import 'tokenbinding/sspi'", 1.5, importing('tokenbinding/sspi')),
    row("import 'tokenbinding/http'", 1.6, importing('tokenbinding/http')),
    row("import 'tokenbinding/http-auth'", 1.6, importing('tokenbinding/http-auth')),
    row("import 'tokenbinding/conformance'", 1.5, importing('tokenbinding/conformance')),
    row('tokenbinding status', 1.6, [join('dist', 'src', 'cli.js'), 'status']),
  ];
}

function row(name: string, atMost: number, args: readonly string[]): Row {
  return {
    name: `start-up: ${name} / bare node`,
    ratio: 'share',
    goal: { atMost },
    prepare: () => {
      made ??= makePackage();
      return { ours: running(args, made), baseline: running(evaluating(''), made) };
    },
  };
}

let made: string | undefined;

/** A folder with the package's own package.json and its code as it is shipped. */
function makePackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  execFileSync(process.execPath, [join(root, 'scripts', 'bundle.js'), folder]);
  return folder;
}

function importing(module: string): string[] {
  return evaluating(`import '${module}'`);
}

function evaluating(source: string): string[] {
  return ['--input-type=module', '--eval', source];
}

function running(args: readonly string[], folder: string): Batch {
  return (times) => {
    for (let count = 0; count < times; count++) {
      const { status } = spawnSync(process.execPath, args, {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
    }
  };
}
