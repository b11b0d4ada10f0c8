import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { blocksOf } from '../support/markdown.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const PAGES = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];

/** Blocks with a library whose types do not fit: the axios of soap, and a class that passport completes. */
const NOT_COMPILED = /from 'soap'|class NegotiateStrategy/;

/** What the pages say that TypeScript users write, and a port that is known. */
function asTypeScript(code: string): string {
  return code
    .replaceAll('request.tokenBinding.', 'request.tokenBinding!.')
    .replaceAll('context.req.tokenBinding.', 'context.req.tokenBinding!.')
    .replaceAll('request.socket.', "(request.socket as import('node:tls').TLSSocket).")
    .replaceAll('server.address()', '(server.address() as { port: number })');
}

/** Those of a strict project. */
const SETTINGS = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    // Parameters in JavaScript have no types, nor has koa.
    noImplicitAny: false,
    skipLibCheck: true,
  },
  include: ['*.mts'],
};

describe('the documentation in a strict project', () => {
  // In the package, so that it finds itself and the types of the libraries.
  const folder = join(root, 'dist', 'docs-types');
  before(() => {
    mkdirSync(folder, { recursive: true });
    for (const page of PAGES) {
      const text = readFileSync(join(root, page), 'utf8');
      const name = basename(page, '.md');
      for (const [index, code] of blocksOf(text, 'js').entries()) {
        if (NOT_COMPILED.test(code)) continue;
        writeFileSync(join(folder, `${name}-${index}.mts`), `${asTypeScript(code)}\nexport {};\n`);
      }
      for (const code of blocksOf(text, 'ts').filter((block) => block.includes('declare module'))) {
        writeFileSync(join(folder, `${name}-fastify.mts`), code);
      }
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(SETTINGS));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const typescript of ['typescript', 'typescript5']) {
    const compiler = join(root, 'node_modules', typescript);
    const { version } = JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8'));
    it(`compiles with TypeScript ${version}`, () => {
      const args = [join(compiler, 'bin', 'tsc'), '-p', folder];
      const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      assert.equal(status, 0, stdout);
    });
  }
});
