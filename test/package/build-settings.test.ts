import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string) => readFileSync(`${root}/${file}`, 'utf8');

// Nothing here can run MSVC: these settings are what its users have reported to be needed.
describe('the build on Windows', () => {
  it('has the warning disabled by name that /external does not silence', () => {
    const [, numbers = ''] = /'msvs_disabled_warnings': \[(.*)\]/.exec(read('binding.gyp')) ?? [];
    assert.ok(numbers.split(', ').includes('4702'), numbers);
  });

  it('makes releases against the oldest Node that is supported, whichever runs it', () => {
    const { engines, scripts } = JSON.parse(read('package.json'));
    const [, oldest] = /^\^(\d+\.\d+\.\d+) /.exec(engines.node) ?? [];
    assert.equal(
      scripts['build:release'],
      `prebuildify --napi --name tokenbinding --target ${oldest}`,
    );
  });
});
