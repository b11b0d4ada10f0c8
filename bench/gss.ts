import { CProgram } from './c-program.js';
import type { Batch } from './measure.js';

/** A mechanism of MIT's GSS-API. */
export type Mechanism = 'ntlm' | 'kerberos';

const SOURCE = { file: 'gss.c', options: ['-lgssapi_krb5', '-lkrb5'] };
const BUILD_NEEDS = { gcc: 'gcc', '/usr/include/gssapi/gssapi_ext.h': 'libkrb5-dev' };

/** The files that the baseline needs, and the packages of Debian that have them. */
export const GSS_NEEDS: Readonly<Record<Mechanism, Readonly<Record<string, string>>>> = {
  kerberos: BUILD_NEEDS,
  ntlm: { ...BUILD_NEEDS, '/etc/gss/mech.d/mech.ntlmssp.conf': 'gss-ntlmssp' },
};

export type Operation =
  | 'sign'
  | 'seal'
  | 'keep-signed'
  | 'keep-sealed'
  | 'verify'
  | 'unseal'
  | 'logon';

/** A mechanism of MIT's GSS-API. */
export class Gss {
  readonly #program: CProgram;

  /** @param environment names the files of the mechanism */
  constructor(mechanism: Mechanism, environment: NodeJS.ProcessEnv) {
    this.#program = new CProgram(SOURCE, [mechanism], environment);
  }

  /** A batch of messages of `size` bytes, or of logons. */
  batch(operation: Operation, size: number): Batch {
    return this.#program.batch((times) => `${operation} ${size} ${times}`);
  }

  stop(): void {
    this.#program.stop();
  }
}
