import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { temporaryFolder } from './folders.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A project with this package among its dependencies, to run the code of the documentation in. */
export class Project {
  readonly folder: string = temporaryFolder();

  constructor() {
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(root, join(this.folder, 'node_modules', 'tokenbinding'), 'junction');
  }

  /** Writes key.pem and cert.pem: a new key, and its certificate for localhost. */
  async writeCertificate(): Promise<void> {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
    writeFileSync(join(this.folder, 'cert.pem'), cert);
    writeFileSync(join(this.folder, 'key.pem'), key);
  }

  /** Runs code as an ES module of the project; returns what it printed, and fails unless it exits with 0. */
  run(code: string): string {
    const args = ['--input-type=module', '--eval', code];
    const options = { cwd: this.folder, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    assert.equal(status, 0, stderr);
    return stdout;
  }
}
