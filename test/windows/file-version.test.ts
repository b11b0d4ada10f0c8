import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileVersion } from '../../src/conformance/sides/file-version.js';
import { standIn } from './stand-in.js';

describe('the file version of a Windows program', () => {
  it('is read from node.exe', () => {
    assert.equal(fileVersion(readFileSync(process.execPath)), `${process.versions.node}.0`);
  });

  it('is read from each stand-in', () => {
    const folder = dirname(standIn());
    const libraries = readdirSync(folder).filter((file) => file.endsWith('.dll'));
    assert.equal(libraries.length, 9);
    for (const file of libraries) {
      assert.equal(fileVersion(readFileSync(join(folder, file))), '0.1.2.3', file);
    }
  });
});
