import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Batch, Row } from './measure.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));

/** Compares whole processes with an empty program in Node, in elapsed time. */
export function startUpRows(): Row[] {
  return [
    row("import 'tokenbinding'", 1.4, importing('tokenbinding')),
    row("import 'tokenbinding/wire'", 1.25, importing('tokenbinding/wire')),
    row("import 'tokenbinding/sspi'", 1.5, importing('tokenbinding/sspi')),
    row("import 'tokenbinding/http-auth'", 2, importing('tokenbinding/http-auth')),
    row('tokenbinding status', 1.6, [cli, 'status']),
  ];
}

function row(name: string, atMost: number, args: readonly string[]): Row {
  return {
    name: `start-up: ${name} / bare node`,
    ratio: 'share',
    goal: { atMost },
    prepare: () => ({ ours: running(args), baseline: running(evaluating('')) }),
  };
}

function importing(module: string): string[] {
  return evaluating(`import '${module}'`);
}

function evaluating(source: string): string[] {
  return ['--input-type=module', '--eval', source];
}

function running(args: readonly string[]): Batch {
  return (times) => {
    for (let count = 0; count < times; count++) {
      const { status } = spawnSync(process.execPath, args, {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
    }
  };
}
