import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { open } from '../../src/index.js';
import { newDomain } from '../provider/domains.js';
import { KEY_TYPES, message, newEkm, signedBinding, testKey } from '../support/messages.js';
import { refused, rejected } from '../support/refused.js';
import { standIn, type Variant } from './stand-in.js';

const ekm = newEkm();
const whole = message(signedBinding(testKey('ecdsap256'), ekm));
const expected = { keyType: 'ecdsap256', ekm } as const;
const other = { ...expected, ekm: newEkm() };

const windows = (variant: Variant) => open({ provider: 'windows', libraryPath: standIn(variant) });

describe('memory that the DLL allocates', () => {
  it('does not grow over 10,000 verifications and 1,000 rejections', () => {
    const tokenBinding = windows('');
    // A result of 60 kB: 10,000 leaked results would be 600 MB.
    const extensions = Buffer.alloc(60_000);
    extensions.writeUInt16BE(extensions.length - 3, 1);
    const large = message(signedBinding(testKey('ecdsap256'), ekm, { extensions }));
    const work = (count: number) => {
      for (let round = 0; round < count; round++) {
        tokenBinding.verifyMessageSync(large, expected);
        if (round % 10 === 0) {
          refused('ERR_TB_SIGNATURE', () => tokenBinding.verifyMessageSync(large, other));
        }
      }
    };
    const memory = () => {
      globalThis.gc?.();
      return process.memoryUsage();
    };
    assert.ok(globalThis.gc !== undefined, 'run with --expose-gc');
    work(1000);
    const before = memory();
    work(10_000);
    const after = memory();
    for (const what of ['rss', 'external', 'arrayBuffers'] as const) {
      const grown = after[what] - before[what];
      assert.ok(grown < 64 * 2 ** 20, `${what} grew by ${grown} bytes`);
    }
  });

  // The guarded stand-in counts that each block is freed once; the runner of this file reads its report.
  it('is freed once, whichever call it comes from', async () => {
    const tokenBinding = windows('-guard');
    for (let round = 0; round < 500; round++) {
      tokenBinding.verifyMessageSync(whole, expected);
      refused('ERR_TB_SIGNATURE', () => tokenBinding.verifyMessageSync(whole, other));
    }
    for (const keyType of KEY_TYPES) {
      const targetUrl = `https://${newDomain()}/`;
      const request = { keyType, targetUrl, bindingType: 'referred', ekm } as const;
      const made = await tokenBinding.generateBinding(request);
      await tokenBinding.generateMessage([made.tokenBinding, made.tokenBinding]);
      await tokenBinding.generateId(keyType, testKey(keyType).publicKey);
      await tokenBinding.generateIdForUri(keyType, targetUrl);
      await tokenBinding.deleteBinding(targetUrl);
    }
    await tokenBinding.getKeyTypesClient();
    await tokenBinding.getKeyTypesServer();
    await tokenBinding.getHighestSupportedVersion();
  });

  it('is not shared by 16 calls in flight', async () => {
    const tokenBinding = windows('-guard');
    const keys = KEY_TYPES.map((keyType) => testKey(keyType));
    for (let round = 0; round < 20; round++) {
      const calls = Array.from({ length: 16 }, async (_, index) => {
        const key = keys[index % keys.length] ?? testKey('ecdsap256');
        const own = newEkm();
        const bytes = message(signedBinding(key, own));
        if (index % 5 === 0) {
          const pending = tokenBinding.verifyMessage(bytes, { keyType: key.keyType, ekm });
          await rejected('ERR_TB_SIGNATURE', pending);
          return;
        }
        const pending = tokenBinding.verifyMessage(bytes, { keyType: key.keyType, ekm: own });
        bytes.fill(0);
        own.fill(0);
        const [result] = await pending;
        assert.deepEqual(Buffer.from(result?.identifier ?? []), key.identifier);
      });
      await Promise.all(calls);
    }
  });
});
