// The honest client: logs in, then uses its account on the same connection.
import { exportKeyingMaterial, generateBinding, generateMessage } from 'tokenbinding';
import { encodeBase64url } from 'tokenbinding/wire';
import { Connection } from './connection.mjs';
import { onSetup, report, tell } from './messages.mjs';

onSetup(async (setup) => {
  const connection = await Connection.open(setup);
  const binding = await generateBinding({
    keyType: 'ecdsap256',
    targetUrl: 'https://localhost/',
    bindingType: 'provided',
    ekm: exportKeyingMaterial(connection.socket),
  });
  const secTokenBinding = encodeBase64url(await generateMessage([binding.tokenBinding]));
  tell('owner', "signs its connection's keying material with its key");

  const login = await connection.get('/login', { 'sec-token-binding': secTokenBinding });
  const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  tell('owner', 'is logged in and has the session cookie');

  const headers = { 'sec-token-binding': secTokenBinding, cookie };
  const { status } = await connection.get('/account', headers);
  tell('owner', `asks for its account: ${status}`);
  report({ kind: 'owner', status, loot: { cookie, secTokenBinding } });
  connection.close();
});
