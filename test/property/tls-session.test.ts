import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { derElement } from '../../src/bytes/write-der.js';
import { hasExtendedMasterSecret } from '../../src/tls/extended-master-secret.js';
import { readTlsSession } from '../../src/tls/session.js';
import { mutated } from '../support/mutations.js';

// The committed seed makes the same cases on every machine; FC_SEED makes others.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 7627), numRuns: 3000 });

function socketOf(session: Uint8Array): TLSSocket {
  return { getSession: () => Buffer.from(session) } as unknown as TLSSocket;
}

const integer = (...value: number[]) => derElement(0x02, Uint8Array.of(...value));
const peer = derElement(0x30, new Uint8Array(200));
const session = derElement(
  0x30,
  integer(1),
  integer(3, 3),
  derElement(0x04, Uint8Array.of(0xc0, 0x2b)),
  derElement(0x04),
  derElement(0x04, new Uint8Array(48)),
  derElement(0xa1, integer(1)),
  derElement(0xa3, peer),
  derElement(0xad, integer(1)),
);
const prefixed = Buffer.concat([
  Buffer.from('\0nodejs:tls:session:1\0\0\x09localhost', 'latin1'),
  session,
]);

describe("a TLS socket's session", () => {
  it('is read with its flag and its certificate, with a prefix and without one', () => {
    for (const whole of [session, prefixed]) {
      assert.equal(hasExtendedMasterSecret(socketOf(whole)), true);
      assert.deepEqual(readTlsSession(socketOf(whole))?.peer, new Uint8Array(peer));
    }
  });

  it('is read or undefined, and never an error, for any bytes', () => {
    const anything = fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated([session, prefixed]));
    fc.assert(
      fc.property(anything, (bytes) => {
        const found = readTlsSession(socketOf(bytes));
        assert.ok(found === undefined || typeof found.flags === 'number');
      }),
    );
  });

  it("has no flag if only the peer's certificate contains the bytes of one", () => {
    const whole = Buffer.from(session);
    const before = whole.subarray(whole.indexOf(integer(1)), whole.indexOf(peer) - 3);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (chosen) => {
        const flag = Buffer.from('ad03020101', 'hex');
        for (const content of [chosen, Buffer.concat([chosen, flag]), flag]) {
          const forged = derElement(0x30, before, derElement(0xa3, content));
          assert.equal(hasExtendedMasterSecret(socketOf(forged)), false);
          assert.deepEqual(readTlsSession(socketOf(forged))?.peer, new Uint8Array(content));
        }
      }),
      { numRuns: 500 },
    );
  });
});
