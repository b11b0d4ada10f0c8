import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, untilAccepting } from './ports.js';

const REALM = 'EXAMPLE.TEST';
const PASSWORD = 'SecREt01';

/** MIT's KDC for the realm EXAMPLE.TEST on 127.0.0.1, with the user alice and the service HTTP/srv. */
export class Kdc {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;
  #port = 0;

  /** @param folder for `krb5.conf` and the service's `keytab`, which exist after the start */
  constructor(folder: string) {
    this.#folder = folder;
    this.#environment = {
      ...process.env,
      ...this.environment,
      KRB5_KDC_PROFILE: join(folder, 'kdc.conf'),
    };
  }

  /** The environment of programs that use the realm, as alice or as the service. */
  get environment(): NodeJS.ProcessEnv {
    return {
      KRB5_CONFIG: join(this.#folder, 'krb5.conf'),
      KRB5CCNAME: `FILE:${join(this.#folder, 'tickets')}`,
      KRB5_KTNAME: `FILE:${join(this.#folder, 'keytab')}`,
    };
  }

  /** The TCP port on 127.0.0.1. */
  get port(): number {
    return this.#port;
  }

  /**
   * Adds a principal with keys of one encryption type, also those of its sessions, and its key to the keytab.
   *
   * @param etype by its name in kdc.conf
   * @param attributes such as `+requires_preauth`
   */
  addPrincipal(name: string, password: string, etype: string, attributes = ''): void {
    this.#administer(`addprinc ${attributes} -e ${etype}:normal -pw ${password} ${name}`);
    this.#administer(`setstr ${name} session_enctypes ${etype}`);
    this.#administer(`ktadd -norandkey -k ${join(this.#folder, 'keytab')} ${name}`);
  }

  async start(): Promise<void> {
    this.#port = await freePort();
    this.#configure(this.#port);
    this.#run('/usr/sbin/kdb5_util', ['create', '-s', '-P', 'master', '-r', REALM]);
    this.#administer(`addprinc -pw ${PASSWORD} alice`);
    this.#administer('addprinc -randkey HTTP/srv');
    this.#administer(`ktadd -k ${join(this.#folder, 'keytab')} HTTP/srv`);
    const options = { env: this.#environment, stdio: 'ignore' } as const;
    this.#process = spawn('/usr/sbin/krb5kdc', ['-n'], options);
    await untilAccepting(this.#port, this.#process);
    this.#run('/usr/bin/kinit', ['alice'], `${PASSWORD}\n`);
  }

  async stop(): Promise<void> {
    if (this.#process === undefined || this.#process.exitCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }

  #configure(port: number): void {
    const file = (name: string, lines: readonly string[]) =>
      writeFileSync(join(this.#folder, name), `${lines.join('\n')}\n`);
    file('krb5.conf', [
      '[libdefaults]',
      `default_realm = ${REALM}`,
      'dns_lookup_kdc = false',
      'dns_lookup_realm = false',
      'dns_canonicalize_hostname = false',
      'allow_rc4 = true',
      '[realms]',
      `${REALM} = {`,
      `kdc = 127.0.0.1:${port}`,
      '}',
    ]);
    file('kdc.conf', [
      '[realms]',
      `${REALM} = {`,
      `database_name = ${join(this.#folder, 'principal')}`,
      `key_stash_file = ${join(this.#folder, 'stash')}`,
      `kdc_listen = 127.0.0.1:${port}`,
      `kdc_tcp_listen = 127.0.0.1:${port}`,
      '}',
    ]);
  }

  #administer(query: string): void {
    this.#run('/usr/sbin/kadmin.local', ['-q', query]);
  }

  #run(program: string, args: string[], input = ''): void {
    execFileSync(program, args, { env: this.#environment, input, stdio: 'pipe' });
  }
}
