import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { open } from '../../src/index.js';
import { openSspi } from '../../src/sspi.js';
import { openedInFork, openedInWorker } from '../support/opening.js';

const portable = ['portable', 'portable', 'portable', 'portable'];

describe('opening', () => {
  it('works in workers, in sequence and in parallel', async () => {
    assert.deepEqual(await openedInWorker(), portable);
    assert.deepEqual(await Promise.all([openedInWorker(), openedInWorker()]), [portable, portable]);
  });

  it('works in a process forked after opening', async () => {
    const here = [open(), openSspi()].map(({ provider }) => provider.name);
    assert.deepEqual(here, ['portable', 'portable']);
    assert.deepEqual(await openedInFork(), portable);
  });
});
