import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const program = join(project, 'examples', 'bound-sessions', 'main.mjs');

describe('example bound-sessions', () => {
  it('lets the owner of a cookie in, with each server, and nobody else', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.equal(stderr, '');
    for (const name of ['https', 'express', 'fastify']) {
      assert.match(stdout, new RegExp(`^${name} +\\| .*: 204 200 200 401 400$`, 'm'));
    }
    const refusal = /^server +\| 401: the cookie is not valid for the key of the request$/gm;
    assert.equal(stdout.match(refusal)?.length, 3);
  });

  it('runs one server where no framework is installed', () => {
    const root = temporaryFolder();
    const installed = join(root, 'node_modules', 'tokenbinding');
    mkdirSync(installed, { recursive: true });
    for (const name of [
      'package.json',
      'dist/src',
      'examples',
      'node_modules/node-gyp-build',
      'node_modules/tldts',
      'node_modules/tldts-core',
    ]) {
      cpSync(join(project, name), join(installed, name), { recursive: true, dereference: true });
    }
    const copy = join(installed, 'examples', 'bound-sessions', 'main.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [copy], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /^https +\| .*: 204 200 200 401 400$/m);
    assert.match(stdout, /^express \| not installed/m);
    assert.match(stdout, /^fastify \| not installed/m);
  });
});
