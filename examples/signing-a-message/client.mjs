// Logs on to the server, sends it a signed message, and decrypts the sealed one it answers with.
import { once } from 'node:events';
import net from 'node:net';
import { openSspi } from 'tokenbinding/sspi';
import { Frames } from './frames.mjs';
import { onSetup, report, tamper, tell, verdictOf } from './messages.mjs';

/**
 * Calls InitializeSecurityContext until the context is complete.
 *
 * @param {Frames} frames
 * @param {import('./messages.mjs').Setup} setup
 */
async function authenticate(frames, setup) {
  const sspi = openSspi();
  const credentials = await sspi.acquireCredentialsHandle({
    package: setup.package,
    use: 'outbound',
    identity: { user: 'EXAMPLE\\alice', password: setup.password },
  });
  const context = sspi.initializeSecurityContext(credentials, { target: 'example/localhost' });
  credentials.close();
  let step = await context.step();
  for (;;) {
    if (step.token.length > 0) frames.send(step.token);
    if (step.done) return context;
    step = await context.step(await frames.receive());
  }
}

onSetup(async (setup) => {
  const socket = net.connect(setup.port, '127.0.0.1');
  await once(socket, 'connect');
  const frames = new Frames(socket);
  const context = await authenticate(frames, setup);
  // A context without integrity has a maxSignature of 0.
  const { maxSignature } = context.queryContextAttributes('sizes');
  if (maxSignature === 0) throw new Error('this context does not sign messages');
  tell('client', `logged on; a signature has ${maxSignature} bytes`);

  // MakeSignature
  const message = Buffer.from('This is a sample buffer to be signed.');
  const signature = context.makeSignature(message);
  for (const sent of [tamper(message), message]) {
    frames.send(sent);
    frames.send(signature);
  }

  // DecryptMessage. The altered message comes last: some implementations reject every message after it.
  const first = await frames.receiveSealed();
  const sealed = Buffer.from(context.decryptMessage(first)).toString();
  tell('client', `the sealed message: ${sealed}`);
  const second = await frames.receiveSealed();
  const altered = { ...second, data: tamper(second.data) };
  const forged = verdictOf(() => context.decryptMessage(altered));
  tell('client', `an altered sealed message: ${forged}`);
  report({ kind: 'client', sealed, forged });
  context.close();
  frames.close();
  process.disconnect?.();
});
