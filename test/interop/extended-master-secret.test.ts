import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { hasExtendedMasterSecret } from '../../src/tls/extended-master-secret.js';
import { NO_EXTENDED_MASTER_SECRET, TlsBench, type TlsPair } from '../support/tls.js';

/** A socket with this session. */
function socketOf(session: Uint8Array | undefined): TLSSocket {
  return { getSession: () => session && Buffer.from(session) } as unknown as TLSSocket;
}

function ends({ client, server }: TlsPair): boolean[] {
  return [hasExtendedMasterSecret(client), hasExtendedMasterSecret(server)];
}

describe('Extended Master Secret (RFC 7627)', () => {
  let tls12: TlsBench;
  let tls13: TlsBench;

  before(async () => {
    tls12 = await TlsBench.open({ maxVersion: 'TLSv1.2' });
    tls13 = await TlsBench.open();
  });

  after(() => {
    tls12.close();
    tls13.close();
  });

  it('is detected at both ends, with any host name, and on a resumed connection', async () => {
    for (const servername of [undefined, 'a.example', `${'long-name.'.repeat(20)}example`]) {
      const pair = await tls12.connect(servername === undefined ? {} : { servername });
      assert.deepEqual(ends(pair), [true, true]);
      assert.deepEqual(ends(pair), [true, true], 'asked again');
      const session = pair.client.getSession();
      assert.ok(session !== undefined);
      const resumed = await tls12.connect({
        session,
        ...(servername === undefined ? {} : { servername }),
      });
      assert.ok(resumed.client.isSessionReused());
      assert.deepEqual(ends(resumed), [true, true]);
    }
  });

  it('is not detected if either end disables it, nor when that session is resumed', async () => {
    const plain = await tls12.connect({ secureOptions: NO_EXTENDED_MASTER_SECRET });
    assert.deepEqual(ends(plain), [false, false]);
    const session = plain.client.getSession();
    assert.ok(session !== undefined);
    const resumed = await tls12.connect({ session, secureOptions: NO_EXTENDED_MASTER_SECRET });
    assert.ok(resumed.client.isSessionReused());
    assert.deepEqual(ends(resumed), [false, false]);
    const old = await TlsBench.open({
      maxVersion: 'TLSv1.2',
      secureOptions: NO_EXTENDED_MASTER_SECRET,
    });
    assert.deepEqual(ends(await old.connect()), [false, false]);
    old.close();
  });

  it('is false on TLS 1.3 and on a closed socket', async () => {
    assert.deepEqual(ends(await tls13.connect()), [false, false]);
    const pair = await tls12.connect();
    pair.client.destroy();
    assert.equal(hasExtendedMasterSecret(pair.client), false);
  });

  it('is not detected in a session of another format', async () => {
    const { client, server } = await tls12.connect();
    const whole = server.getSession() as Buffer;
    assert.equal(hasExtendedMasterSecret(socketOf(whole)), true);
    const flags = whole.indexOf(Buffer.from('ad03020101', 'hex'));
    assert.ok(flags > 0);
    const edited = (offset: number, byte: number) => {
      const copy = Buffer.from(whole);
      copy[offset] = byte;
      return copy;
    };
    const wrong: Record<string, Uint8Array | undefined> = {
      none: undefined,
      empty: new Uint8Array(0),
      'another number of flags': edited(flags + 4, 0),
      'more flags': edited(flags + 4, 3),
      'flags of another type': edited(flags + 2, 0x04),
      'another field': edited(flags, 0xae),
      'a field out of order': edited(flags, 0xa1),
      'another structure': edited(0, 0x31),
      'another version of it': edited(4, 2),
      'another protocol': edited(8, 4),
      'bytes after it': Buffer.concat([whole, Buffer.alloc(1)]),
      'a prefix cut short': client.getSession()?.subarray(0, 24),
    };
    for (const [what, session] of Object.entries(wrong)) {
      assert.equal(hasExtendedMasterSecret(socketOf(session)), false, what);
    }
    for (let length = 0; length < whole.length; length++) {
      assert.equal(hasExtendedMasterSecret(socketOf(whole.subarray(0, length))), false);
    }
    // Only the field of the flags counts: here a ticket contains the same bytes.
    const inTicket = (session: Buffer) => {
      const ticket = Buffer.from('aa070405ad03020101', 'hex');
      const at = session.findLastIndex((byte, index) => byte === 0xa4 && session[index + 2] === 4);
      const end = at + 2 + (session[at + 1] as number);
      const parts = [session.subarray(2, end), ticket, session.subarray(end)];
      return Buffer.concat([
        Buffer.of(0x30, 0x81, (session[1] as number) + ticket.length),
        ...parts,
      ]);
    };
    const plain = await tls12.connect({ secureOptions: NO_EXTENDED_MASTER_SECRET });
    assert.equal(hasExtendedMasterSecret(socketOf(inTicket(whole))), true);
    const without = plain.server.getSession() as Buffer;
    assert.equal(hasExtendedMasterSecret(socketOf(inTicket(without))), false);
  });
});
