import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The code of the `@example` in a source. */
function exampleIn(file: string): string {
  const source = readFileSync(join(root, 'src/conformance', file), 'utf8');
  const [, comment = ''] = /@example\n \* ```js\n(.*?) \* ```/s.exec(source) ?? assert.fail(file);
  return comment.replaceAll(/^ \* ?/gm, '');
}

describe('the example of', () => {
  for (const [name, file, output] of [
    ['runConformance', 'run-conformance.ts', /^\d+ cases agree, 0 differ\n$/],
    ['shadow', 'shadow/shadow.ts', /^\{ compared: 1, differed: 0, skipped: 0 \}\n$/],
    ['toHtml', 'page/to-html.ts', /^\d+ characters\n$/],
  ] as const) {
    it(`${name} runs as it stands`, () => {
      const args = ['--input-type=module', '--eval', exampleIn(file)];
      const options = { cwd: root, encoding: 'utf8' } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
      assert.equal(status, 0, stderr);
      assert.match(stdout, output);
    });
  }
});
