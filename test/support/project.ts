import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { temporaryFolder } from './folders.js';
import { PATIENT } from './patience.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A project with this package among its dependencies, to run the code of the documentation in. */
export class Project {
  readonly folder: string = temporaryFolder();

  /** @param packages more dependencies: their names, and the folders in node_modules that are linked */
  constructor(packages: Readonly<Record<string, string>> = {}) {
    mkdirSync(join(this.folder, 'node_modules'));
    this.#link('tokenbinding', root);
    for (const [name, folder] of Object.entries(packages)) {
      this.#link(name, join(root, 'node_modules', folder));
    }
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

  /** Like {@link run}, with servers of this process. The certificate of {@link writeCertificate} is trusted. */
  async runBeside(code: string): Promise<string> {
    const args = ['--input-type=module', '--eval', code];
    const { NODE_TEST_CONTEXT, ...environment } = process.env;
    const env = { ...environment, NODE_EXTRA_CA_CERTS: join(this.folder, 'cert.pem') };
    // No block takes a tenth of this.
    const options = { cwd: this.folder, env, timeout: PATIENT };
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    return stdout;
  }

  #link(name: string, target: string): void {
    symlinkSync(target, join(this.folder, 'node_modules', name), 'junction');
  }
}
