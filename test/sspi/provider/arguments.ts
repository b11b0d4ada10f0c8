import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { type DataBuffer, SspiError } from '../../../src/sspi.js';
import { ACCOUNTS, ascii, IDENTITY, pair } from '../../support/sspi.js';
import type { SspiUnderTest } from './under-test.js';

const message = ascii('message');

/** Arguments that every provider rejects before it does anything. */
export function describeArguments(provider: SspiUnderTest): void {
  const sspi = provider.open();
  const acquire = (request: object) => sspi.acquireCredentialsHandle(request as never);
  const connected = () => pair({ clients: sspi });
  const refuse = async (
    kind: typeof TypeError | typeof RangeError,
    name: string,
    work: () => unknown,
  ) => {
    await assert.rejects(
      async () => work(),
      (error: unknown) => {
        assert.ok(error instanceof kind, `${name}: ${error}`);
        assert.ok(isAbout(name, error), error.message);
        assert.ok(!error.message.includes('s3cret'));
        return true;
      },
    );
  };

  describe(`${provider.name}: wrong arguments`, () => {
    it('of acquireCredentialsHandle', async () => {
      const outbound = { package: 'NTLM', use: 'outbound', identity: IDENTITY };
      const inbound = { package: 'NTLM', use: 'inbound', accounts: ACCOUNTS };
      await refuse(TypeError, 'request', () => acquire(7 as never));
      await refuse(TypeError, 'request.package', () =>
        acquire({ ...outbound, package: undefined }),
      );
      await refuse(RangeError, 'request.package', () => acquire({ ...outbound, package: '' }));
      await refuse(RangeError, 'request.package', () =>
        acquire({ ...outbound, package: 'NTLM\0' }),
      );
      await refuse(TypeError, 'request.use', () => acquire({ ...outbound, use: 1 }));
      await refuse(RangeError, 'request.use', () => acquire({ ...outbound, use: 'both' }));
      const mixed = { ...outbound, accounts: ACCOUNTS };
      await refuse(RangeError, 'request.accounts', () => acquire(mixed));
      const named = { ...outbound, names: {} };
      await refuse(RangeError, 'request.names', () => acquire(named));
      const identified = { ...inbound, identity: IDENTITY };
      await refuse(RangeError, 'request.identity', () => acquire(identified));
      await refuse(TypeError, 'request.accounts', () => acquire({ ...inbound, accounts: {} }));
      for (const [key, value, kind] of [
        ['computer', 7, TypeError],
        ['computer', '', RangeError],
        ['computer', 'x'.repeat(16), RangeError],
        ['domain', 'x'.repeat(16), RangeError],
        ['dnsComputer', 'x'.repeat(1025), RangeError],
        ['dnsDomain', null, TypeError],
      ] as const) {
        const names = { [key]: value };
        await refuse(kind, `request.names.${key}`, () => acquire({ ...inbound, names }));
      }
    });

    it('of an identity, without repeating it', async () => {
      const with_ = (change: object) => () =>
        acquire({
          package: 'NTLM',
          use: 'outbound',
          identity: { user: 'u', password: 's3cret', ...change },
        });
      const path = 'request.identity';
      await refuse(RangeError, path, with_({ password: undefined }));
      await refuse(RangeError, path, with_({ ntHash: new Uint8Array(16) }));
      await refuse(TypeError, `${path}.password`, with_({ password: ['s3cret'] }));
      await refuse(RangeError, `${path}.password`, with_({ password: 's3cret'.repeat(200) }));
      await refuse(RangeError, `${path}.user`, with_({ user: '' }));
      for (const user of ['DOM\\', 'DOM\\x\\u', '\\\\u']) {
        await refuse(RangeError, `${path}.user`, with_({ user }));
      }
      await refuse(RangeError, `${path}.domain`, with_({ user: 'DOM\\u', domain: 'DOM' }));
      await refuse(RangeError, `${path}.domain`, with_({ domain: 'x'.repeat(1025) }));
      await refuse(TypeError, `${path}.workstation`, with_({ workstation: 7 }));
      for (const ntHash of ['s3cret', [1], new ArrayBuffer(16), new Uint16Array(8)]) {
        await refuse(TypeError, `${path}.ntHash`, with_({ password: undefined, ntHash }));
      }
      for (const length of [0, 15, 17]) {
        const ntHash = new Uint8Array(length);
        await refuse(RangeError, `${path}.ntHash`, with_({ password: undefined, ntHash }));
      }
    });

    it('of a context', async () => {
      const outbound = await acquire({ package: 'NTLM', use: 'outbound', identity: IDENTITY });
      const inbound = await provider.inbound(sspi);
      const initialize = (options: unknown) => () =>
        sspi.initializeSecurityContext(outbound, options as object);
      const accept = (options: unknown) => () =>
        sspi.acceptSecurityContext(inbound, options as object);
      for (const begin of [initialize, accept]) {
        await refuse(TypeError, 'options', begin(7));
        await refuse(TypeError, 'options.flags', begin({ flags: 'integrity' }));
        await refuse(RangeError, 'options.flags[1]', begin({ flags: ['integrity', 'x'] }));
        await refuse(TypeError, 'options.flags[0]', begin({ flags: new Array(1) }));
        await refuse(RangeError, 'options.allowWeak[0]', begin({ allowWeak: ['ntlmv1'] }));
        for (const channelBindings of ['x', new Uint8Array(new SharedArrayBuffer(4))]) {
          await refuse(TypeError, 'options.channelBindings', begin({ channelBindings }));
        }
        for (const length of [0, 65_536]) {
          const channelBindings = new Uint8Array(length);
          await refuse(RangeError, 'options.channelBindings', begin({ channelBindings }));
        }
      }
      await refuse(TypeError, 'options.target', initialize({ target: 7 }));
      await refuse(RangeError, 'options.target', initialize({ target: '' }));
      await refuse(RangeError, 'options.target', initialize({ target: 'HTTP/a\0b' }));
      await refuse(TypeError, 'options.targets', accept({ targets: 'x' }));
      await refuse(TypeError, 'options.targets[0]', accept({ targets: [7] }));
      const name = 'options.channelBindingPolicy';
      await refuse(RangeError, name, accept({ channelBindingPolicy: 'require' }));
      const channelBindings = ascii('x');
      await refuse(RangeError, name, accept({ channelBindings, channelBindingPolicy: 'x' }));

      const other = provider.open();
      for (const wrong of [undefined, {}, inbound, Object.create(outbound)]) {
        const begin = () => sspi.initializeSecurityContext(wrong);
        await refuse(TypeError, 'credentials', begin);
      }
      await refuse(TypeError, 'credentials', () => other.initializeSecurityContext(outbound));
      await refuse(TypeError, 'credentials', () => sspi.acceptSecurityContext(outbound));
      assert.throws(() => sspi.acceptSecurityContext(outbound), /openSspi\(\), not outbound ones$/);
      const forgotten = Promise.resolve(outbound) as never;
      assert.throws(() => sspi.initializeSecurityContext(forgotten), {
        message: /, not a Promise: await acquireCredentialsHandle\(\)$/,
      });
    });

    it('of the message calls, and the context continues', async () => {
      const { client, server } = await connected();
      const shared = new Uint8Array(new SharedArrayBuffer(7));
      const detached = new Uint8Array(7);
      structuredClone(detached.buffer, { transfer: [detached.buffer] });
      const lying = Object.defineProperty(new Uint16Array(4), 'constructor', { value: Uint8Array });
      for (const value of [
        undefined,
        null,
        7,
        'x',
        [1],
        {},
        new ArrayBuffer(7),
        shared,
        detached,
        lying,
      ]) {
        const bytes = value as Uint8Array;
        await refuse(TypeError, 'message', () => client.makeSignature(bytes));
        await refuse(TypeError, 'message', () => client.encryptMessage(bytes));
        await refuse(TypeError, 'message', () => client.verifySignature(bytes, message));
        await refuse(TypeError, 'signature', () => client.verifySignature(message, bytes));
        await refuse(TypeError, 'sealed.data', () =>
          client.decryptMessage({ trailer: message, data: bytes }),
        );
        await refuse(TypeError, 'sealed.trailer', () =>
          client.decryptMessage({ trailer: bytes, data: message }),
        );
        await refuse(TypeError, 'wrapped', () => client.unwrapMessage(bytes));
        if (value !== undefined) {
          const sealed = { trailer: message, data: message, padding: bytes };
          await refuse(TypeError, 'sealed.padding', () => client.decryptMessage(sealed));
        }
        const list = [{ data: bytes }];
        await refuse(TypeError, 'buffers[0].data', () => client.makeSignatureBuffers(list));
        if (value !== undefined) await refuse(TypeError, 'token', () => client.step(bytes));
      }
      for (const [wrong, name, kind] of [
        [{}, 'buffers', TypeError],
        [[7], 'buffers[0]', TypeError],
        [new Array(1), 'buffers[0]', TypeError],
        [[message], 'buffers[0]', TypeError],
        [[{ type: 'DATA', data: message }], 'buffers[0]', TypeError],
        [[{ data: message, flag: 'x' }], 'buffers[0].flag', RangeError],
      ] as const) {
        await refuse(kind, name, () => client.encryptMessageBuffers(wrong as DataBuffer[]));
        await refuse(kind, name, () =>
          client.verifySignatureBuffers(wrong as DataBuffer[], message),
        );
      }
      await refuse(TypeError, 'options', () => client.makeSignature(message, 7 as never));
      await refuse(RangeError, 'name', () => client.queryContextAttributes('password' as never));
      server.verifySignature(message, client.makeSignature(message));
    });

    it('with unknown or inherited properties', async () => {
      const outbound = await acquire({ package: 'NTLM', use: 'outbound', identity: IDENTITY });
      const inbound = await provider.inbound(sspi);
      const { client } = await connected();
      const sealed = { trailer: message, data: message };
      const identify = (change: object) =>
        acquire({ package: 'NTLM', use: 'outbound', identity: { ...IDENTITY, ...change } });
      const named = (names: object) => acquire({ package: 'NTLM', use: 'inbound', names });
      const calls: readonly (readonly [string, (wrong: object) => unknown])[] = [
        ['request', (wrong) => acquire({ package: 'NTLM', use: 'outbound', ...wrong })],
        ['request.identity', identify],
        ['request.names', named],
        ['options', (wrong) => sspi.initializeSecurityContext(outbound, wrong)],
        ['options', (wrong) => sspi.acceptSecurityContext(inbound, wrong)],
        ['options', (wrong) => client.makeSignature(message, wrong)],
        ['options', (wrong) => client.makeSignatureBuffers([], wrong)],
        ['options', (wrong) => client.verifySignature(message, message, wrong)],
        ['options', (wrong) => client.verifySignatureBuffers([], message, wrong)],
        ['options', (wrong) => client.encryptMessage(message, wrong)],
        ['options', (wrong) => client.encryptMessageBuffers([], wrong)],
        ['options', (wrong) => client.decryptMessage(sealed, wrong)],
        ['options', (wrong) => client.unwrapMessage(message, wrong)],
        ['sealed', (wrong) => client.decryptMessage({ ...sealed, ...wrong })],
        [
          'sealed',
          (wrong) => client.decryptMessageBuffers({ trailer: message, buffers: [], ...wrong }),
        ],
        ['buffers[0]', (wrong) => client.encryptMessageBuffers([{ data: message, ...wrong }])],
        [
          'sealed.buffers[0]',
          (wrong) =>
            client.decryptMessageBuffers({
              trailer: message,
              buffers: [{ data: message, ...wrong }],
            }),
        ],
      ];
      for (const [name, call] of calls) {
        await assert.rejects(
          async () => call({ unknownName: 7 }),
          (error: Error) => {
            assert.ok(error instanceof TypeError && isAbout(name, error));
            return error.message.includes('unknownName');
          },
          name,
        );
      }
      const target = Object.create({ target: 'HTTP/www' });
      const inherited = () => sspi.initializeSecurityContext(outbound, target);
      await refuse(TypeError, 'options.target', inherited);
      const withClass = Object.create(sealed);
      await refuse(TypeError, 'sealed.trailer', () => client.decryptMessage(withClass));
    });

    it('of decryptMessage, as three arguments and in other shapes', async () => {
      const { client, server } = await connected();
      const { trailer, data } = server.encryptMessage(message);
      const open = (...args: unknown[]) =>
        (client.decryptMessage as (...all: unknown[]) => unknown).apply(client, args);
      const openBuffers = (...args: unknown[]) =>
        (client.decryptMessageBuffers as (...all: unknown[]) => unknown).apply(client, args);
      for (const more of [[], [trailer], [trailer, {}], [trailer, { padding: trailer }]]) {
        await refuse(TypeError, 'sealed', () => open(data, ...more));
        await refuse(TypeError, 'sealed', () => openBuffers([{ data }], ...more));
      }
      for (const wrong of [undefined, null, 7, 'x', [trailer, data]]) {
        await refuse(TypeError, 'sealed', () => open(wrong));
        await refuse(TypeError, 'sealed', () => openBuffers(wrong));
      }
      await refuse(TypeError, 'sealed.data', () => open({ trailer }));
      await refuse(TypeError, 'sealed.trailer', () => open({ data }));
      await refuse(TypeError, 'sealed.buffers', () => openBuffers({ trailer }));
      await refuse(TypeError, 'sealed', () => openBuffers({ trailer, data: [data] }));
      for (const encrypt of ['false', 0, null]) {
        const options = { encrypt } as never;
        await refuse(TypeError, 'options.encrypt', () => open({ trailer, data }, options));
        await refuse(TypeError, 'options.encrypt', () => client.encryptMessage(message, options));
      }
      assert.deepEqual(client.decryptMessage({ trailer, data }), message);
    });

    it('accepts Uint8Arrays of other realms and subclasses', async () => {
      const { client, server } = await connected();
      const foreign = vm.runInNewContext('new Uint8Array(bytes)', { bytes: [...message] });
      server.verifySignature(message, client.makeSignature(foreign));
      class Odd extends Uint8Array {
        static get [Symbol.species](): Uint8ArrayConstructor {
          throw new Error('species');
        }
      }
      const odd = new Odd(message.length);
      Uint8Array.prototype.set.call(odd, message);
      Object.defineProperty(odd, 'length', { value: 1 });
      Object.defineProperty(odd, 'subarray', { value: () => new Uint8Array(7) });
      server.verifySignature(message, client.makeSignature(odd));
      server.verifySignature(odd, client.makeSignature(message));
    });

    it('lets no getter run between the check of a buffer and its use', async () => {
      const { client } = await connected();
      const victim = new Uint8Array(message);
      const hostile = [
        { data: victim },
        {
          get data() {
            structuredClone(victim.buffer, { transfer: [victim.buffer] });
            return message;
          },
        },
      ];
      await refuse(TypeError, 'buffers[0].data', () => client.makeSignatureBuffers(hostile));
      const credentials = await acquire({ package: 'NTLM', use: 'outbound', identity: IDENTITY });
      const closing = {
        get target() {
          credentials.close();
          return 'x';
        },
      };
      assert.throws(() => sspi.initializeSecurityContext(credentials, closing), {
        code: 'SEC_E_INVALID_HANDLE',
      });
      const late = {
        get sequence() {
          client.close();
          return undefined;
        },
      };
      assert.throws(() => client.makeSignature(message, late as never), SspiError);
    });
  });
}

/** An unknown option may have any type. */
function isAbout(name: string, { message }: Error): boolean {
  return message.startsWith(`${name} must be `) || message.startsWith(`${name} has no option `);
}
