// Starts the servers, logs in, steals what there is to steal, and checks the outcome.
import { makeCertificate } from '../stolen-cookie/certificate.mjs';
import { Browser } from './browser.mjs';
import { startProvider } from './provider.mjs';
import { startRelyingParty } from './relying-party.mjs';
import { startResourceServer } from './resource-server.mjs';

// Two hosts, so that clients have two keys: a key belongs to a host, whatever the port.
const here = { host: 'localhost', ...makeCertificate('localhost') };
const there = { host: '127.0.0.1', ...makeCertificate('127.0.0.1') };
const ca = [here.certificate, there.certificate];
let tokens = { access_token: '' };

const provider = await startProvider(there);
const { origin: issuer, publicKey: key } = provider;
const resources = await startResourceServer(here, { issuer, key });
const site = await startRelyingParty(here, {
  provider: issuer,
  resource: resources.origin,
  key,
  ca,
  onTokens: (received) => {
    tokens = received;
  },
});
const [owner, thief] = [new Browser(ca), new Browser(ca)];

function check(what, { status, text }, wanted) {
  const isRight = status === wanted;
  console.log(`${what.padEnd(45)} ${status} ${text}${isRight ? '' : ' (wrong)'}`);
  return isRight;
}

/** The parameters that someone comes back with from the provider. */
async function comeBack(browser) {
  const { next = '' } = await browser.visit(`${site.origin}/login`, { stopAt: '/callback' });
  return new URL(next).searchParams;
}

const own = await comeBack(owner);
const other = await comeBack(thief);
const injected = new URLSearchParams({
  code: own.get('code') ?? '',
  state: other.get('state') ?? '',
});
const outcomes = [
  check(
    'thief with the stolen code',
    await thief.visit(`${site.origin}/callback?${injected}`),
    401,
  ),
];
const login = await owner.visit(`${site.origin}/callback?${own}`);
const headers = { cookie: login.cookie };
const authorization = `Bearer ${tokens.access_token}`;
outcomes.push(
  check('owner logs in', login, 200),
  check('owner with the ID token', await owner.visit(`${site.origin}/account`, { headers }), 200),
  check(
    'thief with the stolen ID token',
    await thief.visit(`${site.origin}/account`, { headers }),
    401,
  ),
  check(
    'thief with the stolen access token',
    await thief.visit(`${resources.origin}/report`, { headers: { authorization } }),
    401,
  ),
);

for (const browser of [owner, thief]) browser.close();
for (const { server } of [site, resources, provider]) {
  server.close();
  server.closeAllConnections();
}
const isSafe = outcomes.every(Boolean);
console.log(
  isSafe
    ? '\nThe code, the ID token and the access token are worth nothing without the keys.'
    : '\nToken Binding has failed.',
);
process.exitCode = isSafe ? 0 : 1;
