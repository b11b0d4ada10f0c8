import { temporaryFolder } from '../support/folders.js';
import { Kdc } from '../support/kdc.js';
import { ETYPE_NUMBERS, etypeOf } from '../support/kerberos.js';
import { Lines } from './lines.js';
import { PeerContext } from './peer-context.js';
import { startProgram } from './program.js';

/** The password of all users and services of the realm. */
export const PASSWORD = 'Pässwörd-1';

export interface MitClientOptions {
  /** `HTTP@` and the host. */
  readonly target: string;
  /** The application data of the channel bindings. */
  readonly bindings?: Uint8Array | undefined;
  readonly mutual?: boolean;
}

/** MIT's GSS-API as a client and as the services of a keytab, in a process of its own. */
export class MitGss {
  readonly #program: ReturnType<typeof startProgram>;
  readonly #lines: Lines;
  #contexts = 0;

  /** @param folder with the realm's `krb5.conf`, the client's `tickets` and the services' `keytab` */
  constructor(folder: string) {
    const program = startProgram('mit_kerberos.py', folder);
    const lines = new Lines(program.stdout, program.stdin);
    program.once('close', () => lines.end(new Error('mit_kerberos.py ended')));
    this.#program = program;
    this.#lines = lines;
  }

  client({ bindings, target, mutual = true }: MitClientOptions): Promise<PeerContext> {
    // A client with tickets needs no account.
    const account = { domain: '', user: '', password: '' };
    return this.#open('initiator', { ...account, target, mutual, ...bindingsField(bindings) });
  }

  server(bindings?: Uint8Array): Promise<PeerContext> {
    return this.#open('acceptor', bindingsField(bindings));
  }

  stop(): void {
    this.#program.stdin.end();
  }

  async #open(role: string, fields: Readonly<Record<string, unknown>>): Promise<PeerContext> {
    const context = this.#contexts++;
    await this.#lines.call({ call: role, context, package: 'Kerberos', ...fields });
    return new PeerContext((call, more) => this.#lines.call({ call, context, ...more }));
  }
}

/**
 * A realm of MIT's KDC, with a user `user-<etype>` and a service `HTTP/<etype>` for each encryption type. MIT's GSS-API
 * is alice there, and every service of the keytab.
 */
export class MitRealm {
  readonly folder: string = temporaryFolder();
  readonly kdc: Kdc;
  #gss: MitGss | undefined;

  constructor(options?: ConstructorParameters<typeof Kdc>[1]) {
    this.kdc = new Kdc(this.folder, options);
  }

  async start(): Promise<void> {
    await this.kdc.start();
    for (const number of ETYPE_NUMBERS) {
      const { name } = etypeOf(number);
      this.kdc.addPrincipal(`user-${name}`, PASSWORD, name, '+requires_preauth');
      this.kdc.addPrincipal(`HTTP/${name}`, PASSWORD, name);
    }
    this.#gss = new MitGss(this.folder);
  }

  async stop(): Promise<void> {
    this.#gss?.stop();
    await this.kdc.stop();
  }

  get gss(): MitGss {
    if (this.#gss === undefined) throw new Error('the realm is not started');
    return this.#gss;
  }
}

function bindingsField(bindings: Uint8Array | undefined): { readonly bindings?: string } {
  return bindings === undefined ? {} : { bindings: Buffer.from(bindings).toString('hex') };
}
