import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Project } from '../support/project.js';

const source = fileURLToPath(new URL('../../../src', import.meta.url));

/** The functions and classes that a new user calls first. Each must have an example. */
const ENTRY_POINTS = [
  'open',
  'generateBinding',
  'generateMessage',
  'verifyMessage',
  'generateId',
  'generateIdForUri',
  'exportKeyingMaterial',
  'FileKeyStore',
  'MemoryKeyStore',
  'decodeBase64url',
  'decodeTokenBindingMessage',
  'decodeTokenBindingKey',
  'decodeExtensions',
  'tokenBindingHash',
  'encodeNegotiation',
  'decodeNegotiation',
  'offerNegotiation',
  'selectNegotiation',
  'acceptNegotiation',
  'authenticatedAgents',
  'negotiate',
  'tokenBinding',
  'verifyRequest',
  'boundAgents',
  'forwardRequest',
  'sealCookie',
  'confirmation',
  'pkceChallenge',
];

interface Example {
  /** The declaration that the comment belongs to. */
  readonly name: string;
  readonly code: string;
}

/** The `@example` blocks of a file; each ends with the next tag or with the comment. */
function examplesIn(file: string): Example[] {
  const comments = readFileSync(join(source, file), 'utf8').matchAll(
    /^( *)\/\*\*\n((?:\1 \*.*\n)+?)\1 \*\/\n *(?:(?:export|async|function|class|const|interface) )*(\w+)/gm,
  );
  return Array.from(comments).flatMap(([, , comment = '', name = '']) => {
    const text = comment.replaceAll(/^ *\* ?/gm, '');
    const blocks = text.split(/^(?=@)/m).filter((block) => block.startsWith('@example\n'));
    return blocks.map((block) => ({ name, code: block.slice('@example\n'.length) }));
  });
}

/** The output that the comments after `console.log(...);` state. */
function promisedOutput(code: string): string[] {
  return Array.from(code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm), ([, line = '']) => line);
}

describe('examples in JSDoc', () => {
  const examples = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => examplesIn(file).map((example) => ({ ...example, file })));
  const project = new Project();
  before(() => project.writeCertificate());

  it('exist for each entry point, and none is overlooked', () => {
    const names = examples.map(({ name }) => name);
    assert.deepEqual(
      ENTRY_POINTS.filter((name) => !names.includes(name)),
      [],
    );
    const tags = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap(
        (file) => readFileSync(join(source, file), 'utf8').match(/^ *\* @example\b/gm) ?? [],
      );
    assert.equal(examples.length, tags.length);
  });

  for (const { file, name, code } of examples) {
    it(`runs and prints the stated output: ${name} (${file})`, () => {
      const printed = project.run(code).split('\n');
      for (const line of promisedOutput(code)) {
        const index = printed.indexOf(line);
        assert.notEqual(index, -1, `does not print ${line}, but ${printed.join(' | ')}`);
        printed.splice(0, index + 1);
      }
    });
  }
});
