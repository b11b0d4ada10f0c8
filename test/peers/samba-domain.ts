import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { untilAccepting } from '../support/ports.js';
import { PYTHON, programFile } from './program.js';

/**
 * The KDC of Samba's domain controller on 127.0.0.1: the stand-in for Active Directory, whose tickets have a PAC. It
 * has the domain AD.TEST, the user alice, and the accounts svc-web of HTTP/web.ad.test and svc-old of HTTP/old.ad.test,
 * which has no AES.
 */
export class SambaDomain {
  readonly #process: ChildProcess;
  /** The environment of programs that use the domain, as alice or as the service. */
  readonly environment: NodeJS.ProcessEnv;

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.environment = {
      KRB5_CONFIG: join(folder, 'krb5.conf'),
      KRB5CCNAME: `FILE:${join(folder, 'tickets')}`,
      KRB5_KTNAME: `FILE:${join(folder, 'keytab')}`,
    };
  }

  /** @param folder for `krb5.conf`, the service's `keytab`, and the domain itself, which takes seconds to make */
  static async start(folder: string): Promise<SambaDomain> {
    const args = ['-B', programFile('samba_kdc.py'), folder];
    const child = spawn(PYTHON, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    try {
      const port = await new Promise<number>((resolve, reject) => {
        createInterface(child.stdout).once('line', (line) => resolve(Number(line)));
        child.once('close', (code) => reject(new Error(`samba_kdc.py ended with ${code}`)));
      });
      await untilAccepting(port, child);
    } catch (error) {
      throw new Error(`${error}: ${errors}`);
    }
    return new SambaDomain(child, folder);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'close');
  }
}
