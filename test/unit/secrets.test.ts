import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertHidden } from '../support/secrets.js';

describe('the search for secrets', () => {
  const secret = Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0x01, 0xfe);
  const bytes = Buffer.from(secret);

  it('finds secrets in text, in bytes and in the causes of an error', () => {
    const careless: unknown[] = [
      bytes.toString('latin1'),
      `key: ${bytes.toString('hex').toUpperCase()}`,
      bytes.toString('base64'),
      { token: bytes.toString('base64url') },
      { bytes },
      { secret },
      { list: [[...secret]] },
      Buffer.concat([Buffer.alloc(200), bytes]),
      new Error(`of ${bytes.toString('hex')}`),
      new Error('', { cause: new Error('', { cause: secret }) }),
      Object.assign(new Error(''), { secret }),
      new (class {
        toJSON() {
          return { bytes };
        }
      })(),
    ];
    for (const [index, thing] of careless.entries()) {
      assert.throws(() => assertHidden(thing, [secret]), /found/, `${index}`);
    }
  });

  it('finds nothing in values without secrets', () => {
    class Careful {
      readonly #secret = secret;
      get length(): number {
        return this.#secret.length;
      }
    }
    for (const thing of [
      undefined,
      new Careful(),
      new Error('deadbeef', { cause: [0xde, 0xad] }),
    ]) {
      assertHidden(thing, [secret]);
    }
  });
});
