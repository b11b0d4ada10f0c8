// Logs on to the server, sends it a signed message, and opens the sealed one that it answers with.
import { once } from 'node:events';
import net from 'node:net';
import { openSspi, type SecurityContext } from 'tokenbinding/sspi';
import { Frames } from './frames.js';
import { onSetup, report, type Setup, tampered, tell, verdict } from './messages.js';

/** InitializeSecurityContext until the context is complete. */
async function authenticate(frames: Frames, setup: Setup): Promise<SecurityContext> {
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
  // The size says whether the context signs at all.
  const { maxSignature } = context.queryContextAttributes('sizes');
  if (maxSignature === 0) throw new Error('this context does not sign messages');
  tell('client', `logged on; a signature has ${maxSignature} bytes`);

  // MakeSignature
  const message = Buffer.from('This is a sample buffer to be signed.');
  const signature = context.makeSignature(message);
  for (const sent of [tampered(message), message]) {
    frames.send(sent);
    frames.send(signature);
  }

  // DecryptMessage. The changed one is the last: some implementations refuse every message after it.
  const first = await frames.receiveSealed();
  const sealed = Buffer.from(context.decryptMessage(first)).toString();
  tell('client', `the sealed message: ${sealed}`);
  const second = await frames.receiveSealed();
  const changed = { ...second, data: tampered(second.data) };
  const forged = verdict(() => context.decryptMessage(changed));
  tell('client', `a sealed message changed on its way: ${forged}`);
  report({ kind: 'client', sealed, forged });
  context.close();
  frames.close();
  process.disconnect?.();
});
