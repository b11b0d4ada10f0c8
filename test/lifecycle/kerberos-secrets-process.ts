// Logs on to itself with Kerberos, closes everything, and counts the copies of its keys in its memory.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import type { PrincipalName } from '../../src/sspi/kerberos/messages/principal-name.js';
import { receiveKey } from '../../src/sspi/kerberos/receive-key.js';
import type { KerberosSession } from '../../src/sspi/kerberos/session.js';
import { type ContextFlag, type CredentialsRequest, openSspi } from '../../src/sspi.js';
import { countInMemory } from '../support/memory-search.js';

/** What the process needs: a keytab that it reads itself, and tickets. */
export interface Setting {
  readonly path: string;
  /** The key of the keytab, inverted, in hex. */
  readonly inverted: string;
  readonly tickets: readonly {
    readonly ticket: readonly number[];
    readonly sessionKey: { readonly keytype: number; readonly keyvalue: readonly number[] };
    readonly crealm: string;
    readonly cname: PrincipalName;
  }[];
}

/** The number of copies of a secret, while it is in use and after close(). */
export interface Copies {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

const NOTHING = new Uint8Array(0);
const sspi = openSspi({ provider: 'portable' });
const open: { close(): void }[] = [];
const secrets: { name: string; inverted: Buffer }[] = [];

function remember(name: string, { session }: KerberosInitiator): void {
  const { keyBytes } = session as KerberosSession;
  secrets.push({ name, inverted: Buffer.from(keyBytes.map((byte) => byte ^ 0xff)) });
}

function initiate(
  { ticket, sessionKey, ...client }: Setting['tickets'][number],
  flags: readonly ContextFlag[],
): KerberosInitiator {
  const keyvalue = Uint8Array.from(sessionKey.keyvalue);
  const key = receiveKey('the session key', { ...sessionKey, keyvalue }, []);
  const issued = { ...client, ticket: Uint8Array.from(ticket), sessionKey: key };
  const initiator = new KerberosInitiator(issued, { flags, allowWeak: [] });
  key.close();
  open.push(initiator);
  return initiator;
}

/** With mutual authentication the acceptor chooses the key. */
async function logOn(keytab: string | Uint8Array, ticket: Setting['tickets'][number]) {
  const request = { package: 'Kerberos', use: 'inbound', keytab } as const;
  const credentials = await sspi.acquireCredentialsHandle(request);
  const initiator = initiate(ticket, ['integrity', 'mutual-auth']);
  const acceptor = sspi.acceptSecurityContext(credentials);
  open.push(credentials, acceptor);
  const { token } = await acceptor.step(initiator.step(NOTHING).token);
  initiator.step(token);
  initiator.session?.security?.verify([], acceptor.makeSignature(NOTHING));
  remember('subkey of the acceptor', initiator);
}

/** Without mutual authentication the initiator chooses the key, and needs no answer. */
function logOnWithoutAnswer(ticket: Setting['tickets'][number]): void {
  const initiator = initiate(ticket, ['integrity']);
  initiator.step(NOTHING);
  remember('subkey of the initiator', initiator);
}

async function acquireInVain(keytab: Uint8Array): Promise<void> {
  const refused: Omit<CredentialsRequest, 'use' | 'keytab'>[] = [
    { package: 'NTLM' },
    { package: 'Negotiate', negotiate: ['NTLM'] },
    { package: 'Kerberos', accounts: () => undefined },
  ];
  for (const request of refused) {
    const attempt = sspi.acquireCredentialsHandle({ ...request, use: 'inbound', keytab });
    await assert.rejects(attempt, { code: 'SEC_E_UNSUPPORTED_FUNCTION' });
  }
}

process.on('message', async ({ path, inverted, tickets }: Setting) => {
  secrets.push({ name: 'key of the keytab', inverted: Buffer.from(inverted, 'hex') });
  const bytes = readFileSync(path);
  for (const [index, ticket] of tickets.entries()) {
    await logOn(index % 2 === 0 ? bytes : path, ticket);
    logOnWithoutAnswer(ticket);
    await acquireInVain(bytes);
  }
  bytes.fill(0);
  const all = secrets.map((secret) => secret.inverted);
  const before = countInMemory(all);
  for (const thing of open) thing.close();
  const after = countInMemory(all);
  const copies = secrets.map(({ name }, index) => ({
    name,
    before: before[index] as number,
    after: after[index] as number,
  }));
  process.send?.(copies satisfies Copies[]);
  process.disconnect();
});
