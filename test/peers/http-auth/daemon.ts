import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { untilAccepting } from '../../support/ports.js';
import type { ServerFolder } from './server-folder.js';

export interface DaemonOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: ServerFolder;
  readonly environment?: NodeJS.ProcessEnv;
  /** What the server prints when it has started. */
  readonly ready: RegExp;
  /** A port that the server may open only after it has printed that. */
  readonly port?: number;
  /** The signal that ends the server after the requests that it works on. */
  readonly ending?: NodeJS.Signals;
}

/** A server of another project, in a process of its own. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #ending: NodeJS.Signals;
  #output = '';

  private constructor({ program, args, folder, environment, ending = 'SIGTERM' }: DaemonOptions) {
    this.#child = spawn(program, args, {
      ...folder.user,
      cwd: folder.path,
      // No configuration of this machine.
      env: { PATH: process.env['PATH'], KRB5_CONFIG: '/dev/null', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ending = ending;
    this.#closed = once(this.#child, 'close');
    // A program that does not start rejects this promise; start() reports it.
    this.#closed.catch(() => {});
    const kill = () => this.#child.kill();
    process.once('exit', kill);
    this.#child.once('close', () => process.off('exit', kill));
  }

  /** Starts a server and waits until it is ready. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const daemon = new Daemon(options);
    await daemon.#untilReady(options);
    if (options.port !== undefined) await untilAccepting(options.port, daemon.#child);
    return daemon;
  }

  /** What the server has printed. */
  get output(): string {
    return this.#output;
  }

  /** Ends the server and waits for its end. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill(this.#ending);
    await this.#closed;
  }

  #untilReady({ program, ready }: DaemonOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          this.#output += text;
          if (ready.test(this.#output)) resolve();
        });
      }
      this.#closed.then(
        () => reject(new Error(`${program} ended: ${this.#output}`)),
        (error) => reject(error),
      );
    });
  }
}
