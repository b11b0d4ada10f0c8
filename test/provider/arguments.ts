import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import type { TokenBindingProvider } from '../../src/index.js';
import { message, newEkm, signedBinding, testKey } from '../support/messages.js';
import { pollute } from '../support/pollution.js';
import type { ProviderUnderTest } from './under-test.js';

type Call = (tokenBinding: TokenBindingProvider, value: unknown) => unknown;

const NOT_BYTES = [
  undefined,
  null,
  7,
  'AIkA',
  [1, 2],
  {},
  new ArrayBuffer(139),
  new Uint16Array(70),
];
const NOT_OBJECTS = [undefined, null, 7, 'x', true];
const NOT_STRINGS = [undefined, null, 7, {}, ['ecdsap256']];

/** Wrong arguments have the same errors for every provider, before it is called. */
export function describeArguments(provider: ProviderUnderTest): void {
  const { name, open, ownsStore } = provider;
  describe(`arguments: ${name}`, () => {
    const tokenBinding = open();
    const ekm = newEkm();
    const expected = { keyType: 'ecdsap256', ekm } as const;
    const request = {
      keyType: 'ecdsap256',
      targetUrl: 'https://example.com/',
      bindingType: 'provided',
      ekm,
    } as const;
    const whole = message(signedBinding(testKey('ecdsap256'), ekm));

    /** Both forms of a call fail with the same error for a value: one throws, the other rejects. */
    const refuse = async (
      kind: typeof TypeError | typeof RangeError,
      argument: string,
      call: Call,
      value: unknown,
    ) => {
      const about = (error: unknown) => {
        assert.ok(error instanceof kind, `${argument}: ${String(error)}`);
        const said = [' must be ', ' has no option '].map((text) => `${argument}${text}`);
        assert.ok(
          said.some((text) => error.message.startsWith(text)),
          error.message,
        );
        const code = kind === TypeError ? 'ERR_INVALID_ARG_TYPE' : 'ERR_OUT_OF_RANGE';
        assert.equal((error as NodeJS.ErrnoException).code, code);
        return true;
      };
      await assert.rejects(async () => call(tokenBinding, value), about);
    };

    const verifying: Call[] = [
      (tb, value) => tb.verifyMessage(value as Uint8Array, expected),
      (tb, value) => tb.verifyMessageSync(value as Uint8Array, expected),
    ];
    const expecting: Call[] = [
      (tb, value) => tb.verifyMessage(whole, value as typeof expected),
      (tb, value) => tb.verifyMessageSync(whole, value as typeof expected),
    ];
    const generating: Call[] = [
      (tb, value) => tb.generateBinding(value as typeof request),
      (tb, value) => tb.generateBindingSync(value as typeof request),
    ];
    const joining: Call[] = [
      (tb, value) => tb.generateMessage(value as Uint8Array[]),
      (tb, value) => tb.generateMessageSync(value as Uint8Array[]),
    ];

    it('an asynchronous call never throws: it rejects', async () => {
      const calls = [
        () => tokenBinding.verifyMessage(7 as never, expected),
        () => tokenBinding.generateBinding(7 as never),
        () => tokenBinding.generateMessage(7 as never),
        () => tokenBinding.deleteBinding(7 as never),
        () => tokenBinding.generateId(7 as never, 7 as never),
        () => tokenBinding.generateIdForUri(7 as never, 7 as never),
      ];
      for (const call of calls) {
        const pending = call();
        await assert.rejects(pending, TypeError);
      }
    });

    it('a message that is not a Uint8Array', async () => {
      for (const call of verifying) {
        for (const value of NOT_BYTES) await refuse(TypeError, 'message', call, value);
        await refuse(TypeError, 'message', call, new Uint8Array(new SharedArrayBuffer(139)));
        await refuse(TypeError, 'message', call, detached(139));
      }
    });

    it('accepts a Uint8Array of another realm', () => {
      const foreign = vm.runInNewContext('new Uint8Array(bytes)', { bytes: [...whole] });
      assert.equal(foreign instanceof Uint8Array, false);
      assert.equal(tokenBinding.verifyMessageSync(foreign, expected).length, 1);
    });

    it('an expectation that is not an object or has a wrong key type', async () => {
      for (const call of expecting) {
        for (const value of NOT_OBJECTS) await refuse(TypeError, 'expected', call, value);
        for (const keyType of NOT_STRINGS) {
          await refuse(TypeError, 'expected.keyType', call, { ...expected, keyType });
        }
        for (const keyType of ['', 'ECDSAP256', 'anyexisting', 'ecdsap384', '2', '__proto__']) {
          await refuse(RangeError, 'expected.keyType', call, { ...expected, keyType });
        }
      }
    });

    it('a limit of TokenBindings that is not an integer of at least 1', async () => {
      for (const call of expecting) {
        for (const maxTokenBindings of [null, '2', [2], {}, 2n]) {
          await refuse(TypeError, 'expected.maxTokenBindings', call, {
            ...expected,
            maxTokenBindings,
          });
        }
        for (const maxTokenBindings of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          await refuse(RangeError, 'expected.maxTokenBindings', call, {
            ...expected,
            maxTokenBindings,
          });
        }
      }
    });

    it('unknown options', async () => {
      for (const call of expecting) {
        await refuse(TypeError, 'expected', call, { ...expected, maxTokenbindings: 2 });
        await refuse(TypeError, 'expected', call, { ...expected, targetUrl: 'https://a.example/' });
      }
      for (const call of generating) {
        await refuse(TypeError, 'request', call, { ...request, maxTokenBindings: 2 });
        await refuse(TypeError, 'request', call, { ...request, extensionData: new Uint8Array(1) });
      }
    });

    it('inherited options', async () => {
      for (const call of expecting) {
        const inherited = Object.create({ ekm }, { keyType: { value: 'ecdsap256' } });
        await refuse(TypeError, 'expected.ekm', call, inherited);
        const limited = Object.assign(Object.create({ maxTokenBindings: 9 }), expected);
        await refuse(TypeError, 'expected.maxTokenBindings', call, limited);
      }
      for (const call of generating) {
        const inherited = Object.assign(Object.create({ ekm }), { ...request, ekm: undefined });
        await refuse(TypeError, 'request.ekm', call, inherited);
      }
    });

    it('ignores options on Object.prototype', async () => {
      const { keyType } = expected;
      await pollute({ ekm, maxTokenBindings: 1 }, async () => {
        for (const call of expecting) await refuse(TypeError, 'expected.ekm', call, { keyType });
        const two = message(whole.subarray(2), whole.subarray(2));
        assert.equal(tokenBinding.verifyMessageSync(two, expected).length, 2);
      });
      await pollute({ ekm, targetUrl: request.targetUrl }, async () => {
        const { bindingType, targetUrl } = request;
        for (const call of generating) {
          await refuse(TypeError, 'request.ekm', call, { keyType, bindingType, targetUrl });
          await refuse(TypeError, 'request.targetUrl', call, { keyType, bindingType, ekm });
        }
      });
      await pollute({ kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }, async () => {
        const call: Call = (tb, value) => tb.generateId('ecdsap256', value as Uint8Array);
        await refuse(TypeError, 'publicKey', call, {});
      });
    });

    it('accepts a JWK with unknown members', async () => {
      const jwk = testKey('ecdsap256').publicKey.export({ format: 'jwk' });
      const more = { ...jwk, kid: 'a', use: 'sig', 'x.example': { y: 1 } };
      assert.equal((await tokenBinding.generateId('ecdsap256', more)).keyType, 'ecdsap256');
    });

    it('an EKM that is not exactly 32 bytes', async () => {
      for (const [argument, calls, other] of [
        ['expected.ekm', expecting, expected],
        ['request.ekm', generating, request],
      ] as const) {
        for (const call of calls) {
          for (const value of NOT_BYTES) {
            await refuse(TypeError, argument, call, { ...other, ekm: value });
          }
          const shared = new Uint8Array(new SharedArrayBuffer(32));
          await refuse(TypeError, argument, call, { ...other, ekm: shared });
          await refuse(TypeError, argument, call, { ...other, ekm: detached(32) });
          for (const length of [0, 16, 31, 33, 64]) {
            const wrong = { ...other, ekm: new Uint8Array(length) };
            await refuse(RangeError, argument, call, wrong);
          }
        }
      }
    });

    it('a request that is not an object or has an unknown type', async () => {
      for (const call of generating) {
        for (const value of NOT_OBJECTS) await refuse(TypeError, 'request', call, value);
        for (const value of NOT_STRINGS) {
          await refuse(TypeError, 'request.keyType', call, { ...request, keyType: value });
          await refuse(TypeError, 'request.bindingType', call, { ...request, bindingType: value });
          await refuse(TypeError, 'request.targetUrl', call, { ...request, targetUrl: value });
        }
        await refuse(RangeError, 'request.keyType', call, { ...request, keyType: 'rsa' });
        await refuse(RangeError, 'request.bindingType', call, { ...request, bindingType: 'other' });
      }
    });

    it('a target that is not an absolute https: or wss: URL, without repeating it', async () => {
      const wrong = ['', 'example.com', '/path', 'http://example.com/', 'ws://example.com/'];
      const more = ['https://', 'https://a b/', 'file:///etc/passwd', 'mailto:a@b.example'];
      const secret = 'http://user:s3cret@example.com/';
      for (const targetUrl of [...wrong, ...more, secret, `https://${'a'.repeat(70_000)}/`]) {
        for (const call of generating) {
          await refuse(RangeError, 'request.targetUrl', call, { ...request, targetUrl });
        }
        const deleting: Call = (tb, value) => tb.deleteBinding(value as string);
        await refuse(RangeError, 'targetUrl', deleting, targetUrl);
        const naming: Call = (tb, value) => tb.generateIdForUri('ecdsap256', value as string);
        await refuse(RangeError, 'targetUri', naming, targetUrl);
        await assert.rejects(tokenBinding.deleteBinding(targetUrl), (error: Error) => {
          assert.ok(!error.message.includes('s3cret'));
          return true;
        });
      }
    });

    it('a list of TokenBindings that is not an array of Uint8Array', async () => {
      for (const call of joining) {
        for (const value of [...NOT_OBJECTS, {}, new Uint8Array(139), new Set([whole])]) {
          await refuse(TypeError, 'tokenBindings', call, value);
        }
        for (const value of NOT_BYTES) {
          await refuse(TypeError, 'tokenBindings[1]', call, [whole, value]);
        }
        await refuse(TypeError, 'tokenBindings[0]', call, [detached(137)]);
        await refuse(TypeError, 'tokenBindings[0]', call, new Array(3));
        await assert.rejects(async () => call(tokenBinding, [{ tokenBinding: whole }]), {
          message:
            'tokenBindings[0] must be a Uint8Array: pass the tokenBinding of a GeneratedBinding',
        });
        await refuse(RangeError, 'tokenBindings', call, []);
        await refuse(RangeError, 'tokenBindings', call, [new Uint8Array(131)]);
        await refuse(RangeError, 'tokenBindings', call, [new Uint8Array(65_536)]);
        await refuse(RangeError, 'tokenBindings', call, new Array(70_000).fill(whole));
      }
    });

    it('names the type of a wrong byte string, and never its value', async () => {
      for (const [ekm, came] of [
        [undefined, ': it is missing'],
        ['s3cret', ', not a string'],
        [7, ', not a number'],
        [null, ', not null'],
        [[1], ', not another object'],
        [Promise.resolve(whole), ', not a Promise: await it'],
      ] as const) {
        for (const call of generating) {
          const message = `request.ekm must be a Uint8Array${came}`;
          const wrong = { ...request, ekm };
          await assert.rejects(async () => call(tokenBinding, wrong), {
            name: 'TypeError',
            message,
          });
        }
      }
    });

    it('a public key of another type', async () => {
      const call: Call = (tb, value) => tb.generateId('ecdsap256', value as Uint8Array);
      for (const value of [...NOT_OBJECTS, {}, [], new ArrayBuffer(91)]) {
        await refuse(TypeError, 'publicKey', call, value);
      }
      for (const value of ['text', {}]) {
        const message = 'publicKey must be a KeyObject, DER (SubjectPublicKeyInfo) or a JWK';
        await assert.rejects(async () => call(tokenBinding, value), { message });
      }
      await refuse(TypeError, 'publicKey', call, new Uint8Array(new SharedArrayBuffer(91)));
      await refuse(TypeError, 'publicKey', call, detached(91));
    });

    if (ownsStore)
      it('the deletion of all keys without confirmation', async () => {
        const call: Call = (tb, value) =>
          tb.deleteAllBindings(value as { everyKeyOfThisUser: true });
        for (const value of NOT_OBJECTS) await refuse(TypeError, 'confirmation', call, value);
        for (const everyKeyOfThisUser of [undefined, false, 1, 'true']) {
          await refuse(RangeError, 'confirmation', call, { everyKeyOfThisUser });
        }
        await pollute({ everyKeyOfThisUser: true }, async () => {
          await refuse(RangeError, 'confirmation', call, {});
        });
        await refuse(TypeError, 'confirmation', call, { everyKeyOfThisUser: true, force: true });
        const message = 'confirmation must be { everyKeyOfThisUser: true }';
        for (const none of [undefined, {}]) {
          await assert.rejects(tokenBinding.deleteAllBindings(none as never), { message });
        }
      });

    it('throws the error of a getter, and does nothing', async () => {
      const thrown = new Error('from the getter');
      const poisoned = (property: string, other: object) =>
        Object.defineProperty({ ...other }, property, {
          get() {
            throw thrown;
          },
        });
      const is = (error: unknown) => error === thrown;
      for (const property of Object.keys(expected)) {
        for (const call of expecting) {
          const value = poisoned(property, expected);
          await assert.rejects(async () => call(tokenBinding, value), is);
        }
      }
      for (const property of Object.keys(request)) {
        for (const call of generating) {
          const value = poisoned(property, request);
          await assert.rejects(async () => call(tokenBinding, value), is);
        }
      }
    });

    it('survives a getter that detaches the message between check and use', () => {
      const victim = new Uint8Array(whole);
      const hostile = {
        keyType: 'ecdsap256' as const,
        get ekm() {
          structuredClone(victim.buffer, { transfer: [victim.buffer] });
          return ekm;
        },
      };
      assert.throws(() => tokenBinding.verifyMessageSync(victim, hostile));
    });
  });
}

function detached(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}
