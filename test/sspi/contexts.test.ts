import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import vm from 'node:vm';
import { ContextFacade } from '../../src/sspi/context.js';
import type { ProviderContext } from '../../src/sspi/provider.js';
import {
  type DataBuffer,
  openSspi,
  type SecurityContext,
  SspiError,
  type Step,
} from '../../src/sspi.js';
import { hex } from '../support/ntlm.js';
import {
  ACCOUNTS,
  ascii,
  contexts,
  handshake,
  IDENTITY,
  pair,
  sspi,
  sspiRejected,
} from '../support/sspi.js';

type Call = (context: SecurityContext) => unknown;

const message = ascii('message');
const buffers: DataBuffer[] = [{ type: 'DATA', data: message }];

/** Every call that needs a complete context. */
const CALLS: Call[] = [
  (context) => context.makeSignature(message),
  (context) => context.makeSignatureBuffers(buffers),
  (context) => context.verifySignature(message, new Uint8Array(16)),
  (context) => context.verifySignatureBuffers(buffers, new Uint8Array(16)),
  (context) => context.encryptMessage(message),
  (context) => context.encryptMessageBuffers(buffers),
  (context) => context.decryptMessage(message, new Uint8Array(16)),
  (context) => context.decryptMessageBuffers(buffers, new Uint8Array(16)),
  (context) => context.queryContextAttributes('sizes'),
  (context) => context.queryContextAttributes('sessionKey'),
];

const refuseAll = (context: SecurityContext) => {
  for (const call of CALLS) {
    assert.throws(() => call(context), { code: 'SEC_E_INVALID_HANDLE', status: 0x80090301 });
  }
};

describe('openSspi', () => {
  it('says who does the work, and why', () => {
    assert.deepEqual(sspi.provider, { name: 'portable', reason: 'requested' });
    assert.deepEqual(openSspi().provider, { name: 'portable', reason: 'not-windows' });
    assert.throws(() => Object.assign(sspi.provider, { name: 'windows' }), TypeError);
  });

  it('has no Windows provider here', () => {
    assert.throws(() => openSspi({ provider: 'windows' }), {
      name: 'SspiError',
      code: 'SEC_E_UNSUPPORTED_FUNCTION',
      reason: 'not-windows',
    });
  });

  it('refuses wrong options', () => {
    for (const provider of ['', 'Windows', 'none']) {
      assert.throws(() => openSspi({ provider: provider as 'auto' }), RangeError);
    }
    for (const options of [7, null, { provider: 7 }]) {
      assert.throws(() => openSspi(options as object), TypeError);
    }
  });

  it('lists its packages', () => {
    const packages = sspi.enumerateSecurityPackages();
    assert.deepEqual(
      packages.map(({ name, rpcId, maxToken }) => [name, rpcId, maxToken]),
      [
        ['Negotiate', 9, 48_256],
        ['NTLM', 10, 2888],
      ],
    );
    packages.pop();
    assert.equal(sspi.querySecurityPackageInfo('ntlm').name, 'NTLM');
    assert.throws(() => Object.assign(sspi.querySecurityPackageInfo('NTLM'), { name: 'x' }));
    assert.throws(() => sspi.querySecurityPackageInfo('Kerberos'), {
      code: 'SEC_E_SECPKG_NOT_FOUND',
    });
    assert.throws(() => sspi.querySecurityPackageInfo(7 as never), TypeError);
  });
});

describe('contexts', () => {
  it('do nothing before they are complete', async () => {
    for (const name of ['NTLM', 'Negotiate']) {
      const { client, server } = await contexts({ package: name });
      for (const context of [client, server]) refuseAll(context);
      const { token } = await client.step();
      await server.step(token);
      for (const context of [client, server]) refuseAll(context);
    }
  });

  it('do nothing after close(), which can be called again', async () => {
    const { client, server } = await pair();
    client.close();
    client.close();
    server[Symbol.dispose]();
    for (const context of [client, server]) {
      refuseAll(context);
      await sspiRejected('SEC_E_INVALID_HANDLE', context.step());
    }
  });

  it('do nothing after a handshake that failed', async () => {
    const both = await contexts({ identity: { ...IDENTITY, password: 'wrong' } });
    await sspiRejected('SEC_E_LOGON_DENIED', handshake(both));
    refuseAll(both.server);
    await sspiRejected('SEC_E_INVALID_HANDLE', both.server.step(message));
  });

  it('take one step at a time, and the one under way goes on', async () => {
    let found: (account: { password: string }) => void = () => {};
    const both = await contexts({
      accounts: () =>
        new Promise((resolve) => {
          found = resolve;
        }),
    });
    const { token: negotiate } = await both.client.step();
    const { token: challenge } = await both.server.step(negotiate);
    const { token: authenticate } = await both.client.step(challenge);
    const pending = both.server.step(authenticate);
    await sspiRejected('SEC_E_INVALID_HANDLE', both.server.step(authenticate));
    refuseAll(both.server);
    // The token is the caller's again.
    authenticate.fill(0);
    found({ password: 'Passw0rd!' });
    assert.equal((await pending).done, true);
    both.server.verifySignature(message, both.client.makeSignature(message));
  });

  it('that are closed during a step stay closed', async () => {
    let found: (account: { password: string }) => void = () => {};
    const both = await contexts({
      accounts: () =>
        new Promise((resolve) => {
          found = resolve;
        }),
    });
    const { token: challenge } = await both.server.step((await both.client.step()).token);
    const pending = both.server.step((await both.client.step(challenge)).token);
    both.server.close();
    found({ password: 'Passw0rd!' });
    await sspiRejected('SEC_E_INVALID_HANDLE', pending);
    refuseAll(both.server);
  });

  it('bear accounts that call them', async () => {
    for (const call of ['close', 'step'] as const) {
      const codes: unknown[] = [];
      const both = await contexts({
        accounts: async () => {
          if (call === 'close') both.server.close();
          else await both.server.step(message).catch((error) => codes.push(error.code));
          return { password: 'Passw0rd!' };
        },
      });
      const { token: challenge } = await both.server.step((await both.client.step()).token);
      const last = both.server.step((await both.client.step(challenge)).token);
      if (call === 'close') await sspiRejected('SEC_E_INVALID_HANDLE', last);
      else assert.equal((await last).done, true);
      assert.deepEqual(codes, call === 'close' ? [] : ['SEC_E_INVALID_HANDLE']);
    }
  });

  it('hand close() on to the provider, also after a failure and during a step', async () => {
    let closed = 0;
    let finish = (_: Step) => {};
    const nothing = () => assert.fail('was called');
    const make = (step: ProviderContext['step']) => {
      closed = 0;
      const close = () => {
        closed++;
      };
      const calls = { sign: nothing, verify: nothing, encrypt: nothing, decrypt: nothing };
      return new ContextFacade({ step, close, attribute: nothing, ...calls }, false);
    };
    make(nothing).close();
    assert.equal(closed, 1);
    const failing = make(() => Promise.reject(new SspiError('SEC_E_LOGON_DENIED', 'no')));
    await sspiRejected('SEC_E_LOGON_DENIED', failing.step());
    assert.equal(closed, 1);
    const slow = make(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    const pending = slow.step();
    slow.close();
    finish({ token: message, done: true });
    await sspiRejected('SEC_E_INVALID_HANDLE', pending);
    assert.equal(closed, 2);
  });

  it('keep what the caller had when it was given', async () => {
    const channelBindings = ascii('tls-exporter:x');
    const ntHash = new Uint8Array(16).fill(7);
    const request = { user: 'alice', ntHash };
    const given = { initialize: { channelBindings }, accept: { channelBindings } };
    const accounts = () => ({ ntHash: new Uint8Array(16).fill(7) });
    const both = await contexts({ ...given, identity: request, accounts });
    channelBindings.fill(0);
    ntHash.fill(0);
    await handshake(both);
  });

  it('give nothing away to inspection', async () => {
    const { client, server } = await pair();
    const key = client.queryContextAttributes('sessionKey');
    const credentials = await sspi.acquireCredentialsHandle({
      package: 'NTLM',
      use: 'outbound',
      identity: IDENTITY,
    });
    for (const thing of [client, server, credentials, sspi]) {
      const text = inspect(thing, { depth: 9, showHidden: true }) + JSON.stringify(thing);
      for (const secret of ['Passw0rd', 'alice', hex(key), [...key].join(', ')]) {
        assert.ok(!text.includes(secret), text);
      }
    }
  });
});

describe('wrong arguments', () => {
  const acquire = (request: object) => sspi.acquireCredentialsHandle(request as never);
  const refuse = async (
    kind: typeof TypeError | typeof RangeError,
    name: string,
    work: () => unknown,
  ) => {
    await assert.rejects(
      async () => work(),
      (error: unknown) => {
        assert.ok(error instanceof kind, `${name}: ${error}`);
        assert.ok(error.message.startsWith(`${name} must be `), error.message);
        assert.ok(!error.message.includes('s3cret'));
        return true;
      },
    );
  };

  it('of acquireCredentialsHandle', async () => {
    const outbound = { package: 'NTLM', use: 'outbound', identity: IDENTITY };
    const inbound = { package: 'NTLM', use: 'inbound', accounts: ACCOUNTS };
    await refuse(TypeError, 'request', () => acquire(7 as never));
    await refuse(TypeError, 'request.package', () => acquire({ ...outbound, package: undefined }));
    await refuse(RangeError, 'request.package', () => acquire({ ...outbound, package: '' }));
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
    const inbound = await acquire({ package: 'NTLM', use: 'inbound', accounts: ACCOUNTS });
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
    await refuse(TypeError, 'options.targets', accept({ targets: 'x' }));
    await refuse(TypeError, 'options.targets[0]', accept({ targets: [7] }));
    const name = 'options.channelBindingPolicy';
    await refuse(RangeError, name, accept({ channelBindingPolicy: 'require' }));
    const channelBindings = ascii('x');
    await refuse(RangeError, name, accept({ channelBindings, channelBindingPolicy: 'x' }));

    const other = openSspi({ provider: 'portable' });
    for (const wrong of [undefined, {}, inbound, Object.create(outbound)]) {
      const begin = () => sspi.initializeSecurityContext(wrong);
      await refuse(TypeError, 'credentials', begin);
    }
    await refuse(TypeError, 'credentials', () => other.initializeSecurityContext(outbound));
    await refuse(TypeError, 'credentials', () => sspi.acceptSecurityContext(outbound));
  });

  it('of the message calls, and the context goes on', async () => {
    const { client, server } = await pair();
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
      await refuse(TypeError, 'data', () => client.decryptMessage(bytes, message));
      await refuse(TypeError, 'trailer', () => client.decryptMessage(message, bytes));
      const list = [{ type: 'DATA' as const, data: bytes }];
      await refuse(TypeError, 'buffers[0].data', () => client.makeSignatureBuffers(list));
      if (value !== undefined) await refuse(TypeError, 'token', () => client.step(bytes));
    }
    for (const [wrong, name, kind] of [
      [{}, 'buffers', TypeError],
      [[7], 'buffers[0]', TypeError],
      [new Array(1), 'buffers[0]', TypeError],
      [[{ type: 'TOKEN', data: message }], 'buffers[0].type', RangeError],
      [[{ data: message }], 'buffers[0].type', TypeError],
      [[{ type: 'DATA', data: message, flag: 'x' }], 'buffers[0].flag', RangeError],
    ] as const) {
      await refuse(kind, name, () => client.encryptMessageBuffers(wrong as DataBuffer[]));
      await refuse(kind, name, () => client.verifySignatureBuffers(wrong as DataBuffer[], message));
    }
    await refuse(TypeError, 'options', () => client.makeSignature(message, 7 as never));
    await refuse(RangeError, 'name', () => client.queryContextAttributes('password' as never));
    server.verifySignature(message, client.makeSignature(message));
  });

  it('Uint8Arrays of other realms and subclasses are read as the bytes they hold', async () => {
    const { client, server } = await pair();
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

  it('a getter cannot come between the check of a buffer and its use', async () => {
    const { client } = await pair();
    const victim = new Uint8Array(message);
    const hostile = [
      { type: 'DATA' as const, data: victim },
      {
        type: 'DATA' as const,
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
