// Starts the backend and the proxy, sends requests to both, and checks the outcome.
import { once } from 'node:events';
import https from 'node:https';
import { generateIdForUri } from 'tokenbinding';
import { boundAgents } from 'tokenbinding/http';
import { encodeBase64url, tokenBindingHash } from 'tokenbinding/wire';
import { makeCertificate } from '../stolen-cookie/certificate.mjs';
import { makeBackend } from './backend.mjs';
import { makeProxy } from './proxy.mjs';

const [front, inner, client] = [makeCertificate(), makeCertificate(), makeCertificate('proxy')];

async function listen(server) {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return server.address().port;
}

/**
 * Sends a request and returns the status and the text of the answer.
 *
 * @param {number} port
 * @param {https.RequestOptions} options
 */
async function send(port, options) {
  const request = https.get({ host: 'localhost', port, ...options });
  const [response] = await once(request, 'response');
  const text = String(Buffer.concat(await response.toArray()));
  return { status: response.statusCode, text };
}

function check(what, { status, text }, wanted) {
  const isRight = status === wanted.status && (wanted.text ?? text) === text;
  console.log(`client  | ${what}: ${status}${isRight ? '' : ' (wrong)'}`);
  return isRight;
}

const tls = ({ certificate, privateKey }) =>
  /** @type {const} */ ({ cert: certificate, key: privateKey, minVersion: 'TLSv1.3' });
const backend = makeBackend(tls(inner), client.certificate);
const backendPort = await listen(backend);
const { cert, key } = tls(client);
const proxy = makeProxy(tls(front), {
  host: 'localhost',
  port: backendPort,
  ca: inner.certificate,
  cert,
  key,
});
const port = await listen(proxy);

const { identifier } = await generateIdForUri('ecdsap256', `https://localhost:${port}/`);
const hash = tokenBindingHash(identifier);
const spoofed = { 'Sec-Provided-Token-Binding-ID': encodeBase64url(identifier) };
const ca = front.certificate;
const agents = boundAgents({ tls: { ca } });
const { httpsAgent: agent } = agents;

const outcomes = [
  check('through the proxy', await send(port, { agent }), { status: 200, text: hash }),
  check('through the proxy, without a key', await send(port, { ca }), {
    status: 200,
    text: 'no key',
  }),
  check(
    'through the proxy, with a claim and without the key',
    await send(port, { ca, headers: spoofed }),
    { status: 200, text: 'no key' },
  ),
  check(
    'through the proxy, for another host',
    await send(port, { ca, headers: { host: 'public.example' }, servername: 'localhost' }),
    { status: 200, text: 'no key' },
  ),
  check(
    'through the proxy, with an invalid message',
    await send(port, { ca, headers: { 'Sec-Token-Binding': 'AAAA' } }),
    { status: 400 },
  ),
  check(
    'past the proxy, with a claim',
    await send(backendPort, { ca: inner.certificate, headers: spoofed }),
    { status: 400 },
  ),
];
agents.close();
for (const server of [proxy, backend]) {
  server.close();
  server.closeAllConnections();
}
const isSafe = outcomes.every(Boolean);
console.log(
  isSafe
    ? '\nThe backend knows the key of each client, and believes only the proxy.'
    : '\nToken Binding has failed.',
);
process.exitCode = isSafe ? 0 : 1;
