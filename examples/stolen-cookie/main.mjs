// Starts a server, its user and a thief as three processes, and checks the outcome.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { open } from 'tokenbinding';
import { makeCertificate } from './certificate.mjs';

const children = [];

/**
 * Starts a program of this folder.
 *
 * @param {string} program
 * @param {import('./messages.mjs').Setup} setup
 * @param {string} kind the kind of message to wait for
 * @returns {Promise<any>} that message
 */
function start(program, setup, kind) {
  const child = fork(fileURLToPath(new URL(`${program}.mjs`, import.meta.url)));
  children.push(child);
  return new Promise((resolve, reject) => {
    child.on('message', (/** @type {any} */ report) => {
      if (report.kind === kind) resolve(report);
      else reject(new Error(report.problem ?? report.kind));
    });
    // It comes after the last message; 'exit' can come before.
    child.once('disconnect', () => reject(new Error(`${program} ended early`)));
    child.send(setup);
  });
}

async function run() {
  const { name, reason } = open().provider;
  console.log(`Token Binding by the ${name} provider (${reason}), over TLS 1.3 on 127.0.0.1\n`);
  const { certificate, privateKey } = makeCertificate();
  const { port } = await start('server', { certificate, privateKey }, 'listening');
  const owner = await start('owner', { certificate, port }, 'owner');
  console.log('\n       The cookie and the header are stolen.\n');
  const thief = await start('thief', { certificate, port, loot: owner.loot }, 'thief');

  console.log(`
owner with its own cookie, header and connection   ${owner.status}
thief with the stolen cookie and header            ${thief.replayed}
thief with the stolen cookie and its own key       ${thief.rebound}
`);
  return owner.status === 200 && thief.replayed === 401 && thief.rebound === 401;
}

let isSafe = false;
try {
  isSafe = await run();
} finally {
  for (const child of children) if (child.connected) child.disconnect();
}
console.log(
  isSafe
    ? 'The cookie is worth nothing without the key, and the key was never sent.'
    : 'Token Binding has failed.',
);
process.exitCode = isSafe ? 0 : 1;
