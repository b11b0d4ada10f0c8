import assert from 'node:assert/strict';
import crypto, { type KeyObject } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, read, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { decodeTokenBindingMessage } from '../../src/wire.js';
import {
  binding,
  message,
  newEkm,
  signature,
  signedBinding,
  type TestKey,
  testKey,
} from '../support/messages.js';
import { type ProviderUnderTest, refusalsOf } from './under-test.js';

const ROUNDS = 200;
/** A limit for a failing test; the other thread needs far fewer attempts. */
const MOST_TRIES = 1_000_000;

/** Bytes that another thread, or a callback, changes while a call uses them. */
export function describeChangingBytes(provider: ProviderUnderTest): void {
  const { name, open } = provider;
  const { refused, rejected } = refusalsOf(provider);
  describe(`bytes that change during a call: ${name}`, () => {
    const ekm = newEkm();
    const expected = { keyType: 'ecdsap256', ekm } as const;
    const victim = testKey('ecdsap256');
    const thief = testKey('ecdsap256');
    const honest = message(signedBinding(thief, ekm));
    /** The victim's identifier with the thief's signature. */
    const forged = message(forgedBinding(victim, thief, ekm));
    const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-bytes-'));
    after(() => rmSync(folder, { recursive: true }));

    it('verifies a copy of a message that changes while its key is imported', async () => {
      const tokenBinding = open();
      const shared = Buffer.from(honest);
      const verify = () => tokenBinding.verifyMessageSync(shared, expected);
      const verifyLater = () => tokenBinding.verifyMessage(shared, expected);
      for (const form of [verify, verify, verify, verifyLater, verifyLater]) {
        shared.set(honest);
        const [result] = await whileImporting(() => shared.set(forged), form);
        assert.deepEqual(Buffer.from(result?.identifier ?? []), thief.identifier);
        // The cache does not have the thief's key under the victim's identifier.
        refused('ERR_TB_SIGNATURE', () => tokenBinding.verifyMessageSync(forged, expected));
      }
    });

    it('returns the bytes that it verified, if a thread of libuv overwrites the message', async () => {
      const file = join(folder, 'forged');
      writeFileSync(file, forged);
      const descriptor = openSync(file, 'r');
      for (let round = 0; round < ROUNDS; round++) {
        const tokenBinding = open();
        const shared = Buffer.from(honest);
        const done = new Promise((resolve) =>
          read(descriptor, shared, 0, shared.length, 0, resolve),
        );
        // The synchronous calls block the event loop: only the other thread can end this loop.
        for (let tries = 0; tries < MOST_TRIES && !shared.equals(forged); tries++) {
          const [result] = acceptedOrNone(() => tokenBinding.verifyMessageSync(shared, expected));
          if (result !== undefined) {
            assert.deepEqual(Buffer.from(result.identifier), thief.identifier);
          }
        }
        assert.ok(shared.equals(forged));
        refused('ERR_TB_SIGNATURE', () => tokenBinding.verifyMessageSync(shared, expected));
        await done;
      }
      closeSync(descriptor);
    });

    it('encodes TokenBindings as it checked them, if they change meanwhile', () => {
      const tokenBinding = open();
      const first = signedBinding(thief, ekm);
      const second = Buffer.from(first);
      const joined = whileCopying(
        () => second.fill(0xff),
        () => acceptedOrNone(() => [tokenBinding.generateMessageSync([first, second])]),
      );
      for (const whole of joined) decodeTokenBindingMessage(whole);
    });

    it('rejects a message that is too long, without copying it', async () => {
      const tokenBinding = open();
      const long = Buffer.alloc(1 << 26);
      message(signedBinding(thief, ekm)).copy(long);
      const before = process.memoryUsage().arrayBuffers;
      refused('ERR_TB_MALFORMED', () => tokenBinding.verifyMessageSync(long, expected));
      const later = rejected('ERR_TB_MALFORMED', tokenBinding.verifyMessage(long, expected));
      const taken = process.memoryUsage().arrayBuffers - before;
      assert.ok(taken < long.length, `${taken} bytes`);
      await later;
    });
  });
}

function forgedBinding(victim: TestKey, thief: TestKey, ekm: Uint8Array): Buffer {
  return binding({ identifier: victim.identifier, signature: signature(thief, 0, ekm) });
}

/** A rejection is correct too: half of one message and half of another is not a message. */
function acceptedOrNone<T>(work: () => T[]): T[] {
  try {
    return work();
  } catch (error) {
    assert.equal((error as Error).name, 'TokenBindingError');
    return [];
  }
}

/** Calls `change` as soon as `work` imports a public key, as another thread could. */
async function whileImporting<T>(change: () => void, work: () => T | Promise<T>): Promise<T> {
  const importKey = crypto.createPublicKey;
  const changing = (...args: Parameters<typeof importKey>): KeyObject => {
    change();
    return importKey(...args);
  };
  crypto.createPublicKey = changing;
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    crypto.createPublicKey = importKey;
    syncBuiltinESMExports();
  }
}

/** Calls `copied` with the copied bytes each time that bytes are copied from one array to another. */
function whileCopying<T>(copied: () => void, work: () => T): T {
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  const copy = typedArray.set;
  typedArray.set = function (this: Uint8Array, ...args) {
    copy.apply(this, args);
    copied();
  };
  try {
    return work();
  } finally {
    typedArray.set = copy;
  }
}
