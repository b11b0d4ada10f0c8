import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HandshakeSlots } from '../../src/http/auth/server/handshake-slots.js';

/** Whether two addresses have the same slots. */
function sharesSlots(one: string, two: string): boolean {
  const slots = new HandshakeSlots(10, 1);
  const free = slots.take(one);
  assert.ok(free !== undefined);
  const isShared = slots.take(two) === undefined;
  free();
  assert.ok(slots.take(one) !== undefined);
  return isShared;
}

it('handshakes of IPv6 count for the first 64 bits of the address', () => {
  for (const [one, two] of [
    ['2001:db8:0:1::', '2001:db8:0:1::1'],
    ['2001:db8::1', '2001:db8::ffff:ffff:ffff:ffff'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['::1', '::2'],
    ['1::', '1:0:0:0:2::'],
    ['fe80::1%eth0', 'fe80::2%eth0'],
    ['::192.0.2.1', '::'],
    ['1::3:4:5:6:7', '1:0:0:3:9::'],
    ['64:ff9b::192.0.2.1', '64:ff9b::192.0.2.2'],
  ] as const) {
    assert.ok(sharesSlots(one, two), `${one} ${two}`);
  }
  for (const [one, two] of [
    ['2001:db8:0:1::1', '2001:db8:0:2::1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:3:3:4:5:6'],
    ['2001:db8::1', '::1'],
    ['1::3:4:5:6:7', '1::4:5:6:7'],
  ] as const) {
    assert.ok(!sharesSlots(one, two), `${one} ${two}`);
  }
});

it('handshakes of IPv4 count for the address, also if a server of both versions tells it', () => {
  assert.ok(sharesSlots('192.0.2.1', '::ffff:192.0.2.1'));
  assert.ok(!sharesSlots('192.0.2.1', '192.0.2.2'));
  assert.ok(!sharesSlots('::ffff:192.0.2.1', '::ffff:192.0.2.2'));
});

it('handshakes of unknown addresses count for the server alone', () => {
  const slots = new HandshakeSlots(3, 1);
  const frees = [slots.take(''), slots.take(''), slots.take('')];
  assert.ok(frees.every((free) => free !== undefined));
  assert.equal(slots.take(''), undefined);
  for (const free of frees) free?.();
  assert.ok(slots.take('') !== undefined);
});
