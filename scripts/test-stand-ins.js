// Runs test/windows over the stand-ins for tokenbinding.dll, on Windows' own heap. The tests of SSPI are left out, because
// they expect Wine's.
//
//   node scripts/test-stand-ins.js [<folder with the stand-ins>]
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './mingw.js';

// node-gyp empties build/ when it builds the addon.
const standIns = resolve(process.argv[2] ?? join(root, `stand-ins/${process.arch}`));
if (process.platform !== 'win32' || !existsSync(standIns)) {
  console.error(`needs Windows, and the stand-ins of scripts/build-stand-in.js in ${standIns}`);
  process.exit(2);
}
const folder = join(root, 'dist', 'test', 'windows');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.test.js') && !file.startsWith('sspi'))
  .map((file) => join(folder, file));
const flags = ['--expose-gc', '--enable-source-maps', '--test', '--test-reporter=spec'];
const env = {
  ...process.env,
  STAND_IN_FOLDER: standIns,
  STAND_IN_GUARD_REPORT: join(standIns, 'guard.txt'),
};
const { status } = spawnSync(process.execPath, [...flags, ...files], { stdio: 'inherit', env });
process.exitCode = status ?? 1;
