import { randomBytes } from 'node:crypto';
import { SCHEMES, type Scheme } from '../../../src/http/auth/scheme.js';
import { onFreePorts } from '../../support/ports.js';
import { ALICE } from '../accounts.js';
import { Daemon } from './daemon.js';
import { ServerFolder } from './server-folder.js';

/** squid with Samba's ntlm_auth, which checks NTLM itself: no winbindd and no domain. It has one account, ALICE. */
export class Squid {
  readonly url: string;
  readonly #folder: ServerFolder;
  readonly #daemon: Daemon;

  private constructor(folder: ServerFolder, daemon: Daemon, port: number) {
    this.#folder = folder;
    this.#daemon = daemon;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(schemes: readonly Scheme[] = SCHEMES): Promise<Squid> {
    const folder = new ServerFolder();
    try {
      folder.write('smb.conf', sambaConfiguration(folder.path));
      return await onFreePorts(1, async ([port = 0]) => {
        const file = folder.write('squid.conf', configuration(folder.path, port, schemes));
        // The name is of shared memory: letters and digits.
        const name = `tokenbinding${randomBytes(8).toString('hex')}`;
        const daemon = await Daemon.start({
          program: '/usr/sbin/squid',
          args: ['-N', '-d', '1', '-n', name, '-f', file],
          ...{ folder, ready: /Accepting HTTP Socket connections/, port },
        });
        return new Squid(folder, daemon, port);
      });
    } catch (error) {
      folder.delete();
      throw error;
    }
  }

  /** Ends the proxy, and returns all requests that it has answered: the method, the target, the status, the user. */
  async stop(): Promise<string[]> {
    await this.#daemon.stop();
    const log = this.#folder.read('requests.log');
    this.#folder.delete();
    // Connections without a request have no method.
    return log.split('\n').filter((line) => /^[A-Z]/.test(line));
  }
}

/** The protocols of ntlm_auth for squid. */
const PROTOCOLS = { Negotiate: 'gss-spnego', NTLM: 'squid-2.5-ntlmssp' } as const;

function configuration(folder: string, port: number, schemes: readonly Scheme[]): string {
  const { domain, user, password } = ALICE;
  const helper = (protocol: string) =>
    `/usr/bin/ntlm_auth --configfile=${folder}/smb.conf --helper-protocol=${protocol} ` +
    `--domain=${domain} --username=${user} --password=${password}`;
  const authentication = schemes.flatMap((scheme) => [
    `auth_param ${scheme.toLowerCase()} program ${helper(PROTOCOLS[scheme])}`,
    `auth_param ${scheme.toLowerCase()} children 8 startup=1 idle=1`,
  ]);
  const lines = [
    `http_port 127.0.0.1:${port}`,
    'visible_hostname proxy.test',
    'pid_filename none',
    `coredump_dir ${folder}`,
    'cache_log /dev/null',
    'logformat peers %rm %ru %>Hs %[un',
    `access_log stdio:${folder}/requests.log logformat=peers`,
    'cache deny all',
    'netdb_filename none',
    'pinger_enable off',
    'shutdown_lifetime 0 seconds',
    ...authentication,
    'acl users proxy_auth REQUIRED',
    'http_access allow users',
    'http_access deny all',
  ];
  return `${lines.join('\n')}\n`;
}

function sambaConfiguration(folder: string): string {
  const folders = ['private dir', 'lock directory', 'state directory', 'cache directory'];
  const lines = [
    '[global]',
    `workgroup = ${ALICE.domain}`,
    'netbios name = PROXY',
    ...[...folders, 'pid directory', 'winbindd socket directory'].map(
      (name) => `${name} = ${folder}/${name.replaceAll(' ', '-')}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
