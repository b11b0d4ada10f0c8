import { execFileSync } from 'node:child_process';
import { onFreePorts } from '../support/ports.js';
import { Daemon } from './http-auth/daemon.js';
import { ServerFolder } from './http-auth/server-folder.js';

const ENTRIES = `dn: dc=example,dc=test
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: uid=bob,dc=example,dc=test
objectClass: inetOrgPerson
uid: bob
cn: Bob
sn: Builder
mail: bob@example.test
`;

/** OpenLDAP's slapd as ldap/ldap.example.test. It serves alice after a logon with SASL GSSAPI. */
export class Slapd {
  readonly port: number;
  readonly #folder: ServerFolder;
  readonly #daemon: Daemon;

  private constructor(folder: ServerFolder, daemon: Daemon, port: number) {
    this.#folder = folder;
    this.#daemon = daemon;
    this.port = port;
  }

  /** @param realm the environment of the realm, with the key of the service */
  static async start(realm: NodeJS.ProcessEnv): Promise<Slapd> {
    const folder = new ServerFolder();
    try {
      const environment = folder.joinRealm(realm);
      const file = folder.write('slapd.conf', configuration(folder.makeFolder('entries')));
      const load = ['-f', file, '-l', folder.write('entries.ldif', ENTRIES)];
      execFileSync('/usr/sbin/slapadd', load, { ...folder.user, stdio: 'pipe' });
      return await onFreePorts(1, async ([port = 0]) => {
        const daemon = await Daemon.start({
          program: '/usr/sbin/slapd',
          // The statistics have each logon and its layer.
          args: ['-d', 'stats', '-h', `ldap://127.0.0.1:${port}`, '-f', file],
          ...{ folder, environment, ready: /slapd starting/, port },
        });
        return new Slapd(folder, daemon, port);
      });
    } catch (error) {
      folder.delete();
      throw error;
    }
  }

  /** Ends the server, and returns its log. */
  async stop(): Promise<string> {
    await this.#daemon.stop();
    this.#folder.delete();
    return this.#daemon.output;
  }
}

function configuration(folder: string): string {
  const schemas = ['core', 'cosine', 'inetorgperson'];
  const lines = [
    ...schemas.map((name) => `include /etc/ldap/schema/${name}.schema`),
    'sasl-host ldap.example.test',
    // At least signed.
    'sasl-secprops noanonymous,minssf=1',
    'database ldif',
    'suffix "dc=example,dc=test"',
    `directory ${folder}`,
    'access to * by dn.exact="uid=alice,cn=gssapi,cn=auth" read by * none',
  ];
  return `${lines.join('\n')}\n`;
}
