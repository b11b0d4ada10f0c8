import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { open, TokenBindingError } from '../../src/index.js';
import { newDomain } from '../provider/domains.js';
import { message, newEkm, signedBinding, testKey } from '../support/messages.js';
import { refused } from '../support/refused.js';
import { standIn } from './stand-in.js';

// The answers are described in test/windows/stand-in/README.md.

const OUT = ['out-null', 'out-static', 'out-interior', 'out-block-of-4'];
const BYTES = [
  'bytes-none',
  'bytes-size-zero',
  'bytes-size-one-under',
  'bytes-size-one-over',
  'bytes-size-70000',
  'bytes-size-max',
  'bytes-65538',
  'bytes-70000',
  'bytes-noise',
];
const LIST = [
  'list-count-zero',
  'list-count-one-over',
  'list-count-1000',
  'list-count-max',
  'list-empty',
  'list-data-null',
  'list-data-wild',
  'list-data-past-end',
  'list-more-than-message',
];
const ENTRY = [
  'entry-identifier-null',
  'entry-identifier-wild',
  'entry-identifier-past-end',
  'entry-identifier-size-zero',
  'entry-identifier-size-two',
  'entry-identifier-size-70000',
  'entry-identifier-size-max',
  'entry-identifier-one-over',
  'entry-identifier-shorter-than-key',
  'entry-identifier-longer-than-key',
  'entry-key-parameters-200',
  'entry-extension-null',
  'entry-extension-wild',
  'entry-extension-one-over',
  'entry-extension-size-70000',
  'entry-extension-size-max',
  'entry-type-256',
  'entry-type-max-int',
  'entry-type-max',
];
const TYPES = [
  'types-count-one-over',
  'types-count-1000',
  'types-count-max',
  'types-array-null',
  'types-array-wild',
  'types-array-past-end',
];
/** Each answer with the only code that is allowed. */
const STATUS = {
  'status-bad-signature-with-results': 'ERR_TB_SIGNATURE',
  'status-fail-with-results': 'ERR_TB_OS',
  'status-positive-with-results': 'ERR_TB_OS',
  'status-one-with-results': 'ERR_TB_OS',
  'status-unnamed-with-results': 'ERR_TB_OS',
  'status-fail': 'ERR_TB_OS',
  'status-positive': 'ERR_TB_OS',
  'status-invalid-signature': 'ERR_TB_SIGNATURE',
  'status-unnamed': 'ERR_TB_OS',
};

/** Well-formed answers that prove nothing. */
const UNPROVEN: Readonly<Record<string, string>> = {
  'list-count-zero': 'ERR_TB_SIGNATURE',
  'list-empty': 'ERR_TB_SIGNATURE',
};

function codeOf(call: string, answer: string): string {
  const code = call.startsWith('verifyMessage') ? UNPROVEN[answer] : undefined;
  return code ?? 'ERR_TB_OS';
}

describe('a DLL with invalid answers', () => {
  const tokenBinding = open({ provider: 'windows', libraryPath: standIn('-malicious') });
  const ekm = newEkm();
  const key = testKey('ecdsap256');
  const whole = message(signedBinding(key, ekm));
  const expected = { keyType: 'ecdsap256', ekm } as const;
  const targetUrl = `https://${newDomain()}/`;
  const request = { keyType: 'ecdsap256', targetUrl, bindingType: 'provided', ekm } as const;
  const { tokenBinding: made } = tokenBinding.generateBindingSync(request);

  const calls: Record<string, { call: () => unknown; answers: string[] }> = {
    verifyMessage: {
      call: () => tokenBinding.verifyMessage(whole, expected),
      answers: [...OUT, ...LIST, ...ENTRY],
    },
    verifyMessageSync: {
      call: () => tokenBinding.verifyMessageSync(whole, expected),
      answers: [...OUT, ...LIST, ...ENTRY],
    },
    generateBinding: {
      call: () => tokenBinding.generateBinding(request),
      answers: [...OUT, ...BYTES, ...ENTRY],
    },
    generateBindingSync: {
      call: () => tokenBinding.generateBindingSync(request),
      answers: [...OUT, ...BYTES, ...ENTRY],
    },
    generateMessage: {
      call: () => tokenBinding.generateMessage([made]),
      answers: [...OUT, ...BYTES],
    },
    generateMessageSync: {
      call: () => tokenBinding.generateMessageSync([made]),
      answers: [...OUT, ...BYTES],
    },
    getKeyTypesClient: {
      call: () => tokenBinding.getKeyTypesClient(),
      answers: [...OUT, ...TYPES],
    },
    getKeyTypesServer: {
      call: () => tokenBinding.getKeyTypesServer(),
      answers: [...OUT, ...TYPES],
    },
    generateId: {
      call: () => tokenBinding.generateId('ecdsap256', key.publicKey),
      answers: [...OUT, ...ENTRY],
    },
    generateIdForUri: {
      call: () => tokenBinding.generateIdForUri('ecdsap256', targetUrl),
      answers: [...OUT, ...ENTRY],
    },
    deleteBinding: { call: () => tokenBinding.deleteBinding(targetUrl), answers: [] },
    deleteAllBindings: {
      call: () => tokenBinding.deleteAllBindings({ everyKeyOfThisUser: true }),
      answers: [],
    },
    getHighestSupportedVersion: {
      call: () => tokenBinding.getHighestSupportedVersion(),
      answers: [],
    },
  };

  /** Makes a call while the DLL gives the named answer. */
  const outcome = async (answer: string, call: () => unknown): Promise<unknown> => {
    process.env['STAND_IN_ANSWER'] = answer;
    try {
      return await call();
    } catch (error) {
      return error;
    } finally {
      delete process.env['STAND_IN_ANSWER'];
    }
  };

  afterEach(() => {
    // The process still works after every answer.
    assert.equal(tokenBinding.verifyMessageSync(whole, expected).length, 1);
  });

  for (const [name, { call, answers }] of Object.entries(calls)) {
    if (answers.length > 0)
      it(`${name}: rejects an invalid answer that reports success`, async () => {
        for (const answer of answers) {
          const error = await outcome(answer, call);
          assert.ok(error instanceof TokenBindingError, `${answer}: ${JSON.stringify(error)}`);
          assert.equal(error.code, codeOf(name, answer), answer);
          assert.match(error.message, /^TokenBinding\w+ reported success, but /);
          assert.equal(error.os?.status, 0);
        }
      });

    it(`${name}: treats only status 0 as success, whatever the results`, async () => {
      for (const [answer, code] of Object.entries(STATUS)) {
        const error = await outcome(answer, call);
        assert.ok(error instanceof TokenBindingError, `${answer}: ${JSON.stringify(error)}`);
        assert.equal(error.code, code, answer);
        assert.match(error.os?.function ?? '', /^TokenBinding/);
        assert.notEqual(error.os?.status, 0);
        assert.ok(error.message.includes(error.os?.hex ?? '?'), error.message);
      }
    });
  }

  it('rejects a provided binding of another key type, although the DLL accepts it', () => {
    process.env['STAND_IN_ANSWER'] = 'entry-extension-size-zero';
    try {
      for (const keyType of ['rsa2048_pss', 'rsa2048_pkcs1.5'] as const) {
        const error = refused('ERR_TB_KEY_TYPE', () =>
          tokenBinding.verifyMessageSync(whole, { keyType, ekm }),
        );
        assert.equal(error.os?.status, 0);
      }
    } finally {
      delete process.env['STAND_IN_ANSWER'];
    }
  });

  it('names the statuses that have a name, and reports the number of the others', async () => {
    const os = async (answer: string) => {
      const error = await outcome(answer, () => tokenBinding.verifyMessageSync(whole, expected));
      return (error as TokenBindingError).os;
    };
    const functionName = 'TokenBindingVerifyMessage';
    assert.deepEqual(await os('status-fail'), {
      function: functionName,
      status: 0x80090020,
      hex: '0x80090020',
      name: 'NTE_FAIL',
    });
    assert.deepEqual(await os('status-unnamed'), {
      function: functionName,
      status: 0x8badf00d,
      hex: '0x8BADF00D',
    });
  });

  it('returns answers that are unusual but valid', async () => {
    const verify = () => tokenBinding.verifyMessageSync(whole, expected);
    for (const answer of [
      'list-data-static',
      'entry-identifier-static',
      'entry-extension-size-zero',
      'entry-extension-format-one',
    ]) {
      assert.equal(((await outcome(answer, verify)) as unknown[]).length, 1, answer);
    }
    const version = () => tokenBinding.getHighestSupportedVersion();
    assert.deepEqual(await outcome('version-0-10', version), { major: 0, minor: 10 });
    assert.deepEqual(await outcome('version-0-0', version), { major: 0, minor: 0 });
    assert.deepEqual(await outcome('version-255-255', version), { major: 255, minor: 255 });
  });

  it('rejects a result whose type no binding of the message has', async () => {
    const verify = () => tokenBinding.verifyMessageSync(whole, expected);
    const error = (await outcome('entry-type-77', verify)) as TokenBindingError;
    assert.equal(error.code, 'ERR_TB_OS');
    assert.match(error.message, /it lists a binding of type 77 /);
  });

  it('omits key types that no call accepts', async () => {
    const types = () => tokenBinding.getKeyTypesServer();
    assert.deepEqual(await outcome('types-255', types), [
      'rsa2048_pkcs1.5',
      'rsa2048_pss',
      'ecdsap256',
    ]);
    assert.deepEqual(await outcome('types-unknown', types), ['ecdsap256']);
    assert.deepEqual(await outcome('types-any-existing', types), []);
    assert.deepEqual(await outcome('types-repeated', types), ['ecdsap256', 'ecdsap256']);
    assert.equal(((await outcome('types-array-static', types)) as unknown[]).length, 3);
    assert.deepEqual(await outcome('types-empty', types), []);
    assert.deepEqual(await outcome('types-count-zero', types), []);
  });

  it('never makes the provider accept a forged message', async () => {
    const forged = message(signedBinding(key, newEkm()));
    for (const answer of [...OUT, ...LIST, ...ENTRY, ...Object.keys(STATUS)]) {
      const error = await outcome(answer, () => tokenBinding.verifyMessageSync(forged, expected));
      assert.ok(error instanceof TokenBindingError, answer);
    }
  });
});
