import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';
import { PATIENT } from '../support/patience.js';
import { TestKdc, writeConfiguration } from '../support/test-kdc.js';

const program = fileURLToPath(new URL('./kerberos-client-process.js', import.meta.url));
const folder = temporaryFolder();

describe('a process with a Kerberos client', () => {
  const kdc = new TestKdc();
  before(() => kdc.start());
  after(() => kdc.stop());

  for (const closes of ['context', 'credentials']) {
    it(`ends once its ${closes} is closed, although the KDC is silent`, async () => {
      const configFile = writeConfiguration(folder, { 'EXAMPLE.TEST': [kdc.port] });
      const child = fork(program, [configFile, closes], {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
        timeout: PATIENT,
      });
      kdc.falsehood = {
        isSilent: ({ type }) => {
          if (type === 'TGS-REQ') child.send('close');
          return type === 'TGS-REQ';
        },
      };
      const output = text(child.stdout as Readable);
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      assert.equal(await output, 'SEC_E_INVALID_HANDLE\n');
      assert.equal(kdc.received.at(-1)?.type, 'TGS-REQ');
      await kdc.untilIdle();
    });
  }
});
