import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { open } from '../../src/index.js';
import {
  binding,
  KEY_TYPES,
  message,
  newEkm,
  signedBinding,
  testKey,
} from '../support/messages.js';
import { pollute } from '../support/pollution.js';
import { refused, rejected } from '../support/refused.js';

/** The options that node:crypto reads by name. */
const NAMES = ['padding', 'saltLength', 'dsaEncoding', 'context', 'encoding', 'format', 'type'];
const SECRET_NAMES = ['passphrase', 'cipher'];

/** Calls `work` while each name is an accessor on Object.prototype, which `onRead` hears of. */
function withAccessors<T>(onRead: (options: object) => void, work: () => T): T {
  const names = [...NAMES, ...SECRET_NAMES];
  for (const name of names) {
    Object.defineProperty(Object.prototype, name, {
      configurable: true,
      get(this: object) {
        onRead(this);
        return undefined;
      },
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, writable: true, enumerable: true });
      },
    });
  }
  const clean = () => {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  };
  try {
    const result = work();
    if (result instanceof Promise) return result.finally(clean) as T;
    clean();
    return result;
  } catch (error) {
    clean();
    throw error;
  }
}

describe('options that node:crypto would read from Object.prototype', () => {
  for (const keyType of KEY_TYPES) {
    const ekm = newEkm();
    const genuine = message(signedBinding(testKey(keyType), ekm));
    const expected = { keyType, ekm };

    it(`change no verdict as properties: ${keyType}`, () => {
      const provider = open({ provider: 'portable' });
      const values = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 17, format: 'pem' };
      // Three times: a key is cached from its second use on.
      for (let time = 0; time < 3; time++) {
        const results = pollute({ ...values, dsaEncoding: 'ieee-p1363' }, () =>
          provider.verifyMessageSync(genuine, expected),
        );
        assert.equal(results.length, 1);
      }
    });

    it(`give no accessor the key to replace: ${keyType}`, async () => {
      const type = keyType === 'ecdsap256' ? 'ec' : 'rsa';
      const options = { namedCurve: 'P-256', modulusLength: 2048 };
      const { privateKey, publicKey } = generateKeyPairSync(type as 'rsa', options);
      const other = { ...testKey(keyType), privateKey };
      const forged = message(signedBinding(other, ekm));
      const provider = open({ provider: 'portable' });
      const replace = (options: object) => {
        if (!('key' in options)) return;
        options.key = options.key instanceof Uint8Array ? derOf(publicKey, type) : publicKey;
      };
      const verify = () => provider.verifyMessageSync(forged, expected);
      for (let time = 0; time < 3; time++) {
        withAccessors(replace, () => refused('ERR_TB_SIGNATURE', verify));
        await withAccessors(replace, () =>
          rejected('ERR_TB_SIGNATURE', provider.verifyMessage(forged, expected)),
        );
      }
      refused('ERR_TB_SIGNATURE', verify);
      assert.equal(provider.verifyMessageSync(genuine, expected).length, 1);
    });

    it(`do not mix a call with one that an accessor makes: ${keyType}`, () => {
      const provider = open({ provider: 'portable' });
      const otherEkm = newEkm();
      const wrong = { keyType, ekm: otherEkm };
      let isNested = false;
      const nest = () => {
        if (isNested) return;
        isNested = true;
        try {
          provider.verifyMessageSync(genuine, expected);
        } finally {
          isNested = false;
        }
      };
      for (let time = 0; time < 3; time++) {
        withAccessors(nest, () => {
          refused('ERR_TB_SIGNATURE', () => provider.verifyMessageSync(genuine, wrong));
        });
        const request = {
          keyType,
          targetUrl: 'https://a.example/',
          bindingType: 'provided',
          ekm,
        } as const;
        const { tokenBinding } = withAccessors(nest, () => provider.generateBindingSync(request));
        assert.equal(provider.verifyMessageSync(message(tokenBinding), expected).length, 1);
      }
    });
  }

  it('accept no PSS signature for a key of rsa2048_pkcs1.5', () => {
    const ekm = newEkm();
    const { identifier, privateKey } = testKey('rsa2048_pkcs1.5');
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 17 };
    const data = Buffer.concat([Buffer.from([0, 0]), ekm]);
    const signature = sign('sha256', data, { key: privateKey, ...padding });
    const whole = message(binding({ identifier, signature }));
    const provider = open({ provider: 'portable' });
    const verify = () => provider.verifyMessageSync(whole, { keyType: 'rsa2048_pkcs1.5', ekm });
    for (let time = 0; time < 3; time++) {
      pollute(padding, () => refused('ERR_TB_SIGNATURE', verify));
    }
  });
});

function derOf(publicKey: import('node:crypto').KeyObject, type: string): Buffer {
  return publicKey.export({ format: 'der', type: type === 'ec' ? 'spki' : 'pkcs1' });
}
