import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Workplace } from './workplace.js';

/** Other tests parse the standard output of programs as JSON, so it must not contain standard error. */
export function describeOutputs(workplace: Workplace): void {
  describe('a program in node.exe under Wine', () => {
    it('keeps standard output and standard error apart', async () => {
      const program = "console.error('one'); console.log('two'); console.error('three');";
      const ending = await workplace.runInNode('20.20.2', ['--eval', program]);
      assert.deepEqual([ending.status, ending.stdout], [0, 'two\n']);
      assert.equal(ending.stderr, 'one\nthree\n');
      assert.equal(ending.output, 'two\none\nthree\n');
    });
  });
}
