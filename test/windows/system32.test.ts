import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { generateIdForUri, getKeyTypesServer, open } from '../../src/index.js';
import { newDomain } from '../provider/under-test.js';

// Run with a tokenbinding.dll in System32, the stand-in where there is no other.

describe('the default search', () => {
  it('finds the tokenbinding.dll of System32', () => {
    const { name, reason, library } = open().provider;
    assert.equal(name, 'windows');
    assert.equal(reason, 'found');
    const expected = join(
      process.env['SystemRoot'] ?? 'C:\\windows',
      'system32',
      'tokenbinding.dll',
    );
    assert.equal(library?.toLowerCase(), expected.toLowerCase());
    assert.equal(open({ provider: 'windows' }).provider.reason, 'requested');
  });

  it('is what the functions of the module use', async () => {
    assert.ok((await getKeyTypesServer()).includes('ecdsap256'));
    const { identifier } = await generateIdForUri('ecdsap256', `https://${newDomain()}/`);
    assert.equal(identifier.length, 68);
  });

  it('can be declined', () => {
    const { provider } = open({ provider: 'portable' });
    assert.deepEqual(provider, { name: 'portable', reason: 'requested' });
  });
});
