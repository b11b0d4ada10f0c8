import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { NODE_VERSIONS } from './node-exe.js';
import { windowsPath } from './prefix.js';
import { root, type Workplace } from './workplace.js';

/** The package as npm would install it, in node.exe. */
export function describeTarball(workplace: Workplace): void {
  describe('the packed tarball under Wine', () => {
    for (const version of NODE_VERSIONS) {
      it(`takes the OS path in node.exe ${version}`, async () => {
        const folder = join(workplace.folder, `consumer-${version}`);
        install(folder);
        const program = join(folder, 'use.mjs');
        writeFileSync(
          program,
          `import { open } from 'tokenbinding';
           const libraryPath = process.env.LIBRARY;
           const { name, reason, library } = open({ libraryPath }).provider;
           const types = await open({ provider: 'windows', libraryPath }).getKeyTypesServer();
           console.log(name, reason, library === libraryPath, types.length);`,
        );
        const LIBRARY = windowsPath(workplace.standIn('tokenbinding.dll'));
        const { status, output } = await workplace.runInNode(
          version,
          [program],
          { LIBRARY },
          folder,
        );
        assert.equal(output.trim(), 'windows found true 3');
        assert.equal(status, 0);
      });
    }
  });
}

function install(folder: string): void {
  const installed = join(folder, 'node_modules', 'tokenbinding');
  mkdirSync(installed, { recursive: true });
  const pack = ['pack', '--ignore-scripts', '--pack-destination', folder];
  execFileSync('npm', pack, { cwd: root, stdio: 'ignore' });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  const unpack = ['-xzf', join(folder, tarball), '--strip-components=1', '-C', installed];
  execFileSync('tar', unpack);
  for (const name of ['node-gyp-build', 'tldts', 'tldts-core']) {
    const target = join(folder, 'node_modules', name);
    cpSync(join(root, 'node_modules', name), target, { recursive: true });
  }
}
