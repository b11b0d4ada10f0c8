import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { temporaryFolder } from '../support/folders.js';
import { installPacked } from '../support/packed.js';

const consumer = temporaryFolder();
const installed = join(consumer, 'node_modules', 'tokenbinding');
const command = join(installed, 'dist', 'src', 'cli.js');
/** Those that need no other package. They skip frameworks and clients that are not installed. */
const EXAMPLES = [
  'stolen-cookie',
  'signing-a-message',
  'http-auth',
  'bound-sessions',
  'reverse-proxy',
];

function run(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' });
}

// How modules are found and loaded is this Node's: require() of ESM above all.
describe('the package where it is installed', () => {
  before(() => {
    writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
    installPacked(consumer, false);
  });

  it('works by import, by require and as a command', () => {
    const script = join(consumer, 'use.js');
    writeFileSync(
      script,
      `import { createRequire } from 'node:module';
       import { open, generateBindingSync, generateMessageSync, verifyMessageSync } from 'tokenbinding';
       import { TokenBindingError } from 'tokenbinding/errors';
       import { encodeBase64url } from 'tokenbinding/wire';
       const ekm = new Uint8Array(32);
       const request = { keyType: 'ecdsap256', targetUrl: 'https://a.example/', bindingType: 'provided', ekm };
       const message = generateMessageSync([generateBindingSync(request).tokenBinding]);
       const required = createRequire(import.meta.url)('tokenbinding');
       console.log(open().provider.name, required.open === open, encodeBase64url(message).length);
       try { verifyMessageSync(message, { keyType: 'rsa2048_pss', ekm }); }
       catch (error) { console.log(error instanceof TokenBindingError, error.code); }`,
    );
    // require(esm) is announced as experimental by some of the Node versions that have it.
    const flags = ['--disable-warning=ExperimentalWarning', script];
    assert.equal(run(...flags), 'portable true 186\ntrue ERR_TB_KEY_TYPE\n');
    assert.match(run(command, 'status'), /^ {2}provider +portable/m);
  });

  it('has examples that run', () => {
    for (const name of EXAMPLES) {
      const program = join(installed, 'examples', name, 'main.mjs');
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const ended = spawnSync(process.execPath, [program], {
        cwd: consumer,
        encoding: 'utf8',
        env,
      });
      assert.equal(ended.status, 0, ended.stdout + ended.stderr);
    }
  });

  it('compares with all its cases, and writes the page', () => {
    const args = ['conformance', 'portable', 'specification', '--cases', '100', '--html', 'p.html'];
    const printed = run(command, ...args);
    assert.match(printed, /^vectors +126 +93 +0 /m);
    assert.match(readFileSync(join(consumer, 'p.html'), 'utf8').slice(0, 15), /^<!doctype html>/);
  });
});
