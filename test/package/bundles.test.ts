import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { BUNDLERS } from '../support/bundles.js';
import { temporaryFolder } from '../support/folders.js';
import { installPacked } from '../support/packed.js';

const folder = temporaryFolder();
/** The folder in which bundles are made. They run in another one, with an addon three folders above. */
const consumer = join(folder, 'consumer');
const planted = join(folder, 'planted');
const place = join(planted, 'a', 'b', 'c');

const PROGRAM = `
  import { generateBindingSync, generateMessageSync, open, verifyMessageSync } from 'tokenbinding';
  import { openSspi } from 'tokenbinding/sspi';
  import { encodeBase64url } from 'tokenbinding/wire';

  const ekm = new Uint8Array(32);
  const expected = { keyType: 'ecdsap256', ekm };
  const request = { ...expected, targetUrl: 'https://a.example/', bindingType: 'provided' };
  const message = generateMessageSync([generateBindingSync(request).tokenBinding]);
  const [{ status }] = verifyMessageSync(message, expected);
  console.log(open().provider.reason, openSspi().provider.reason, status, encodeBase64url(message).length);
  if (process.env.ADDON !== undefined) {
    for (const opener of [open, openSspi]) {
      try {
        opener({ addonPath: process.env.ADDON });
      } catch ({ code, file }) {
        console.log(code, file);
      }
    }
  }`;

/** Bundles of the conformance module compare providers in production. */
const SHADOW = `
  import { open } from 'tokenbinding';
  import { shadow } from 'tokenbinding/conformance';

  const both = shadow(open(), open({ provider: 'portable' }), { onDifference: console.log });
  both.getKeyTypesServer().then(async (keyTypes) => {
    await both.drain();
    console.log(keyTypes.length, both.counts.compared, both.counts.differed);
  });`;

/** A server and its client. The undici of fetch is Node's, and so it is found at run time. */
const HTTP = `
  import { createServer } from 'node:http';
  import { authenticatedAgents, negotiate } from 'tokenbinding/http-auth';

  const accounts = ({ user }) => (user === 'alice' ? { password: 'correct horse' } : undefined);
  const authenticate = negotiate({ accounts });
  const server = createServer((request, response) => {
    authenticate(request, response, () => response.end(request.auth.user));
  });
  server.listen(0, '127.0.0.1', async () => {
    const origin = 'http://127.0.0.1:' + server.address().port;
    const identity = { user: 'alice', password: 'correct horse' };
    const agents = authenticatedAgents({ origins: [origin], identity });
    const response = await fetch(origin, { dispatcher: agents.dispatcher });
    console.log(response.status, await response.text());
    agents.close();
    authenticate.close();
    server.close();
  });`;

/** Pretends to be Windows, and prints the path of each addon instead of loading it. */
const AS_ON_WINDOWS = `
  Object.defineProperty(process, 'platform', { value: 'win32' });
  process.dlopen = (module, file) => console.log('loaded', file);`;

/** Prints each call that could be part of a search for the addon. */
const SAY_WHAT_IS_TOUCHED = `
  const Module = require('node:module');
  const fs = require('node:fs');
  for (const [object, name] of [
    [Module, 'createRequire'],
    ...['existsSync', 'openSync', 'readFileSync', 'readdirSync', 'statSync'].map((name) => [fs, name]),
  ]) {
    const was = object[name];
    object[name] = (...args) => {
      if (object === Module || /prebuilds|build|package.json/.test(args[0])) console.log(name, args[0]);
      return was(...args);
    };
  }
  Module.syncBuiltinESMExports();`;

const ADDON = 'C:\\Program Files\\Example\\tokenbinding.node';

function run(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
}

/** Writes addons to places where a search could find them. */
function plant(root: string): void {
  for (const path of ['prebuilds/win32-x64', 'build/Release']) {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'tokenbinding.node'), 'planted');
  }
}

describe('a bundled program', () => {
  const preload = join(folder, 'as-on-windows.cjs');

  before(() => {
    installPacked(consumer, false);
    plant(join(consumer, 'node_modules', 'tokenbinding'));
    mkdirSync(place, { recursive: true });
    plant(planted);
    writeFileSync(join(planted, 'package.json'), '{ "name": "tokenbinding" }');
    writeFileSync(join(consumer, 'program.mjs'), PROGRAM);
    writeFileSync(join(consumer, 'shadow.mjs'), SHADOW);
    writeFileSync(join(consumer, 'http.mjs'), HTTP);
    writeFileSync(preload, AS_ON_WINDOWS);
  });

  for (const [name, bundle] of Object.entries(BUNDLERS)) {
    it(`works as ${name}, bundled without a warning`, async () => {
      const file = join(place, name);
      assert.deepEqual(await bundle(join(consumer, 'program.mjs'), file), []);
      const { stdout, stderr } = run([file]);
      assert.equal(stderr.slice(-2000), '');
      assert.equal(stdout, 'not-windows not-windows verified 186\n');
    });

    it(`loads only the named addon as ${name} on Windows`, () => {
      const { stdout, stderr } = run(['--require', preload, join(place, name)], { ADDON });
      const lines = [
        'bundled bundled verified 186',
        `loaded ${ADDON}`,
        `ERR_TB_UNAVAILABLE ${ADDON}`,
        `loaded ${ADDON}`,
        `SEC_E_UNSUPPORTED_FUNCTION ${ADDON}`,
      ];
      assert.deepEqual(stdout.trim().split('\n'), lines, stderr);
      assert.equal(stderr.match(/\[TB_NO_ADDON\]/g)?.length, 1, stderr);
    });

    // Minifying takes webpack long and changes nothing here.
    if (name.startsWith('webpack.')) continue;
    it(`compares two providers as ${name}`, async () => {
      const file = join(place, `shadow-${name}`);
      await bundle(join(consumer, 'shadow.mjs'), file);
      const { stdout, stderr } = run([file]);
      assert.equal(stdout, '3 1 0\n', stderr.slice(-2000));
    });

    it(`logs on over HTTP as ${name}`, async () => {
      const file = join(place, `http-${name}`);
      assert.deepEqual(await bundle(join(consumer, 'http.mjs'), file), []);
      const { stdout, stderr } = run([file]);
      assert.equal(stdout, '200 alice\n', stderr.slice(-2000));
    });
  }

  describe('that is not bundled', () => {
    const installed = join(consumer, 'node_modules', 'tokenbinding');
    const program = join(consumer, 'program.mjs');

    it('does not look for the addon at import', () => {
      const watch = join(folder, 'watch.cjs');
      writeFileSync(watch, SAY_WHAT_IS_TOUCHED);
      const importing = join(consumer, 'importing.mjs');
      writeFileSync(importing, "import 'tokenbinding';\nimport 'tokenbinding/sspi';");
      const { stdout, stderr } = run(['--require', preload, '--require', watch, importing]);
      assert.deepEqual([stdout, stderr], ['', '']);
    });

    it('loads the addon in the folder of its package', () => {
      const { stdout } = run(['--require', preload, program]);
      assert.equal(stdout, `loaded ${join(installed, 'build/Release/tokenbinding.node')}\n`);
    });

    it('warns once if the addon is missing, unless the portable provider is requested', () => {
      for (const name of ['build', 'prebuilds']) {
        rmSync(join(installed, name), { recursive: true });
      }
      const { stdout, stderr } = run(['--require', preload, program]);
      assert.equal(stdout, 'addon-missing addon-missing verified 186\n');
      assert.equal(stderr.match(/\[TB_NO_ADDON\] TokenBindingWarning: /g)?.length, 1, stderr);
      const asked = `
        import { open } from 'tokenbinding';
        console.log(open({ provider: 'portable' }).provider.reason);`;
      writeFileSync(program, asked);
      const { stdout: reason, stderr: none } = run(['--require', preload, program]);
      assert.deepEqual([reason, none], ['requested\n', '']);
    });
  });
});
