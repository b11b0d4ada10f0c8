// Starts the server, logs on to it with fetch, axios and got, and checks the outcome.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { authenticatedAgents } from 'tokenbinding/http-auth';
import { makeCertificate } from '../stolen-cookie/certificate.mjs';
import { clients } from './clients.mjs';
import { tell } from './messages.mjs';

const { certificate, privateKey } = makeCertificate();
const password = randomBytes(12).toString('base64');

/** The agents for one identity and one origin. Each has its own connections. */
function makeAgents(origin, password) {
  return authenticatedAgents({
    origins: [origin],
    identity: { user: 'EXAMPLE\\alice', password },
    channelBindings: 'require',
    maxSockets: 2,
    tls: { ca: certificate },
    onEvent: ({ type }) => {
      if (type === 'authenticated') tell('client', 'a connection is authenticated');
    },
  });
}

/** Ten uploads over two connections. */
async function upload(name, origin) {
  const agents = makeAgents(origin, password);
  try {
    const uploads = Array.from({ length: 10 }, () => clients[name](`${origin}/upload`, agents));
    const answers = new Set(await Promise.all(uploads));
    tell(name, `ten uploads over two connections: ${[...answers].join(', ')}`);
    return answers.size === 1 && answers.has('EXAMPLE\\alice sent 1000000 bytes');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    tell(name, `not installed: npm install ${name}`);
    return true;
  } finally {
    agents.close();
  }
}

/** A wrong password is sent once. The second request fails without asking the server again. */
async function isRejected(origin) {
  const agents = makeAgents(origin, 'wrong');
  const codes = [];
  for (const path of ['/first', '/second']) {
    const { dispatcher } = agents;
    const answer = fetch(`${origin}${path}`, /** @type {RequestInit} */ ({ dispatcher }));
    codes.push(await answer.then(() => 'accepted').catch((error) => error.cause.code));
  }
  tell('client', `with a wrong password: ${codes.join(', ')}`);
  agents.close();
  return codes.every((code) => code === 'ERR_HTTP_AUTH_REJECTED');
}

const server = fork(fileURLToPath(new URL('server.mjs', import.meta.url)));
let isRight = false;
try {
  server.send({ certificate, privateKey, password });
  const [{ port }] = await once(server, 'message');
  const origin = `https://localhost:${port}`;
  isRight = true;
  for (const name of Object.keys(clients)) isRight = (await upload(name, origin)) && isRight;
  isRight = (await isRejected(origin)) && isRight;
} finally {
  server.disconnect();
}
console.log(
  isRight
    ? '\nEach body was sent once, on a connection that was authenticated before.'
    : '\nHTTP authentication has failed.',
);
process.exitCode = isRight ? 0 : 1;
