import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { decodeApReq, decodeAuthenticator } from '../../src/sspi/kerberos/messages/ap-request.js';
import type { EncryptionKey } from '../../src/sspi/kerberos/messages/encrypted-data.js';
import { decodeGssToken } from '../../src/sspi/kerberos/messages/gss-token.js';
import { cacheBytes } from '../support/ccache.js';
import { temporaryFolder } from '../support/folders.js';
import { etypeOf } from '../support/kerberos.js';
import { CLIENT, encryptionKeyOf, issueTicket, REALM } from '../support/kerberos-ticket.js';
import { bytes, hex } from '../support/ntlm.js';
import { type Draft, type Falsehood, TestKdc, writeConfiguration } from '../support/test-kdc.js';
import type { Answer, Command, LogOn } from './kerberos-client-secrets-process.js';

const program = fileURLToPath(new URL('./kerberos-client-secrets-process.js', import.meta.url));
const PASSWORD = 'correct horse';
const AES256 = 18;
const ROUNDS = 3;

/** A secret of the client. */
interface Secret {
  readonly name: string;
  readonly value: Uint8Array;
  /** Whether the client needs it until it closes the credentials and contexts. */
  readonly isHeld: boolean;
}

const folder = temporaryFolder();
const kdc = new TestKdc();
const secrets: Secret[] = [];
let child: ChildProcess;
let base: Pick<LogOn, 'command' | 'configFile'>;

before(async () => {
  await kdc.start();
  const configFile = writeConfiguration(folder, { [REALM]: [kdc.port] });
  base = { command: 'log on', configFile };
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  child = fork(program, { env });
});
after(() => {
  child.disconnect();
  kdc.stop();
});

async function tell(command: Command): Promise<Answer> {
  child.send(command);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}

const remember = (name: string, value: Uint8Array, isHeld = true) =>
  secrets.push({ name, value: new Uint8Array(value), isHeld });

async function keyOf(password: string): Promise<Uint8Array> {
  return etypeOf(AES256).stringToKey(password, new TextEncoder().encode(`${REALM}alice`));
}

/** Logs on, and remembers the session keys and subkeys. */
async function logOn(what: string, request: Partial<LogOn>): Promise<void> {
  const keys: EncryptionKey[] = [];
  kdc.received.length = 0;
  kdc.falsehood = {
    alter: ({ part }) => {
      keys.push(part.key);
      remember(`${what}: session key of ${part.sname.nameString[0]}`, part.key.keyvalue);
      return {};
    },
  };
  const { token, code } = await tell({ ...base, ...request });
  assert.equal(code, undefined, what);
  for (const { authenticator } of kdc.received) {
    const subkey = authenticator?.subkey?.keyvalue;
    if (subkey !== undefined) remember(`${what}: subkey of the TGS exchange`, subkey, false);
  }
  const { keytype, keyvalue } = keys.at(-1) as EncryptionKey;
  const sessionKey = new ProtocolKey(etypeOf(keytype), keyvalue);
  const { authenticator } = decodeApReq(decodeGssToken(bytes(token as string)).message);
  const { subkey } = decodeAuthenticator(sessionKey.decrypt(11, authenticator.cipher));
  remember(`${what}: subkey of the context`, (subkey as EncryptionKey).keyvalue);
}

/** A logon that the KDC spoils. */
async function fail(what: string, code: string, request: Partial<LogOn>, falsehood: Falsehood) {
  kdc.falsehood = falsehood;
  assert.equal((await tell({ ...base, ...request })).code, code, what);
}

/** A reply with another nonce to one exchange. Its session key comes to nothing. */
function spoil(what: string, service: string): Falsehood {
  const alter = ({ part }: Draft) => {
    remember(`${what}: session key of ${part.sname.nameString[0]}`, part.key.keyvalue, false);
    return part.sname.nameString[0] === service ? { part: { ...part, nonce: part.nonce ^ 1 } } : {};
  };
  return { alter };
}

function writeKeytab(name: string, key: Uint8Array): string {
  const path = join(folder, name);
  const principals = [{ realm: REALM, name: CLIENT }];
  const entry = { principals, kvno: 2, key: new ProtocolKey(etypeOf(AES256), key) };
  writeFileSync(path, encodeKeytab(entry));
  return path;
}

/** A cache with a ticket-granting ticket, whose session key is not in memory between two uses. */
function writeCache(name: string): string {
  const path = join(folder, name);
  const server = { realm: REALM, name: { nameType: 2, nameString: ['krbtgt', REALM] } };
  const { ticket, sessionKey } = issueTicket({ principals: [server], kvno: 1, key: kdc.granting });
  remember('cache: session key of krbtgt', sessionKey.bytes, false);
  const client = { realm: REALM, name: CLIENT };
  const time = Math.floor(Date.now() / 1000);
  const times = { authtime: time, starttime: time, endtime: time + 3600, renewTill: 0 };
  const key = encryptionKeyOf(sessionKey);
  const entry = { client, server, key, ticket, ...times };
  writeFileSync(path, cacheBytes({ principal: client, entries: [entry] }), { mode: 0o600 });
  return path;
}

describe('secrets of Kerberos clients', () => {
  it('are not in the memory of the process after close() and after failures', async () => {
    const key = await keyOf(PASSWORD);
    remember('long-term key', key);
    remember('key of a wrong password', await keyOf('incorrect horse'), false);
    const keytab = writeKeytab('keytab', key);
    for (let round = 0; round < ROUNDS; round++) {
      await logOn('password', { password: PASSWORD });
      await logOn('keytab', { keytab });
      await logOn('keytab as bytes', { keytab, asBytes: true });
      await logOn('cache', { credentialCache: writeCache(`tickets-${round}`) });
      await fail('wrong password', 'SEC_E_LOGON_DENIED', { password: 'incorrect horse' }, {});
      for (const identity of [{ password: PASSWORD }, { keytab }]) {
        for (const service of ['krbtgt', 'HTTP']) {
          const falsehood = spoil(`false reply for ${service}`, service);
          await fail('a false reply', 'SEC_E_MESSAGE_ALTERED', identity, falsehood);
        }
      }
    }
    kdc.falsehood = {};
    const inverted = secrets.map(({ value }) => hex(value.map((byte) => byte ^ 0xff)));
    const { counts: during } = await tell({ command: 'count', inverted });
    await tell({ command: 'close' });
    const { counts: afterwards } = await tell({ command: 'count', inverted });
    const copies = secrets.map(({ name, isHeld }, index) => ({
      name,
      isHeld,
      during: during?.[index],
      afterwards: afterwards?.[index],
    }));
    assert.deepEqual(
      copies.filter(
        ({ isHeld, during, afterwards = Number.POSITIVE_INFINITY }) =>
          afterwards > 0 || (isHeld && during === 0),
      ),
      [],
    );
  });
});
