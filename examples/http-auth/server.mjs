// An HTTPS server that knows the account EXAMPLE\alice and tells each client who it is.
import https from 'node:https';
import { negotiate } from 'tokenbinding/http-auth';
import { openSspi } from 'tokenbinding/sspi';
import { report, tell } from './messages.mjs';

/** @param {import('./messages.mjs').Setup} setup */
function serve({ certificate, privateKey, password }) {
  const authenticate = negotiate({
    // This server has its own accounts. Windows' SSPI uses those of the system.
    sspi: openSspi({ provider: 'portable' }),
    accounts: ({ domain, user }) =>
      domain === 'EXAMPLE' && user === 'alice' ? { password } : undefined,
    onAuthenticated: (_request, _response, auth) => {
      tell('server', `${auth.name} logged on, by ${auth.scheme} (${auth.package})`);
    },
    onEvent: ({ type, error }) => {
      const { code } = /** @type {import('tokenbinding/sspi').SspiError} */ (error ?? {});
      if (type === 'rejected') tell('server', `a logon was rejected: ${code}`);
    },
  });

  const server = https.createServer(
    // Idle connections stay open for more than Node's 5 seconds, and Kerberos tokens may be large.
    { cert: certificate, key: privateKey, keepAliveTimeout: 65_000, maxHeaderSize: 98_304 },
    (request, response) => authenticate(request, response, () => answer(request, response)),
  );
  server.listen(0, 'localhost', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    report({ kind: 'listening', port });
  });
  process.once('disconnect', () => process.exit());
}

/** The user of the connection is in every request on it. */
async function answer(request, response) {
  let length = 0;
  for await (const chunk of request) length += chunk.length;
  response.end(`${request.auth.name} sent ${length} bytes`);
}

if (process.send === undefined) {
  console.error('this program needs main.mjs: run node main.mjs');
  process.exitCode = 1;
} else {
  process.once('message', serve);
}
