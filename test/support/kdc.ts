import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onFreePorts } from './ports.js';

const REALM = 'EXAMPLE.TEST';
/** Another realm. Both trust each other. */
export const OTHER_REALM = 'OTHER.TEST';
const PASSWORD = 'SecREt01';

/**
 * MIT's KDC for the realm EXAMPLE.TEST on 127.0.0.1, with the user alice and the service HTTP/srv. If asked to, also
 * for {@link OTHER_REALM}, on a port of its own. The hosts of `example.test` and `other.test` belong to these realms,
 * which a client learns only from the referrals of the KDCs.
 */
export class Kdc {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #ports = new Map<string, number>();
  #process: ChildProcess | undefined;

  /** @param folder for `krb5.conf` and the services' `keytab`, which exist after the start */
  constructor(folder: string, { otherRealm = false }: { readonly otherRealm?: boolean } = {}) {
    this.#folder = folder;
    this.#environment = {
      ...process.env,
      ...this.environment,
      KRB5_CONFIG: join(folder, 'kdc-krb5.conf'),
      KRB5_KDC_PROFILE: join(folder, 'kdc.conf'),
    };
    for (const realm of otherRealm ? [REALM, OTHER_REALM] : [REALM]) this.#ports.set(realm, 0);
  }

  /** The environment of programs that use the realm, as alice or as the service. */
  get environment(): NodeJS.ProcessEnv {
    return {
      KRB5_CONFIG: join(this.#folder, 'krb5.conf'),
      KRB5CCNAME: `FILE:${join(this.#folder, 'tickets')}`,
      KRB5_KTNAME: `FILE:${join(this.#folder, 'keytab')}`,
    };
  }

  /** The TCP port on 127.0.0.1 of the realm EXAMPLE.TEST. */
  get port(): number {
    return this.#ports.get(REALM) ?? 0;
  }

  /**
   * Adds a principal with keys of one encryption type, also those of its sessions, and its key to the keytab.
   *
   * @param name without a realm it is in EXAMPLE.TEST
   * @param etype by its name in kdc.conf
   * @param attributes such as `+requires_preauth`
   */
  addPrincipal(name: string, password: string, etype: string, attributes = ''): void {
    const [, realm = REALM] = name.split('@');
    const keytab = join(this.#folder, 'keytab');
    this.#administer(`addprinc ${attributes} -e ${etype}:normal -pw ${password} ${name}`, realm);
    this.#administer(`setstr ${name} session_enctypes ${etype}`, realm);
    this.#administer(`ktadd -norandkey -k ${keytab} ${name}`, realm);
  }

  async start(): Promise<void> {
    // The database needs no ports.
    this.#configure();
    for (const realm of this.#ports.keys()) {
      this.#run('/usr/sbin/kdb5_util', ['create', '-s', '-P', 'master', '-r', realm]);
    }
    if (this.#ports.size > 1) this.#addTrust();
    this.#administer(`addprinc -pw ${PASSWORD} alice`);
    this.#administer('addprinc -randkey HTTP/srv');
    this.#administer(`ktadd -k ${join(this.#folder, 'keytab')} HTTP/srv`);
    await onFreePorts(this.#ports.size, (ports) => this.#listen(ports));
    this.#run('/usr/bin/kinit', ['alice'], `${PASSWORD}\n`);
  }

  async stop(): Promise<void> {
    if (this.#process === undefined || this.#process.exitCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }

  async #listen(ports: readonly number[]): Promise<void> {
    const realms = [...this.#ports.keys()];
    for (const [index, realm] of realms.entries()) this.#ports.set(realm, ports[index] ?? 0);
    this.#configure();
    const child = spawn('/usr/sbin/krb5kdc', ['-n', ...realms.flatMap((realm) => ['-r', realm])], {
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        // Then all its ports are open.
        if (log.includes('commencing operation')) resolve();
      });
      child.once('error', reject);
      child.once('close', () => reject(new Error(`krb5kdc ended: ${log}`)));
    });
  }

  /** Both realms have the keys between them, so that the KDC of each can refer to the other. */
  #addTrust(): void {
    for (const name of [`${OTHER_REALM}@${REALM}`, `${REALM}@${OTHER_REALM}`]) {
      for (const realm of this.#ports.keys()) {
        this.#administer(`addprinc -pw between-realms krbtgt/${name}`, realm);
      }
    }
  }

  #configure(): void {
    const file = (name: string, lines: readonly string[]) =>
      writeFileSync(join(this.#folder, name), `${lines.join('\n')}\n`);
    const perRealm = (lines: (realm: string, port: number) => readonly string[]) => [
      '[realms]',
      ...[...this.#ports].flatMap(([realm, port]) => [`${realm} = {`, ...lines(realm, port), '}']),
    ];
    const client = [
      '[libdefaults]',
      `default_realm = ${REALM}`,
      'dns_lookup_kdc = false',
      'dns_lookup_realm = false',
      'dns_canonicalize_hostname = false',
      'allow_rc4 = true',
      ...perRealm((_, port) => [`kdc = 127.0.0.1:${port}`]),
    ];
    file('krb5.conf', client);
    const domains = [`.example.test = ${REALM}`, `.other.test = ${OTHER_REALM}`];
    file('kdc-krb5.conf', [...client, '[domain_realm]', ...domains]);
    file('kdc.conf', [
      ...perRealm((realm, port) => [
        `database_name = ${join(this.#folder, `principal-${realm}`)}`,
        `key_stash_file = ${join(this.#folder, `stash-${realm}`)}`,
        `kdc_listen = 127.0.0.1:${port}`,
        `kdc_tcp_listen = 127.0.0.1:${port}`,
      ]),
      '[logging]',
      'kdc = STDERR',
    ]);
  }

  #administer(query: string, realm: string = REALM): void {
    this.#run('/usr/sbin/kadmin.local', ['-r', realm, '-q', query]);
  }

  #run(program: string, args: string[], input = ''): void {
    execFileSync(program, args, { env: this.#environment, input, stdio: 'pipe' });
  }
}
