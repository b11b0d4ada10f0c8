// Runs every compiled *.test.js below dist/test, or below the folders named on the command line.
// Node 20 takes no glob after --test and Node 22 takes no folder, so the files are listed here.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const roots = process.argv.slice(2);
const files = (roots.length > 0 ? roots : ['dist/test']).flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join(root, file))
    .sort(),
);
if (files.length === 0) {
  console.error(`no *.test.js below ${roots.join(', ') || 'dist/test'}: run npm run build first`);
  process.exit(2);
}
const flags = ['--enable-source-maps', '--test', '--test-reporter=spec'];
const run = spawnSync(process.execPath, [...flags, ...files], { stdio: 'inherit' });
process.exit(run.status ?? 1);
