// Starts a server, its user and a thief as three processes, and judges the outcome.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { open } from 'tokenbinding';
import type { Report, Setup } from './messages.js';

const children: ChildProcess[] = [];

function start<K extends Report['kind']>(
  program: string,
  kind: K,
  setup: Setup,
): Promise<Extract<Report, { kind: K }>> {
  const file = fileURLToPath(new URL(`${program}.js`, import.meta.url));
  const child = fork(file);
  children.push(child);
  return new Promise((resolve, reject) => {
    child.on('message', (report: Report) => {
      if (report.kind === kind) resolve(report as Extract<Report, { kind: K }>);
      else reject(new Error(report.kind === 'failed' ? report.problem : report.kind));
    });
    child.once('exit', (code) => reject(new Error(`${program} ended early (${code})`)));
    child.send(setup);
  });
}

async function run(): Promise<boolean> {
  const { name, reason } = open().provider;
  console.log(`Token Binding by the ${name} provider (${reason}), over TLS 1.3 on 127.0.0.1\n`);
  const attributes = [{ name: 'commonName', value: 'localhost' }];
  const { cert: certificate, private: privateKey } = await generate(attributes, {
    keyType: 'ec',
    curve: 'P-256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });

  const { port } = await start('server', 'listening', { certificate, privateKey });
  const owner = await start('owner', 'owner', { certificate, port });
  console.log('\n       The cookie and the header are stolen.\n');
  const thief = await start('thief', 'thief', { certificate, port, loot: owner.loot });

  console.log(`
owner with its own cookie, header and connection   ${owner.status}
thief with the stolen cookie and header            ${thief.replayed}
thief with the stolen cookie and its own key       ${thief.rebound}
`);
  return owner.status === 200 && thief.replayed === 401 && thief.rebound === 401;
}

let safe = false;
try {
  safe = await run();
} finally {
  for (const child of children) if (child.connected) child.disconnect();
}
console.log(
  safe
    ? 'The cookie is worth nothing without the key, and the key was never sent.'
    : 'This is not what Token Binding promises.',
);
process.exitCode = safe ? 0 : 1;
