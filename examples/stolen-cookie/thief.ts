// Has the owner's cookie and header, but not the key.
import { exportKeyingMaterial, open } from 'tokenbinding';
import { encodeBase64url } from 'tokenbinding/wire';
import { Connection } from './connection.js';
import { type Loot, onSetup, report, type Setup, tell } from './messages.js';

/** The thief is somebody else; what Windows keeps, it keeps for all processes of the owner. */
const keys = open({ provider: 'portable' });

/** Sends both as they were stolen, on a connection of the thief's own. */
async function replay(setup: Setup, { cookie, secTokenBinding }: Loot): Promise<number> {
  const connection = await Connection.open(setup);
  tell('thief', 'sends the stolen cookie with the stolen header');
  const headers = { cookie, 'sec-token-binding': secTokenBinding };
  const { status } = await connection.get('/account', headers);
  connection.close();
  return status;
}

/** Sends the stolen cookie with a binding of the thief's own key, valid for this connection. */
async function rebind(setup: Setup, { cookie }: Loot): Promise<number> {
  const connection = await Connection.open(setup);
  const { tokenBinding } = await keys.generateBinding({
    keyType: 'ecdsap256',
    targetUrl: 'https://localhost/',
    bindingType: 'provided',
    ekm: exportKeyingMaterial(connection.socket),
  });
  tell('thief', 'sends the stolen cookie with a binding of its own key');
  const own = encodeBase64url(await keys.generateMessage([tokenBinding]));
  const { status } = await connection.get('/account', { cookie, 'sec-token-binding': own });
  connection.close();
  return status;
}

onSetup(async (setup) => {
  if (setup.loot === undefined) throw new Error('nothing was stolen');
  const replayed = await replay(setup, setup.loot);
  const rebound = await rebind(setup, setup.loot);
  report({ kind: 'thief', replayed, rebound });
});
