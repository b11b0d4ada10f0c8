import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Pair, Side } from './side.js';

/** Lengths of 100 messages: up to one and a half blocks of MD5, and lengths that node:crypto hashes. */
const LENGTHS = [
  ...Array.from({ length: 94 }, (_, index) => index + 1),
  ...[2047, 2048, 2049, 4096, 16_384, 65_537],
];

/** Compares the keys of both sides, and exchanges messages in both directions. */
export async function assertAgreement(pair: Pair): Promise<void> {
  await assertSameKey(pair);
  await exchangeMessages(pair);
}

/** The same number of signed and sealed messages in each direction, interleaved. gss-ntlmssp rejects empty ones. */
export async function exchangeMessages({ client, server }: Pair): Promise<void> {
  for (const [round, length] of LENGTHS.entries()) {
    const message = randomBytes(length);
    const ways = [
      () => passSigned(client, server, message),
      () => passSealed(client, server, message),
      () => passSigned(server, client, message),
      () => passSealed(server, client, message),
    ];
    const first = round % ways.length;
    for (const way of [...ways.slice(first), ...ways.slice(0, first)]) await way();
  }
}

async function passSigned(sender: Side, receiver: Side, message: Uint8Array): Promise<void> {
  const signature = await sender.sign(message);
  assert.equal(signature.length, 16);
  await receiver.verify(message, signature);
}

async function passSealed(sender: Side, receiver: Side, message: Uint8Array): Promise<void> {
  const sealed = await sender.seal(message);
  assert.deepEqual([sealed.trailer.length, sealed.data.length], [16, message.length]);
  if (message.length > 8) assert.notDeepEqual(Buffer.from(sealed.data), Buffer.from(message));
  assert.deepEqual(Buffer.from(await receiver.unseal(sealed)), Buffer.from(message));
}

async function assertSameKey({ client, server }: Pair): Promise<void> {
  const key = Buffer.from(await client.sessionKey());
  assert.equal(key.length, 16);
  assert.deepEqual(Buffer.from(await server.sessionKey()), key);
}
