// Has the owner's cookie and header, but not the key.
import { exportKeyingMaterial, open } from 'tokenbinding';
import { encodeBase64url } from 'tokenbinding/wire';
import { Connection } from './connection.mjs';
import { onSetup, report, tell } from './messages.mjs';

/** The thief is another user. Windows would give this process the owner's key. */
const tokenBinding = open({ provider: 'portable' });

/** Sends the stolen cookie and the stolen header on the thief's own connection. */
async function replay(setup) {
  const connection = await Connection.open(setup);
  tell('thief', 'sends the stolen cookie with the stolen header');
  const { cookie, secTokenBinding } = setup.loot;
  const headers = { cookie, 'sec-token-binding': secTokenBinding };
  const { status } = await connection.get('/account', headers);
  connection.close();
  return status;
}

/** Sends the stolen cookie with a valid message of the thief's own key. */
async function rebind(setup) {
  const connection = await Connection.open(setup);
  const binding = await tokenBinding.generateBinding({
    keyType: 'ecdsap256',
    targetUrl: 'https://localhost/',
    bindingType: 'provided',
    ekm: exportKeyingMaterial(connection.socket),
  });
  const message = await tokenBinding.generateMessage([binding.tokenBinding]);
  tell('thief', 'sends the stolen cookie with a message of its own key');
  const headers = { cookie: setup.loot.cookie, 'sec-token-binding': encodeBase64url(message) };
  const { status } = await connection.get('/account', headers);
  connection.close();
  return status;
}

onSetup(async (setup) => {
  if (setup.loot === undefined) throw new Error('nothing was stolen');
  const replayed = await replay(setup);
  const rebound = await rebind(setup);
  report({ kind: 'thief', replayed, rebound });
});
