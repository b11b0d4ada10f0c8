// Starts a server and a client as two processes, once for each package, and checks the outcome.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/** A child process and its reports, in order. */
class Program {
  #name;
  #child;

  constructor(name, setup) {
    this.#name = name;
    this.#child = fork(fileURLToPath(new URL(`${name}.mjs`, import.meta.url)));
    this.#child.send(setup);
  }

  /**
   * The next report, which must be of that kind.
   *
   * @returns {Promise<any>}
   */
  next(kind) {
    return new Promise((resolve, reject) => {
      this.#child.once('message', (/** @type {any} */ report) => {
        if (report.kind === kind) resolve(report);
        else reject(new Error(report.problem ?? report.kind));
      });
      // It comes after the last message; 'exit' can come before.
      this.#child.once('disconnect', () => reject(new Error(`${this.#name} ended early`)));
    });
  }

  stop() {
    if (this.#child.connected) this.#child.disconnect();
  }
}

async function run(name) {
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

const isSafe = (await run('NTLM')) && (await run('Negotiate'));
console.log(
  isSafe
    ? 'Each genuine message was accepted, and each altered one was rejected.'
    : 'Signing and sealing have failed.',
);
process.exitCode = isSafe ? 0 : 1;
