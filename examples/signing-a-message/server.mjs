// Authenticates a client, verifies the message it signed, and sends it a sealed one.
import net from 'node:net';
import { openSspi } from 'tokenbinding/sspi';
import { Frames } from './frames.mjs';
import { fail, onSetup, report, tell, verdictOf } from './messages.mjs';

/**
 * Calls AcceptSecurityContext until the context is complete.
 *
 * @param {Frames} frames
 * @param {import('./messages.mjs').Setup} setup
 */
async function authenticate(frames, setup) {
  // This server has its own accounts. Windows' SSPI uses those of the system.
  const sspi = openSspi({ provider: 'portable' });
  const credentials = await sspi.acquireCredentialsHandle({
    package: setup.package,
    use: 'inbound',
    accounts: ({ domain, user }) =>
      domain === 'EXAMPLE' && user === 'alice' ? { password: setup.password } : undefined,
  });
  const context = sspi.acceptSecurityContext(credentials, { flags: ['confidentiality'] });
  credentials.close();
  for (;;) {
    const { token, done } = await context.step(await frames.receive());
    if (token.length > 0) frames.send(token);
    if (done) return context;
  }
}

async function serve(socket, setup) {
  const frames = new Frames(socket);
  const context = await authenticate(frames, setup);
  const { userName } = context.queryContextAttributes('names');
  const { name } = context.queryContextAttributes('negotiationInfo').package;
  tell('server', `the client is ${userName}, by ${name}`);

  // VerifySignature, of the altered message and of the genuine one.
  const verdicts = [];
  for (const which of ['an altered message', 'the message']) {
    const message = await frames.receive();
    const signature = await frames.receive();
    const verdict = verdictOf(() => context.verifySignature(message, signature));
    tell('server', `${which}: ${verdict}`);
    verdicts.push(verdict);
  }
  const [forged, signed] = verdicts;

  // EncryptMessage
  for (const text of ['This is your server speaking', 'This one will be altered']) {
    frames.sendSealed(context.encryptMessage(Buffer.from(text)));
  }
  report({ kind: 'server', user: userName, forged, signed });
  context.close();
  frames.close();
}

onSetup((setup) => {
  const server = net.createServer((socket) => {
    server.close();
    serve(socket, setup).catch(fail);
  });
  server.listen(setup.port, '127.0.0.1', () => {
    const { port } = /** @type {net.AddressInfo} */ (server.address());
    tell('server', `listening on port ${port}`);
    report({ kind: 'listening', port });
  });
});
