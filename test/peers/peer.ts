import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ACCOUNTS, type Account } from './accounts.js';
import { type Fields, PeerContext } from './peer-context.js';

const programs = fileURLToPath(new URL('../../../test/peers/programs/', import.meta.url));

/** The one that Debian's packages install modules for; another on the PATH lacks them. */
const PYTHON = '/usr/bin/python3';

export type Package = 'NTLM' | 'Negotiate';

export type Offers = Readonly<Partial<Record<'keyexchange' | 'ntlm2' | '128bit' | '56bit', 'no'>>>;

export interface PeerOptions {
  readonly package: Package;
  /** gss-ntlmssp only: the application data of the channel bindings. */
  readonly bindings?: Uint8Array;
  /** Samba only: neither signing nor sealing. gss-ntlmssp's client always signs. */
  readonly protected?: false;
  /** gss-ntlmssp's client only. */
  readonly datagram?: true;
  /** Samba only: what the context is not to do. */
  readonly offers?: Offers;
}

/** The peer would not; the words of its library. What else goes wrong is an Error. */
export class PeerRefusal extends Error {}

interface Waiting {
  readonly resolve: (answer: { result?: Fields; refusal?: string }) => void;
  readonly reject: (error: Error) => void;
}

/** Another implementation, in a process of its own that knows {@link ACCOUNTS}. */
export class Peer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tokenbinding-peer-'));
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiting[] = [];
  #contexts = 0;
  #stderr = '';
  #ending: Error | undefined;

  constructor(program: 'gss_ntlmssp.py' | 'kerberos_first.py' | 'samba_gensec.py') {
    const lines = ACCOUNTS.map(({ domain, user, password }) => `${domain}:${user}:${password}\n`);
    writeFileSync(join(this.#folder, 'accounts'), lines.join(''));
    this.#child = spawn(PYTHON, ['-B', join(programs, program), this.#folder], { stdio: 'pipe' });
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line));
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    // A write to a program that has ended fails; its end says why.
    this.#child.stdin.on('error', () => {});
    this.#child.once('close', (code, signal) => {
      this.#ending = new Error(`${program} ended with ${signal ?? code}: ${this.#stderr}`);
      for (const { reject } of this.#waiting.splice(0)) reject(this.#ending);
    });
  }

  /** The client's side of a new context. */
  client(account: Account, options: PeerOptions): Promise<PeerContext> {
    return this.#open('initiator', options, { ...account, target: 'HTTP@srv' });
  }

  /** The server's side of a new context. */
  server(options: PeerOptions): Promise<PeerContext> {
    return this.#open('acceptor', options, {});
  }

  async stop(): Promise<void> {
    this.#child.stdin.end();
    if (this.#ending === undefined) await once(this.#child, 'close');
    rmSync(this.#folder, { recursive: true });
  }

  async #open(role: string, options: PeerOptions, more: Fields): Promise<PeerContext> {
    const context = this.#contexts++;
    const { bindings, ...others } = options;
    const bound = bindings && { bindings: Buffer.from(bindings).toString('hex') };
    await this.#call({ call: role, context, ...others, ...bound, ...more });
    return new PeerContext((call, fields) => this.#call({ call, context, ...fields }));
  }

  async #call(request: Fields): Promise<Fields> {
    if (this.#ending !== undefined) throw this.#ending;
    const { result, refusal } = await new Promise<Parameters<Waiting['resolve']>[0]>(
      (resolve, reject) => {
        this.#waiting.push({ resolve, reject });
        this.#child.stdin.write(`${JSON.stringify(request)}\n`);
      },
    );
    if (result === undefined) throw new PeerRefusal(refusal);
    return result;
  }
}
