// Authenticates a client, verifies a message that it has signed, and sends it a sealed one.
import net, { type AddressInfo, type Socket } from 'node:net';
import { openSspi, type SecurityContext } from 'tokenbinding/sspi';
import { Frames } from './frames.js';
import { fail, onSetup, report, type Setup, tell, verdict } from './messages.js';

/** AcceptSecurityContext until the context is complete. */
async function authenticate(frames: Frames, setup: Setup): Promise<SecurityContext> {
  // It has accounts of its own; with Windows' SSPI they are Windows'.
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

async function serve(socket: Socket, setup: Setup): Promise<void> {
  const frames = new Frames(socket);
  const context = await authenticate(frames, setup);
  const { userName } = context.queryContextAttributes('names');
  const { name } = context.queryContextAttributes('negotiationInfo').package;
  tell('server', `the client is ${userName}, by ${name}`);

  // VerifySignature, on the message as it came and as it was sent.
  const verdicts: string[] = [];
  for (const which of ['a message changed on its way', 'the message']) {
    const message = await frames.receive();
    const signature = await frames.receive();
    const outcome = verdict(() => context.verifySignature(message, signature));
    tell('server', `${which}: ${outcome}`);
    verdicts.push(outcome);
  }
  const [forged = '', signed = ''] = verdicts;

  // EncryptMessage
  for (const text of ['This is your server speaking', 'This is changed on its way']) {
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
    const { port } = server.address() as AddressInfo;
    tell('server', `listening on port ${port}`);
    report({ kind: 'listening', port });
  });
});
