// Writes the record of the public types and the reference of a build to api/. With --check it writes nothing, and fails
// if they are out of date.
//
//   node scripts/api/main.js [--check]
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readEntryPoints } from './entry-points.js';
import { recordOf } from './record.js';
import { referenceOf } from './reference.js';

const FOLDER = 'api';

const [option, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (option !== undefined && option !== '--check')) {
  console.error('usage: node scripts/api/main.js [--check]');
  process.exit(2);
}
const entryPoints = readEntryPoints(process.cwd());
const { pages, problems } = referenceOf(entryPoints);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
const records = entryPoints.map((entryPoint) => [`${entryPoint.page}.md`, recordOf(entryPoint)]);
const files = new Map([
  ...records.map(([name, text]) => [`${FOLDER}/record/${name}`, text]),
  ...pages.map(([name, text]) => [`${FOLDER}/reference/${name}`, text]),
]);
if (option === '--check') check();
else write();

function check() {
  const outdated = Array.from(files.keys()).filter(
    (file) => !existsSync(file) || readFileSync(file, 'utf8') !== files.get(file),
  );
  const unknown = existing().filter((file) => !files.has(file));
  for (const file of [...outdated, ...unknown]) {
    console.error(`${file} is out of date: npm run api writes it`);
    process.exitCode = 1;
  }
}

function write() {
  for (const file of existing()) rmSync(file);
  for (const [file, text] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function existing() {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${FOLDER}/${name.replaceAll('\\', '/')}`);
}
