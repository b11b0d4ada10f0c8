import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string) => readFileSync(`${root}/${file}`, 'utf8');

// MSVC does not run here. Users reported that it needs these settings.
describe('the build on Windows', () => {
  it('disables the warning that /external does not silence', () => {
    const [, numbers = ''] = /'msvs_disabled_warnings': \[(.*)\]/.exec(read('binding.gyp')) ?? [];
    assert.ok(numbers.split(', ').includes('4702'), numbers);
  });

  it('builds releases for the oldest supported Node, with any version of Node', () => {
    const { engines, scripts } = JSON.parse(read('package.json'));
    const [, oldest] = /^\^(\d+\.\d+\.\d+) /.exec(engines.node) ?? [];
    assert.equal(
      scripts['build:release'],
      `prebuildify --napi --name tokenbinding --target ${oldest}`,
    );
  });
});
