import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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
      kdc.falsehood = { isSilent: ({ type }) => type === 'TGS-REQ' };
      const args = [program, configFile, closes];
      const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: PATIENT });
      assert.equal(stdout, 'SEC_E_INVALID_HANDLE\n');
      assert.equal(kdc.received.at(-1)?.type, 'TGS-REQ');
      await kdc.untilIdle();
    });
  }
});
