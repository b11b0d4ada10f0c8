import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeySecret, PasswordSecret } from '../../src/sspi/kerberos/client/client-secret.js';
import { ClientTickets } from '../../src/sspi/kerberos/client/client-tickets.js';
import { KerberosClient } from '../../src/sspi/kerberos/client/handshake.js';
import { KdcConnection } from '../../src/sspi/kerberos/client/kdc-connection.js';
import { grantingName, type KdcTicket } from '../../src/sspi/kerberos/client/kdc-ticket.js';
import type { TicketSource } from '../../src/sspi/kerberos/client/ticket-source.js';
import { loadConfiguration } from '../../src/sspi/kerberos/configuration/load-configuration.js';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { temporaryFolder } from '../support/folders.js';
import { etypeOf } from '../support/kerberos.js';
import { CLIENT, issueTicket, newServiceKey, REALM, SERVICE } from '../support/kerberos-ticket.js';
import { writeConfiguration } from '../support/test-kdc.js';

const AES256 = etypeOf(18);
const NOTHING = new Uint8Array(0);
const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
const target = SERVICE.nameString.join('/');

describe('secrets of a Kerberos client', () => {
  it('are overwritten: the keys of a password, and those of a keytab', async () => {
    const parameters = { salt: Uint8Array.of(1), s2kparams: undefined };
    const password = new PasswordSecret('correct horse');
    const derived = await password.keyFor(AES256, parameters);
    assert.equal(await password.keyFor(AES256, parameters), derived);
    const own = ProtocolKey.generate(AES256);
    const keys = new KeySecret([own]);
    assert.equal(await keys.keyFor(AES256), own);
    for (const [secret, { bytes }] of [
      [password, derived],
      [keys, own],
    ] as const) {
      assert.ok(!isZero(bytes));
      secret.close();
      assert.ok(isZero(bytes));
    }
    const late = await new PasswordSecret('x').keyFor(AES256, parameters);
    assert.ok(!isZero(late.bytes));
    const closed = new PasswordSecret('correct horse');
    const pending = closed.keyFor(AES256, parameters);
    closed.close();
    const key = await pending;
    assert.throws(() => key.bytes, { code: 'SEC_E_INVALID_HANDLE' });
  });

  it('are overwritten: the tickets of the credentials, also one that comes after close()', async () => {
    const configFile = writeConfiguration(temporaryFolder(), {});
    const configuration = await loadConfiguration(configFile);
    const connection = new KdcConnection(configuration, 100);
    const ticketOf = (server: KdcTicket['server']): KdcTicket => ({
      client: { realm: REALM, name: CLIENT },
      server,
      key: ProtocolKey.generate(AES256),
      flags: 0,
      authtime: 0,
      starttime: undefined,
      endtime: Math.floor(Date.now() / 1000) + 3600,
      renewTill: undefined,
      ticket: NOTHING,
    });
    const granting = ticketOf({ realm: REALM, name: grantingName(REALM) });
    const service = ticketOf({ realm: REALM, name: SERVICE });
    const late = ticketOf({ realm: REALM, name: SERVICE });
    const found = [service, late];
    const tickets = new ClientTickets({
      configuration,
      connection,
      origin: {
        logOn: async () => granting,
        check: async () => {},
        find: async () => found.shift(),
        add: async () => {},
        close: () => {},
      },
    });
    const closing = new AbortController();
    await tickets.logOn();
    const { sessionKey } = await tickets.ticketFor(target, [], closing);
    const pending = tickets.ticketFor(`${target}/other`, [], closing);
    const memories = [granting, service, late].map(({ key }) => key.bytes);
    tickets.close();
    await assert.rejects(pending, { code: 'SEC_E_INVALID_HANDLE' });
    // A context has its key until the end of its handshake.
    assert.deepEqual(memories.map(isZero), [true, false, true]);
    sessionKey.close();
    assert.deepEqual(memories.map(isZero), [true, true, true]);
  });

  it('are overwritten: a session key whose ticket is not kept, also if it is refused', async () => {
    for (const sessionEtype of [18, 23]) {
      let memory: Uint8Array = Uint8Array.of(1);
      const source: TicketSource = {
        async ticketFor() {
          const ticket = issueTicket(newServiceKey(18), { sessionEtype });
          memory = ticket.sessionKey.bytes;
          return ticket;
        },
        dropTicket: () => {},
        close: () => {},
      };
      const client = new KerberosClient(source, { target, flags: ['integrity'], allowWeak: [] });
      const step = client.step(NOTHING);
      if (sessionEtype === 18) await step;
      else await assert.rejects(step, { code: 'SEC_E_KDC_UNKNOWN_ETYPE' });
      client.close();
      assert.ok(isZero(memory));
    }
  });
});
