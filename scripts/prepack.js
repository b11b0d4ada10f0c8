// Makes what npm packs: dist/src without maps, and the addon of win32-x64. Where MinGW is, the addon is
// built anew; elsewhere it must be there (npm run build:release makes it on Windows).
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findMingwTool, root } from './mingw.js';

const ADDON = 'prebuilds/win32-x64/tokenbinding.node';
const WITHOUT_ADDON = 'TOKENBINDING_PACK_WITHOUT_ADDON';

if (process.env[WITHOUT_ADDON] === '1') {
  console.error(`${WITHOUT_ADDON}=1: this package is for tests, not for release`);
} else if (findMingwTool('g++') !== undefined) {
  runNode('scripts/build-cross.js');
} else if (!existsSync(join(root, ADDON))) {
  console.error(`there is no ${ADDON}, and no MinGW to build it: without it the package has no addon.
Build it with g++-mingw-w64-x86-64-posix on Linux, or with npm run build:release on Windows.
${WITHOUT_ADDON}=1 packs without it, for tests.`);
  process.exit(1);
}
rmSync(join(root, 'dist', 'src'), { recursive: true, force: true });
runNode('node_modules/typescript/bin/tsc', '--project', 'tsconfig.package.json');

/** With its output on standard error: on standard output npm prints what it has packed. */
function runNode(program, ...args) {
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  execFileSync(process.execPath, [join(root, program), ...args], options);
}
