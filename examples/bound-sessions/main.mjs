// Starts each server, logs in, steals the cookie, and checks the outcome.
import https from 'node:https';
import { makeCertificate } from '../stolen-cookie/certificate.mjs';
import { Client } from './client.mjs';
import { serveExpress } from './express.mjs';
import { serveFastify } from './fastify.mjs';
import { servePlain } from './plain.mjs';

const { certificate, privateKey } = makeCertificate();
const tls = /** @type {const} */ ({
  cert: certificate,
  key: privateKey,
  minVersion: 'TLSv1.3',
});

/** The status of a request without a Token Binding. */
function sendUnbound(url) {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { ca: certificate, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    request.once('error', reject);
  });
}

async function tryServer(name, serve) {
  const server = await serve(tls);
  const url = `https://localhost:${server.address().port}`;
  const owner = new Client(certificate);
  const login = await owner.send(`${url}/login`, 'POST');
  const again = owner.again();
  const thief = Object.assign(new Client(certificate), { cookie: owner.cookie });
  const statuses = [
    login,
    await owner.send(`${url}/account`),
    await again.send(`${url}/account`),
    await thief.send(`${url}/account`),
    await sendUnbound(`${url}/account`),
  ].join(' ');
  for (const client of [owner, again, thief]) client.close();
  server.close();
  server.closeAllConnections();
  console.log(`${name.padEnd(7)} | log in, account, new connection, thief, no key: ${statuses}`);
  return statuses === '204 200 200 401 400';
}

/** Whether a package can be imported. */
function isInstalled(name) {
  try {
    import.meta.resolve(name);
    return true;
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return false;
  }
}

let isSafe = await tryServer('https', servePlain);
for (const [name, serve] of Object.entries({ express: serveExpress, fastify: serveFastify })) {
  if (isInstalled(name)) isSafe = (await tryServer(name, serve)) && isSafe;
  else console.log(`${name.padEnd(7)} | not installed: npm install ${name}`);
}
console.log(
  isSafe ? '\nThe cookie is worth nothing without the key.' : '\nToken Binding has failed.',
);
process.exitCode = isSafe ? 0 : 1;
