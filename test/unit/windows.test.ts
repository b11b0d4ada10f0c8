import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { type KeyType, type OpenOptions, open } from '../../src/index.js';
import type { RawCalls } from '../../src/native/raw.js';
import { osStatus, STATUS } from '../../src/native/status.js';
import { openSspi } from '../../src/sspi.js';
import { Facade } from '../../src/tokenbinding/facade.js';
import { parseTarget } from '../../src/tokenbinding/target.js';
import { keyBlobOf } from '../../src/tokenbinding/windows/key-blob.js';
import { invalidResult, osError, requireSuccess } from '../../src/tokenbinding/windows/os-error.js';
import { WindowsProvider } from '../../src/tokenbinding/windows/provider.js';
import { binding, message, newEkm, signedBinding, testKey } from '../support/messages.js';
import { refused, rejected } from '../support/refused.js';

// The parts that need no Windows. test/windows/ tests the calls themselves.

describe('statuses of Windows', () => {
  it('have a number, and a name if there is one', () => {
    assert.deepEqual(osStatus('F', 0x80090006), {
      function: 'F',
      status: 0x80090006,
      hex: '0x80090006',
      name: 'NTE_BAD_SIGNATURE',
    });
    assert.deepEqual(osStatus('F', 7), { function: 'F', status: 7, hex: '0x00000007' });
  });

  it('have unique names', () => {
    const numbers = Object.values(STATUS);
    assert.equal(new Set(numbers).size, numbers.length);
  });

  it('map to one error code each', () => {
    for (const [name, status] of [...Object.entries(STATUS), ['positive', 1] as const]) {
      for (const value of [undefined, 'a value all the same']) {
        const answer = { status, ...(value === undefined ? {} : { value }) };
        assert.throws(() => requireSuccess('F', answer), { name: 'TokenBindingError' }, name);
      }
    }
    const codes: Partial<Record<string, string>> = {
      SEC_E_INVALID_TOKEN: 'ERR_TB_MALFORMED',
      SEC_E_ILLEGAL_MESSAGE: 'ERR_TB_MALFORMED',
      SEC_E_INCOMPLETE_MESSAGE: 'ERR_TB_MALFORMED',
      NTE_BAD_SIGNATURE: 'ERR_TB_SIGNATURE',
      SEC_E_MESSAGE_ALTERED: 'ERR_TB_SIGNATURE',
      STATUS_INVALID_SIGNATURE: 'ERR_TB_SIGNATURE',
      SEC_E_ALGORITHM_MISMATCH: 'ERR_TB_KEY_TYPE',
      NTE_BAD_KEY: 'ERR_TB_UNUSABLE_KEY',
      NTE_BAD_PUBLIC_KEY: 'ERR_TB_UNUSABLE_KEY',
      NTE_NO_KEY: 'ERR_TB_KEY_NOT_FOUND',
      NTE_NOT_FOUND: 'ERR_TB_KEY_NOT_FOUND',
      NTE_BAD_KEYSET: 'ERR_TB_KEY_NOT_FOUND',
      NTE_KEYSET_ENTRY_BAD: 'ERR_TB_KEY_STORE',
      NTE_TOKEN_KEYSET_STORAGE_FULL: 'ERR_TB_KEY_STORE',
      NTE_NOT_SUPPORTED: 'ERR_TB_NOT_SUPPORTED',
      SEC_E_UNSUPPORTED_FUNCTION: 'ERR_TB_NOT_SUPPORTED',
      E_NOTIMPL: 'ERR_TB_NOT_SUPPORTED',
    };
    for (const [name, status] of Object.entries(STATUS)) {
      assert.equal(osError('F', status).code, codes[name] ?? 'ERR_TB_OS', name);
    }
    assert.equal(osError('F', 0x8badf00d).code, 'ERR_TB_OS');
  });

  it('of success without a value are an error too', () => {
    refused('ERR_TB_OS', () => requireSuccess('F', { status: 0, fault: 'it gave no memory' }));
    refused('ERR_TB_OS', () => requireSuccess('F', { status: 0 }));
    refused('ERR_TB_OS', () =>
      requireSuccess('F', { status: 0, fault: 'x', value: 'all the same' }),
    );
    assert.equal(invalidResult('F', 'x').os?.status, 0);
  });
});

describe('key blobs of bcrypt.h', () => {
  it('BCRYPT_ECCPUBLIC_BLOB', () => {
    const { identifier } = testKey('ecdsap256');
    const header = Buffer.from('4543533120000000', 'hex');
    assert.deepEqual(keyBlobOf(identifier), Buffer.concat([header, identifier.subarray(4)]));
  });

  it('BCRYPT_RSAPUBLIC_BLOB', () => {
    const { identifier } = testKey('rsa2048_pss');
    const header = Buffer.from('525341310008000003000000000100000000000000000000', 'hex');
    const exponent = Buffer.from('010001', 'hex');
    const modulus = identifier.subarray(5, 261);
    assert.deepEqual(keyBlobOf(identifier), Buffer.concat([header, exponent, modulus]));
  });
});

describe('the Windows provider, over calls that only record their arguments', () => {
  const asked: unknown[][] = [];
  const calls = new Proxy({} as RawCalls, {
    get:
      (_, name) =>
      (...args: unknown[]) => {
        asked.push([name, ...args]);
        return { status: STATUS.NTE_FAIL };
      },
  });
  const provider = new WindowsProvider(calls);
  const ekm = newEkm();
  const target = (url: string) => parseTarget(url) ?? assert.fail(url);

  it('passes the scope of a target as its URL', () => {
    const names = {
      'https://user:secret@login.example.co.uk:8443/path?query#hash': 'https://example.co.uk/',
      'wss://EXAMPLE.com./': 'https://example.com/',
      'https://a.github.io/': 'https://a.github.io/',
      'https://[::1]:8443/': 'https://[::1]/',
      'https://127.0.0.1/': 'https://127.0.0.1/',
      'https://localhost:1/': 'https://localhost/',
      'https://bücher.example/': 'https://xn--bcher-kva.example/',
    };
    for (const [url, name] of Object.entries(names)) {
      const request = { keyType: 'anyexisting', bindingType: 'referred', ekm } as const;
      refused('ERR_TB_OS', () => provider.generateBindingSync({ ...request, target: target(url) }));
      assert.deepEqual(asked.at(-1), [
        'generateBindingSync',
        255,
        name,
        1,
        ekm,
        0,
        new Uint8Array(0),
      ]);
    }
  });

  it('rejects a message that is too long before calling the DLL', async () => {
    const before = asked.length;
    const long = new Uint8Array(65_538);
    const expected = { keyType: 'ecdsap256', ekm } as const;
    const facade = new Facade({ name: 'windows', reason: 'requested' }, provider);
    refused('ERR_TB_MALFORMED', () => facade.verifyMessageSync(long, expected));
    await rejected('ERR_TB_MALFORMED', facade.verifyMessage(long, expected));
    assert.equal(asked.length, before);
    refused('ERR_TB_OS', () => facade.verifyMessageSync(long.subarray(1), expected));
    assert.equal(asked.length, before + 1);
  });
});

describe('deletion by Windows', () => {
  const deleting = (status: number) => {
    const calls = { deleteBinding: async () => ({ status }) };
    const target = parseTarget('https://a.example/') ?? assert.fail();
    return new WindowsProvider(calls as unknown as RawCalls).deleteBinding(target);
  };

  it('succeeds without a key, and fails for an ambiguous status', async () => {
    await deleting(STATUS.NTE_NOT_FOUND);
    await rejected('ERR_TB_OS', deleting(STATUS.NTE_BAD_KEYSET));
    await rejected('ERR_TB_OS', deleting(STATUS.NTE_NO_KEY));
    await rejected('ERR_TB_OS', deleting(STATUS.NTE_PERM));
  });
});

describe('generated bindings of Windows', () => {
  const key = testKey('ecdsap256');
  const target = parseTarget('https://a.example/') ?? assert.fail();
  const generate = (
    tokenBinding: Uint8Array,
    identifier: Uint8Array,
    keyType: KeyType | 'anyexisting' = 'ecdsap256',
  ) => {
    const value = { tokenBinding, result: { bindingType: 0, identifier } };
    const calls = { generateBindingSync: () => ({ status: 0, value }) };
    const request = { keyType, target, bindingType: 'provided', ekm } as const;
    return new WindowsProvider(calls as unknown as RawCalls).generateBindingSync(request);
  };
  const ekm = newEkm();

  it('and identifiers must have the requested key type', async () => {
    const made = signedBinding(key, ekm);
    refused('ERR_TB_OS', () => generate(made, key.identifier, 'rsa2048_pss'));
    assert.equal(generate(made, key.identifier, 'anyexisting').keyType, 'ecdsap256');
    const answer = async () => ({
      status: 0,
      value: { bindingType: 0, identifier: key.identifier },
    });
    const calls = { generateId: answer, generateIdForUri: answer };
    const provider = new WindowsProvider(calls as unknown as RawCalls);
    const { publicKey } = testKey('rsa2048_pss');
    await rejected('ERR_TB_OS', provider.generateId('rsa2048_pss', publicKey));
    await rejected('ERR_TB_OS', provider.generateIdForUri('rsa2048_pss', target));
    assert.equal((await provider.generateIdForUri('anyexisting', target)).keyType, 'ecdsap256');
  });

  it('must match their result in key and type', () => {
    const made = signedBinding(key, ekm);
    assert.deepEqual(generate(made, key.identifier).tokenBinding, made);
    refused('ERR_TB_OS', () => generate(made, testKey('ecdsap256').identifier));
    refused('ERR_TB_OS', () => generate(signedBinding(key, ekm, { type: 1 }), key.identifier));
    refused('ERR_TB_OS', () => generate(made.subarray(1), key.identifier));
  });

  it('are rejected with their sizes and first bytes', () => {
    const made = signedBinding(key, ekm);
    const first = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 16)).toString('hex');
    const cut = made.subarray(0, 100);
    const structure = refused('ERR_TB_OS', () => generate(cut, key.identifier));
    assert.ok(structure.message.endsWith(` (100 bytes beginning with ${first(made)})`));
    const { identifier } = testKey('ecdsap256');
    const other = refused('ERR_TB_OS', () => generate(made, identifier));
    for (const one of [key.identifier, identifier]) {
      assert.ok(other.message.includes(`68 bytes beginning with ${first(one)}`), other.message);
    }
    const type = refused('ERR_TB_OS', () => generate(made, identifier, 'rsa2048_pss'));
    const start = `its key has type ecdsap256, not rsa2048_pss (68 bytes beginning with 0200`;
    assert.ok(type.message.includes(start), type.message);
  });
});

describe('verification results of Windows', () => {
  const ekm = newEkm();
  const key = testKey('ecdsap256');
  const { identifier } = key;
  const whole = message(signedBinding(key, ekm));
  const strange = Uint8Array.of(200, 0, 1, 7);
  const none = new Uint8Array(0);
  type Listed = { bindingType: number; identifier: Uint8Array };
  const verifyAs = (keyType: KeyType, value: Listed[], bytes: Uint8Array = whole) => {
    const results = value.map((result) => ({ ...result, extensionData: none }));
    const calls = { verifyMessageSync: () => ({ status: 0, value: results }) };
    const provider = new WindowsProvider(calls as unknown as RawCalls);
    return provider.verifyMessageSync(bytes, { keyType, ekm });
  };
  const verify = (...value: Listed[]) => {
    return verifyAs('ecdsap256', value);
  };

  it('are verified for registered key types, and unevaluated for others', () => {
    const unknown = binding({ type: 9, identifier: strange, signature: randomBytes(64) });
    const listed = [
      { bindingType: 0, identifier },
      { bindingType: 9, identifier: strange },
    ];
    const results = verifyAs('ecdsap256', listed, message(signedBinding(key, ekm), unknown));
    assert.deepEqual(
      results.map(({ bindingType, keyType, status }) => [bindingType, keyType, status]),
      [
        ['provided', 'ecdsap256', 'verified'],
        [9, 200, 'unevaluated'],
      ],
    );
  });

  it('are rejected if there are more than the message has', () => {
    const result = { bindingType: 0, identifier };
    const one = message(signedBinding(key, ekm));
    assert.equal(verifyAs('ecdsap256', [result], one).length, 1);
    const error = refused('ERR_TB_OS', () => verifyAs('ecdsap256', [result, result], one));
    assert.match(
      error.message,
      /it lists a binding of type provided .* more often than the message contains it$/,
    );
  });

  it('are rejected if they do not belong to the message', () => {
    const other = testKey('ecdsap256');
    const two = message(signedBinding(key, ekm), signedBinding(other, ekm, { type: 1 }));
    const [first, second] = [
      { bindingType: 0, identifier },
      { bindingType: 1, identifier: other.identifier },
    ];
    assert.equal(verifyAs('ecdsap256', [second, first], two).length, 2);
    for (const listed of [
      [first, first],
      [first, { bindingType: 1, identifier }],
      [first, { bindingType: 1, identifier: testKey('ecdsap256').identifier }],
      [{ bindingType: 1, identifier }, second],
    ]) {
      refused('ERR_TB_OS', () => verifyAs('ecdsap256', listed, two));
    }
  });

  it('are rejected if nothing is verified, or the provided binding is not', () => {
    const error = refused('ERR_TB_SIGNATURE', () => verify());
    assert.match(error.message, /it verified only 0 of 1 bindings with a registered key type$/);
    assert.equal(error.os?.status, 0);
    const unknown = binding({ type: 1, identifier: strange, signature: randomBytes(200) });
    const listed = [{ bindingType: 1, identifier: strange }];
    refused('ERR_TB_SIGNATURE', () => verifyAs('ecdsap256', listed, message(unknown)));
  });

  it('are rejected if a binding with a registered key type is missing', () => {
    const referred = signedBinding(key, ekm, { type: 1 });
    const unknown = binding({ type: 1, identifier: strange, signature: randomBytes(64) });
    const first = { bindingType: 0, identifier };
    const ofTwo = (bytes: Uint8Array, ...listed: Listed[]) => verifyAs('ecdsap256', listed, bytes);
    const two = message(signedBinding(key, ekm), referred);
    const error = refused('ERR_TB_SIGNATURE', () => ofTwo(two, first));
    assert.match(error.message, /it verified only 1 of 2 bindings with a registered key type$/);
    assert.equal(ofTwo(two, first, { bindingType: 1, identifier }).length, 2);
    // A binding with unregistered key parameters proves nothing, listed or not.
    assert.equal(ofTwo(message(signedBinding(key, ekm), unknown), first).length, 1);
    const provided = binding({ type: 0, identifier: strange, signature: randomBytes(64) });
    refused('ERR_TB_KEY_TYPE', () => ofTwo(message(signedBinding(key, ekm), provided), first));
  });

  it('are rejected if the message is malformed', () => {
    for (const bytes of [whole.subarray(1), Buffer.concat([whole, Buffer.alloc(1)])]) {
      const error = refused('ERR_TB_MALFORMED', () => {
        verifyAs('ecdsap256', [{ bindingType: 0, identifier }], bytes);
      });
      assert.equal(error.os?.status, 0);
    }
  });

  it('are rejected if the provided binding does not have the negotiated key type', () => {
    const referred = message(signedBinding(key, ekm, { type: 1 }));
    for (const keyType of ['rsa2048_pss', 'rsa2048_pkcs1.5'] as const) {
      refused('ERR_TB_KEY_TYPE', () => verifyAs(keyType, [{ bindingType: 0, identifier }]));
      assert.equal(verifyAs(keyType, [{ bindingType: 1, identifier }], referred).length, 1);
    }
  });
});

describe('options for Windows, on every platform', () => {
  for (const [option, extension, openers] of [
    ['libraryPath', 'dll', [open]],
    ['addonPath', 'node', [open, openSspi]],
  ] as const) {
    for (const opener of openers) {
      it(`${opener.name} accepts only a full Windows path as ${option}`, () => {
        const opened = (path: unknown, provider = 'auto') =>
          opener({ provider, [option]: path } as OpenOptions);
        for (const path of [7, null, {}, [`C:\\x.${extension}`]]) {
          assert.throws(() => opened(path), TypeError);
        }
        for (const path of wrongPaths(extension)) {
          assert.throws(() => opened(path), RangeError, path);
          assert.throws(() => opened(path, 'windows'), RangeError, path);
        }
        const other = extension === 'dll' ? 'node' : 'dll';
        assert.throws(() => opened(`C:\\x.${other}`), RangeError);
        assert.throws(() => opened(`C:\\x.${extension}`, 'portable'), RangeError);
        for (const path of fullPaths(extension)) {
          assert.equal(opened(path).provider.reason, 'not-windows', path);
        }
      });
    }
  }
});

it('openSspi rejects unknown and inherited options', () => {
  assert.throws(() => openSspi({ addonpath: 'C:\\x.node' } as never), /no option addonpath/);
  assert.throws(() => openSspi(Object.create({ provider: 'portable' })), TypeError);
});

function wrongPaths(extension: string): string[] {
  const file = `x.${extension}`;
  const relative = [
    '',
    file,
    `.\\${file}`,
    `..\\${file}`,
    `\\${file}`,
    `/${file}`,
    `C:${file}`,
    'C:',
  ];
  const noShare = [
    '\\\\',
    `\\\\${file}`,
    `\\\\\\a\\${file}`,
    `\\\\/${file}`,
    `\\\\server\\${file}`,
  ];
  const devices = ['\\\\?\\C:\\', '\\\\.\\C:\\', '\\\\?\\C:\\..\\..\\', '//?/C:/'];
  const noFile = ['C:\\', 'C:\\x', 'C:\\x.', `C:\\.${extension}`, `C:\\.${extension}\\..`];
  const endings = ['.', ' ', '\\', '\n', '::$DATA'].map((ending) => `C:\\${file}${ending}`);
  const long = longestPath(extension).replace('a', 'aa');
  const others = [`C:\\a\0.${extension}`, `file:///C:/${file}`, long];
  return [
    ...relative,
    ...noShare,
    ...devices.map((start) => `${start}${file}`),
    ...noFile,
    ...endings,
    ...others,
  ];
}

function fullPaths(extension: string): string[] {
  const file = `x.${extension}`;
  const shares = [`\\\\server\\share\\${file}`, `//server/share/${file}`];
  const others = [`C:\\a\\..\\${file}`, `C:\\ä ö\\.dll.${extension}`, longestPath(extension)];
  return [`C:\\${file}`, `c:/x.${extension.toUpperCase()}`, ...shares, ...others];
}

function longestPath(extension: string): string {
  const end = `.${extension}`;
  return `C:\\${'a'.repeat(259 - 3 - end.length)}${end}`;
}
