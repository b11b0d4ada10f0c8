import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blocksOf } from '../support/markdown.js';
import { freePort } from '../support/ports.js';
import { Project } from '../support/project.js';
import { retry } from '../support/retry.js';

const page = readFileSync(new URL('../../../docs/kerberos.md', import.meta.url), 'utf8');

describe('the realm to try it, of docs/kerberos.md', () => {
  const project = new Project();
  let kdc: number | undefined;
  after(() => kdc !== undefined && process.kill(kdc));

  it('is enough for the program with signed and sealed messages', async () => {
    const [script = ''] = blocksOf(page, 'sh');
    const [program = ''] = blocksOf(page, 'js').filter((code) => code.includes('verifySignature'));
    // Another test can take a port of 127.0.0.1 before the KDC does.
    const address = `127.0.0.88:${await freePort()}`;
    const changed = script.replaceAll('127.0.0.1:8888', address);
    execFileSync('sh', ['-e', '-c', changed], { cwd: project.folder, stdio: 'pipe' });
    // The KDC writes it after the command has ended.
    kdc = await retry(async () => {
      const file = join(project.folder, 'kdc.pid');
      return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined;
    });
    process.env['KRB5_CONFIG'] = join(project.folder, 'krb5.conf');
    assert.equal(project.run(program), 'alice@EXAMPLE.COM a message\n');
  });
});
