import { onFreePorts } from '../../support/ports.js';
import { ACCOUNTS, type Account } from '../accounts.js';
import { userFile } from '../program.js';
import { type Certificate, certificate } from './certificate.js';
import { Daemon } from './daemon.js';
import { ServerFolder } from './server-folder.js';

export interface ApacheOptions {
  readonly accounts?: readonly Account[];
  /** The environment of a realm: Kerberos in place of NTLM. */
  readonly realm?: NodeJS.ProcessEnv;
  /** GssapiConnectionBound: keeps the context of a handshake, and then the user, with the connection. */
  readonly connectionBound: boolean;
  /** GssapiSignalPersistentAuth: sends Persistent-Auth. */
  readonly signalPersistentAuth?: boolean;
}

/** A request in the log. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly user: string;
  readonly port: string;
  /** The field Authorization, or `-`. */
  readonly authorization: string;
}

const MODULES = [
  ...['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_gssapi'],
  ...['ssl', 'alias', 'cgid'],
];

/** Answers with the user, the method, the number of bytes of the body and the client's port. */
const SCRIPT = `#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
printf '%s %s %s %s' "$REMOTE_USER" "$REQUEST_METHOD" "$(wc -c)" "$REMOTE_PORT"
`;

/** Apache with mod_auth_gssapi over gss-ntlmssp or MIT's Kerberos, for http and https. */
export class Apache {
  readonly certificate: Certificate;
  readonly #folder: ServerFolder;
  readonly #daemon: Daemon;
  readonly #ports: readonly number[];

  private constructor(
    folder: ServerFolder,
    daemon: Daemon,
    certificate: Certificate,
    ports: readonly number[],
  ) {
    this.#folder = folder;
    this.#daemon = daemon;
    this.certificate = certificate;
    this.#ports = ports;
  }

  static async start(options: ApacheOptions): Promise<Apache> {
    const folder = new ServerFolder();
    try {
      const own = await certificate();
      folder.write('cert.pem', own.cert);
      folder.write('key.pem', own.key);
      folder.write('script', SCRIPT, 0o700);
      const environment = options.realm
        ? folder.joinRealm(options.realm)
        : {
            NTLM_USER_FILE: folder.write('accounts', userFile(options.accounts ?? ACCOUNTS)),
            NETBIOS_COMPUTER_NAME: 'SRV',
            NETBIOS_DOMAIN_NAME: 'DOM',
          };
      return await onFreePorts(2, async (ports) => {
        const file = folder.write('httpd.conf', configuration(folder.path, ports, options));
        const daemon = await Daemon.start({
          program: '/usr/sbin/apache2',
          args: ['-f', file, '-DFOREGROUND'],
          ...{ folder, environment, ready: /resuming normal operations/, ending: 'SIGWINCH' },
        });
        return new Apache(folder, daemon, own, ports);
      });
    } catch (error) {
      folder.delete();
      throw error;
    }
  }

  /** The origin with this protocol. */
  origin(protocol: 'http' | 'https'): string {
    return `${protocol}://127.0.0.1:${this.#ports[protocol === 'http' ? 0 : 1]}`;
  }

  /** Ends the server, and returns all requests that it has answered. */
  async stop(): Promise<LoggedRequest[]> {
    await this.#daemon.stop();
    const log = this.#folder.read('requests.log');
    this.#folder.delete();
    return log
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [method = '', path = '', status, user = '', port = '', authorization = ''] =
          line.split('\t');
        return { method, path, status: Number(status), user, port, authorization };
      });
  }
}

function configuration(
  folder: string,
  [http, https]: readonly number[],
  { connectionBound, signalPersistentAuth = false, realm }: ApacheOptions,
): string {
  const onOff = (value: boolean) => (value ? 'On' : 'Off');
  const lines = [
    `ServerRoot ${folder}`,
    'ServerName 127.0.0.1',
    ...MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    `PidFile ${folder}/pid`,
    `DefaultRuntimeDir ${folder}`,
    `Mutex file:${folder}`,
    `ScriptSock ${folder}/cgid.sock`,
    'ErrorLog "|/bin/cat"',
    `CustomLog ${folder}/requests.log "%m\\t%U\\t%>s\\t%u\\t%{remote}p\\t%{Authorization}i"`,
    `Listen 127.0.0.1:${http}`,
    `Listen 127.0.0.1:${https}`,
    'StartServers 1',
    'KeepAliveTimeout 600',
    'MaxKeepAliveRequests 0',
    `ScriptAlias / ${folder}/script/`,
    '<Location />',
    'AuthType GSSAPI',
    'AuthName peers',
    `GssapiAllowedMech ${realm === undefined ? 'ntlmssp' : 'krb5'}`,
    `GssapiConnectionBound ${onOff(connectionBound)}`,
    `GssapiSignalPersistentAuth ${onOff(signalPersistentAuth)}`,
    'Require valid-user',
    '</Location>',
    `<VirtualHost 127.0.0.1:${https}>`,
    'SSLEngine on',
    `SSLCertificateFile ${folder}/cert.pem`,
    `SSLCertificateKeyFile ${folder}/key.pem`,
    '</VirtualHost>',
  ];
  return `${lines.join('\n')}\n`;
}
