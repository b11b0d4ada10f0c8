// Starts a server and a client as two processes, once for each package, and judges the outcome.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Report, Setup } from './messages.js';

/** A child process, and what it reports, in order. */
class Program {
  readonly #name: string;
  readonly #child: ChildProcess;

  constructor(name: 'server' | 'client', setup: Setup) {
    this.#name = name;
    this.#child = fork(fileURLToPath(new URL(`${name}.js`, import.meta.url)));
    this.#child.send(setup);
  }

  next<K extends Report['kind']>(kind: K): Promise<Extract<Report, { kind: K }>> {
    return new Promise((resolve, reject) => {
      this.#child.once('message', (report: Report) => {
        if (report.kind === kind) resolve(report as Extract<Report, { kind: K }>);
        else reject(new Error(report.kind === 'failed' ? report.problem : report.kind));
      });
      this.#child.once('exit', (code) => reject(new Error(`${this.#name} ended early (${code})`)));
    });
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

async function run(name: Setup['package']): Promise<boolean> {
  console.log(`${name}, over TCP on 127.0.0.1\n`);
  const setup = { package: name, port: 0, password: randomBytes(12).toString('base64') };
  const server = new Program('server', setup);
  const { port } = await server.next('listening');
  const client = new Program('client', { ...setup, port });
  try {
    const [atServer, atClient] = await Promise.all([server.next('server'), client.next('client')]);
    console.log(`
signed message        ${atServer.signed}
  with a bit changed  ${atServer.forged}
sealed message        ${atClient.sealed}
  with a bit changed  ${atClient.forged}
`);
    return (
      atServer.user === 'EXAMPLE\\alice' &&
      atServer.signed === 'accepted' &&
      atServer.forged === 'SEC_E_MESSAGE_ALTERED' &&
      atClient.sealed === 'This is your server speaking' &&
      atClient.forged === 'SEC_E_MESSAGE_ALTERED'
    );
  } finally {
    client.stop();
    server.stop();
  }
}

const safe = (await run('NTLM')) && (await run('Negotiate'));
console.log(
  safe
    ? 'Each message came as it was sent, and nothing that was changed got through.'
    : 'This is not what SSPI promises.',
);
process.exitCode = safe ? 0 : 1;
