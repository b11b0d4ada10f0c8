import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Pair, Side } from './side.js';

/** Lengths of 100 messages: up to one and a half blocks of MD5, and lengths that node:crypto hashes. */
const LENGTHS = [
  ...Array.from({ length: 94 }, (_, index) => index + 1),
  ...[2047, 2048, 2049, 4096, 16_384, 65_537],
];

/** The lengths of a key, a signature and a trailer in bytes. */
export interface ProtectionLengths {
  readonly key: number;
  readonly signature: number;
  readonly trailer: number;
}

const NTLM: ProtectionLengths = { key: 16, signature: 16, trailer: 16 };

/** Compares the keys of both sides, and exchanges messages in both directions. */
export async function assertAgreement(
  pair: Pair,
  lengths: ProtectionLengths = NTLM,
): Promise<void> {
  await assertSameKey(pair, lengths);
  await exchangeMessages(pair, lengths);
}

/** The same number of signed and sealed messages in each direction, interleaved. gss-ntlmssp rejects empty ones. */
export async function exchangeMessages(
  { client, server }: Pair,
  lengths: ProtectionLengths = NTLM,
): Promise<void> {
  for (const [round, length] of LENGTHS.entries()) {
    const message = randomBytes(length);
    const ways = [
      () => passSigned(client, server, message, lengths),
      () => passSealed(client, server, message, lengths),
      () => passSigned(server, client, message, lengths),
      () => passSealed(server, client, message, lengths),
    ];
    const first = round % ways.length;
    for (const way of [...ways.slice(first), ...ways.slice(0, first)]) await way();
  }
}

async function passSigned(
  sender: Side,
  receiver: Side,
  message: Uint8Array,
  lengths: ProtectionLengths,
): Promise<void> {
  const signature = await sender.sign(message);
  assert.equal(signature.length, lengths.signature);
  await receiver.verify(message, signature);
}

async function passSealed(
  sender: Side,
  receiver: Side,
  message: Uint8Array,
  lengths: ProtectionLengths,
): Promise<void> {
  const { trailer, data } = await sender.seal(message);
  assert.deepEqual([trailer.length, data.length], [lengths.trailer, message.length]);
  if (message.length > 8) assert.notDeepEqual(Buffer.from(data), Buffer.from(message));
  assert.deepEqual(Buffer.from(await receiver.unseal({ trailer, data })), Buffer.from(message));
}

export async function assertSameKey(
  { client, server }: Pair,
  lengths: ProtectionLengths = NTLM,
): Promise<void> {
  const key = Buffer.from(await client.sessionKey());
  assert.equal(key.length, lengths.key);
  assert.deepEqual(Buffer.from(await server.sessionKey()), key);
}
