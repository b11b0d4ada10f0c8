import { ACCOUNTS } from '../accounts.js';
import { PYTHON, programFile, userFile } from '../program.js';
import { type Certificate, certificate } from './certificate.js';
import { Daemon } from './daemon.js';
import { ServerFolder } from './server-folder.js';

/** A complete or rejected handshake. */
export interface AcceptedHandshake {
  readonly user?: string;
  /** Whether the client has sent the bindings of the connection. */
  readonly bound?: boolean;
  /** The error of a rejected handshake. */
  readonly rejected?: string;
}

/** A server on MIT's GSS-API that requires channel bindings: over gss-ntlmssp, or over Kerberos in a realm. */
export class GssAcceptor {
  readonly certificate: Certificate;
  readonly origin: string;
  readonly #folder: ServerFolder;
  readonly #daemon: Daemon;

  private constructor(folder: ServerFolder, daemon: Daemon, certificate: Certificate) {
    this.#folder = folder;
    this.#daemon = daemon;
    this.certificate = certificate;
    this.origin = `https://127.0.0.1:${/^listening on (\d+)$/m.exec(daemon.output)?.[1]}`;
  }

  /** @param realm the environment of the realm */
  static async start(realm?: NodeJS.ProcessEnv): Promise<GssAcceptor> {
    const folder = new ServerFolder();
    try {
      const own = await certificate();
      folder.write('cert.pem', own.cert);
      folder.write('key.pem', own.key);
      folder.write('accounts', userFile(ACCOUNTS));
      const daemon = await Daemon.start({
        program: PYTHON,
        args: ['-B', programFile('http_gss.py'), folder.path],
        ...{ folder, ready: /^listening on \d+$/m },
        ...(realm && { environment: folder.joinRealm(realm) }),
      });
      return new GssAcceptor(folder, daemon, own);
    } catch (error) {
      folder.delete();
      throw error;
    }
  }

  /** Ends the server, and returns all handshakes. */
  async stop(): Promise<AcceptedHandshake[]> {
    await this.#daemon.stop();
    this.#folder.delete();
    const lines = this.#daemon.output.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line));
  }
}
