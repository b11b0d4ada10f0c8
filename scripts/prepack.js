// Makes the files to pack: dist/src as scripts/bundle.js makes it, and the addon for win32-x64. If MinGW is installed, it
// builds the addon; otherwise the addon must exist (npm run build:release makes it on Windows).
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findMingwTool, root } from './mingw.js';

const ADDON = 'prebuilds/win32-x64/tokenbinding.node';
const WITHOUT_ADDON = 'TOKENBINDING_PACK_WITHOUT_ADDON';

if (process.env[WITHOUT_ADDON] === '1') {
  console.error(`${WITHOUT_ADDON}=1: this package is for tests, not for release`);
} else if (findMingwTool('g++') !== undefined) {
  runNode('scripts/build-cross.js');
} else if (!existsSync(join(root, ADDON))) {
  console.error(`${ADDON} is missing, and MinGW, which builds it, is not installed.
Build it with g++-mingw-w64-x86-64-posix on Linux, or with npm run build:release on Windows.
${WITHOUT_ADDON}=1 packs without it, for tests.`);
  process.exit(1);
}
runNode('scripts/bundle.js');

/** Writes its output to standard error, because npm prints the result of packing on standard output. */
function runNode(program) {
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  execFileSync(process.execPath, [join(root, program)], options);
}
