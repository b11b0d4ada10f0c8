// Logs on to itself, closes everything, and counts the copies of its secrets in its memory. It knows them only
// inverted, so that the search does not find its own input.
import assert from 'node:assert/strict';
import { openSspi, type SecurityContext } from '../../src/sspi.js';
import { countInMemory } from '../support/memory-search.js';

/** The data from which the parent process computes the secrets. */
export interface LoggedOn {
  readonly challenge: string;
  readonly authenticate: string;
  /** ExportedSessionKey, inverted. */
  readonly inverted: string;
}

const sspi = openSspi({ provider: 'portable' });
const open: { close(): void }[] = [];

function keep<T extends { close(): void }>(thing: T): T {
  open.push(thing);
  return thing;
}

/** @param isKnown whether the server has the same password */
async function logOn(name: string, password: () => string, isKnown: boolean): Promise<LoggedOn> {
  const outbound = keep(
    await sspi.acquireCredentialsHandle({
      package: name,
      use: 'outbound',
      identity: { user: 'alice', domain: 'DOM', password: password() },
    }),
  );
  const inbound = keep(
    await sspi.acquireCredentialsHandle({
      package: name,
      use: 'inbound',
      accounts: () => ({ password: isKnown ? password() : 'another' }),
    }),
  );
  const client = keep(sspi.initializeSecurityContext(outbound));
  const server = keep(sspi.acceptSecurityContext(inbound));
  const { token: challenge } = await server.step((await client.step()).token);
  const { token: authenticate } = await client.step(challenge);
  const last = server.step(authenticate);
  if (isKnown) {
    const { token } = await last;
    if (token.length > 0) await client.step(token);
    exchange(client, server);
  } else await assert.rejects(last, { code: 'SEC_E_LOGON_DENIED' });
  const key = client.queryContextAttributes('sessionKey');
  const inverted = Buffer.from(key.map((byte) => byte ^ 0xff)).toString('hex');
  key.fill(0);
  const hex = (token: Uint8Array) => Buffer.from(token).toString('hex');
  return { challenge: hex(challenge), authenticate: hex(authenticate), inverted };
}

function exchange(client: SecurityContext, server: SecurityContext): void {
  for (const length of [10, 5000]) {
    const message = new Uint8Array(length);
    server.verifySignature(message, client.makeSignature(message));
    const { trailer, data } = server.encryptMessage(message);
    client.decryptMessage({ trailer, data });
  }
}

process.on('message', async (message: { password: number[] } | { inverted: string[] }) => {
  if ('password' in message) {
    // Each call makes its own string of the password.
    const rounds: LoggedOn[] = [];
    for (let round = 0; round < 5; round++) {
      const password = () => String.fromCharCode(...message.password);
      rounds.push(await logOn('NTLM', password, true));
      rounds.push(await logOn('NTLM', password, false));
      rounds.push(await logOn('Negotiate', password, true));
    }
    message.password.fill(0);
    process.send?.(rounds);
    return;
  }
  const inverted = message.inverted.map((text) => Buffer.from(text, 'hex'));
  const before = countInMemory(inverted);
  for (const thing of open) thing.close();
  process.send?.({ before, after: countInMemory(inverted) });
  process.disconnect();
});
