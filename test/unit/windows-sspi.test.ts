import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  RawBuffer,
  RawContext,
  RawCredentials,
  RawPackageInfo,
  RawSspiCalls,
} from '../../src/native/raw-sspi.js';
import { STATUS } from '../../src/native/status.js';
import { SspiFacade } from '../../src/sspi/facade.js';
import { readLibrary } from '../../src/sspi/library.js';
import { WindowsSspi } from '../../src/sspi/windows/provider.js';
import type {
  AcceptOptions,
  ContextFlag,
  DataBuffer,
  InitializeOptions,
  SecurityContext,
} from '../../src/sspi.js';
import { ACCOUNTS, ascii, sspiRefused, sspiRejected } from '../support/sspi.js';

const KERBEROS: RawPackageInfo = {
  name: 'Kerberos',
  comment: 'a comment',
  version: 1,
  rpcId: 16,
  maxToken: 48_000,
  capabilities: 0x80010803,
};
const NTLM: RawPackageInfo = { ...KERBEROS, name: 'NTLM', rpcId: 10 };
const NEGOTIATE: RawPackageInfo = { ...KERBEROS, name: 'Negotiate', rpcId: 9 };
const NTLM_SIZES = { maxToken: 2888, maxSignature: 16, blockSize: 0, securityTrailer: 16 };
const SIZES = { maxToken: 48_000, maxSignature: 37, blockSize: 1, securityTrailer: 60 };
/** INTEGRITY, CONFIDENTIALITY, SEQUENCE_DETECT, REPLAY_DETECT, MUTUAL_AUTH and CONNECTION, which has no flag here. */
const CLIENT_ATTRIBUTES = 0x1081e;
const SERVER_ATTRIBUTES = 0x2081e;
const IDENTITY = { user: 'alice', domain: 'DOM', password: 's3cret' };
const message = ascii('message');

const good = <Value>(value: Value) => ({ status: 0, value });
const bad = (status: number) => ({ status });

/** The calls of an operating system that accepts everything, and their arguments. */
function fake(own: Partial<RawSspiCalls> = {}): {
  calls: RawSspiCalls;
  given: (name: keyof RawSspiCalls) => unknown[];
} {
  const given = new Map<string, unknown[]>();
  const agreeable: Partial<RawSspiCalls> = {
    enumerateSecurityPackages: () => good([KERBEROS]),
    querySecurityPackageInfo: () => good(KERBEROS),
    acquireCredentialsHandle: async () => good({} as RawCredentials),
    newClientContext: () => good({} as RawContext),
    newServerContext: () => good({} as RawContext),
    step: async () => good({ done: true, token: ascii('token'), attributes: CLIENT_ATTRIBUTES }),
    querySizes: () => good(SIZES),
    makeSignature: () => good(ascii('signature')),
    verifySignature: () => good(0),
    encryptMessage: (_, __, buffers) => good([...buffers]),
    decryptMessage: (_, [stream, data]) =>
      good({ qop: 0, buffers: [stream as RawBuffer, { ...(data as RawBuffer), data: message }] }),
    queryNegotiationInfo: () => good({ package: KERBEROS, state: 0 }),
    closeCredentials: () => {},
    closeContext: () => {},
  };
  const calls = new Proxy({ ...agreeable, ...own } as RawSspiCalls, {
    get:
      (target, name: keyof RawSspiCalls) =>
      (...args: unknown[]) => {
        given.set(name, args);
        return (target[name] as (...args: unknown[]) => unknown)(...args);
      },
  });
  return { calls, given: (name) => given.get(name) ?? assert.fail(`${name} was not called`) };
}

function opened(calls: RawSspiCalls): SspiFacade {
  const description = { name: 'windows', reason: 'requested' } as const;
  return new SspiFacade(description, new WindowsSspi(calls));
}

async function client(
  calls: RawSspiCalls,
  options: InitializeOptions = {},
): Promise<SecurityContext> {
  const sspi = opened(calls);
  const request = { package: 'Kerberos', use: 'outbound' } as const;
  return sspi.initializeSecurityContext(await sspi.acquireCredentialsHandle(request), options);
}

async function server(calls: RawSspiCalls, options: AcceptOptions = {}): Promise<SecurityContext> {
  const sspi = opened(calls);
  const request = { package: 'Kerberos', use: 'inbound' } as const;
  return sspi.acceptSecurityContext(await sspi.acquireCredentialsHandle(request), options);
}

/** The calls of a Negotiate that chose a package. */
function negotiating(chosen: RawPackageInfo): Partial<RawSspiCalls> {
  return {
    querySecurityPackageInfo: () => good(NEGOTIATE),
    queryNegotiationInfo: () => good({ package: chosen, state: 0 }),
  };
}

async function complete(own: Partial<RawSspiCalls> = {}): Promise<SecurityContext> {
  const context = await client(fake(own).calls);
  await context.step();
  return context;
}

describe('a secur32.dll', () => {
  const calls = {} as RawSspiCalls;

  it('is available if it can be called', () => {
    assert.deepEqual(readLibrary({ path: 'C:\\secur32.dll', calls }), {
      path: 'C:\\secur32.dll',
      calls,
    });
  });

  it('is unavailable if it is missing or lacks a function', () => {
    assert.deepEqual(readLibrary({ reason: 'library-missing' }), {
      reason: 'library-missing',
      message: 'secur32.dll of System32 does not exist',
    });
    assert.deepEqual(readLibrary({ reason: 'symbol-missing', missing: 'EncryptMessage' }), {
      reason: 'symbol-missing',
      message: 'secur32.dll of System32 has no function EncryptMessage',
    });
  });

  it('is an error if it does not load', () => {
    const opening = { failed: 'LoadLibraryExW', error: 193 };
    const error = sspiRefused('ERR_SSPI_OS', () => readLibrary(opening));
    assert.equal(error.status, 193);
    assert.equal(error.os?.name, 'ERROR_BAD_EXE_FORMAT');
  });
});

describe('the Windows provider of SSPI passes to Windows', () => {
  it('the identity, by default the user of the process', async () => {
    const { calls, given } = fake();
    const sspi = opened(calls);
    const outbound = { package: 'kerberos', use: 'outbound' } as const;
    await sspi.acquireCredentialsHandle(outbound);
    assert.deepEqual(given('acquireCredentialsHandle'), ['Kerberos', 2, undefined]);
    await sspi.acquireCredentialsHandle({ ...outbound, identity: IDENTITY });
    assert.deepEqual(given('acquireCredentialsHandle'), ['Kerberos', 2, IDENTITY]);
    await sspi.acquireCredentialsHandle({ package: 'Kerberos', use: 'inbound' });
    assert.deepEqual(given('acquireCredentialsHandle'), ['Kerberos', 1, undefined]);
  });

  it('target, flags and channel bindings', async () => {
    const { calls, given } = fake();
    const flags: ContextFlag[] = ['mutual-auth', 'replay-detect', 'sequence-detect', 'datagram'];
    const channelBindings = ascii('tls-exporter:x');
    await client(calls, { target: 'HTTP/srv', flags, channelBindings });
    assert.deepEqual(given('newClientContext').slice(1), ['HTTP/srv', 0x40e, channelBindings]);
    await client(calls, { flags: ['integrity', 'identify', 'confidentiality'] });
    assert.deepEqual(given('newClientContext').slice(1), [undefined, 0x3001c, undefined]);
    await server(calls, { flags: ['integrity', 'identify', 'confidentiality'] });
    assert.deepEqual(given('newServerContext').slice(1), [0xa001c, undefined]);
    await client(calls, { flags: ['confidentiality', 'datagram'] });
    assert.deepEqual(given('newClientContext').slice(1), [undefined, 0x410, undefined]);
  });

  it('the policy of channel bindings', async () => {
    const { calls, given } = fake();
    const channelBindings = ascii('tls-exporter:x');
    const told = async (channelBindingPolicy: 'require' | 'accept' | 'ignore') => {
      await server(calls, { channelBindings, channelBindingPolicy });
      return given('newServerContext').slice(1);
    };
    assert.deepEqual(await told('require'), [0xc, channelBindings]);
    assert.deepEqual(await told('accept'), [0x1000000c, channelBindings]);
    assert.deepEqual(await told('ignore'), [0xc, undefined]);
  });

  it('the flags of read-only buffers and the number of a datagram', async () => {
    const { calls, given } = fake({
      step: async () => good({ done: true, token: message, attributes: 0x10410 }),
      querySizes: () => good(NTLM_SIZES),
      querySecurityPackageInfo: () => good(NTLM),
    });
    const context = await client(calls, { flags: ['integrity', 'datagram'] });
    await context.step();
    const list = [
      { data: ascii('a'), flag: 'read-only' },
      { data: ascii('b') },
      { data: ascii('c'), flag: 'read-only-with-checksum' },
    ] as const;
    context.makeSignatureBuffers(list, { sequence: 7 });
    const [, qop, buffers, room, sequence] = given('makeSignature');
    assert.deepEqual([qop, room, sequence], [0, 16, 7]);
    const types = (buffers as RawBuffer[]).map(({ type }) => type);
    assert.deepEqual(types, [0x80000001, 1, 0x10000001]);
  });
});

describe('the Windows provider of SSPI rejects options that Windows has no parameter for', () => {
  const code = 'SEC_E_UNSUPPORTED_FUNCTION';

  it('of an identity and of a server', async () => {
    const sspi = opened(fake().calls);
    const ntHash = new Uint8Array(16).fill(7);
    for (const identity of [
      { user: 'alice', ntHash },
      { ...IDENTITY, workstation: 'WS' },
      { ...IDENTITY, password: 'a\0b' },
      { ...IDENTITY, user: 'a\0b' },
    ]) {
      const request = { package: 'Kerberos', use: 'outbound', identity } as const;
      const { message: text } = await sspiRejected(code, sspi.acquireCredentialsHandle(request));
      assert.ok(!text.includes('s3cret') && !text.includes('alice'));
    }
    assert.deepEqual(ntHash, new Uint8Array(16).fill(7));
    const inbound = { package: 'Kerberos', use: 'inbound' } as const;
    for (const more of [{ accounts: ACCOUNTS }, { names: {} }]) {
      await sspiRejected(code, sspi.acquireCredentialsHandle({ ...inbound, ...more }));
    }
  });

  it('of a context', async () => {
    const { calls } = fake();
    await sspiRejected(code, client(calls, { allowWeak: ['56-bit'] }));
    await sspiRejected(code, server(calls, { allowWeak: ['no-key-exchange'] }));
    for (const targets of [[], ['HTTP/srv']]) await sspiRejected(code, server(calls, { targets }));
  });
});

describe('the Windows provider of SSPI', () => {
  it('lists the packages', () => {
    const [info] = opened(fake().calls).enumerateSecurityPackages();
    assert.deepEqual(info, {
      name: 'Kerberos',
      comment: 'a comment',
      rpcId: 16,
      maxToken: 48_000,
      capabilities: ['integrity', 'privacy', 'negotiable', 'mutual-auth'],
    });
  });

  it('rejects a context that provides less than required', async () => {
    for (const [flags, attributes] of [
      [['mutual-auth'], CLIENT_ATTRIBUTES & ~2],
      [['confidentiality'], CLIENT_ATTRIBUTES & ~0x10],
      [['sequence-detect'], CLIENT_ATTRIBUTES & ~8],
      [['integrity'], SERVER_ATTRIBUTES],
      // Integrity without the detection of replayed or missing messages.
      [['integrity'], CLIENT_ATTRIBUTES & ~4],
      [['integrity'], CLIENT_ATTRIBUTES & ~8],
      [['confidentiality'], CLIENT_ATTRIBUTES & ~4],
    ] as [ContextFlag[], number][]) {
      const step = async () => good({ done: true, token: message, attributes });
      const context = await client(fake({ step }).calls, { flags });
      await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', context.step());
      sspiRefused('SEC_E_INVALID_HANDLE', () => context.makeSignature(message));
    }
    const ofServer = async (attributes: number) => {
      const step = async () => good({ done: true, token: message, attributes });
      const queryFlags = () => good(SERVER_ATTRIBUTES);
      const context = await server(fake({ step, queryFlags }).calls, { flags: ['integrity'] });
      return context.step(message);
    };
    await ofServer(SERVER_ATTRIBUTES);
    for (const attributes of [0, CLIENT_ATTRIBUTES]) {
      await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', ofServer(attributes));
    }
  });

  it('queries SECPKG_ATTR_FLAGS if a client reports no attributes, and trusts nothing else', async () => {
    const step = async () => good({ done: true, token: message, attributes: 0 });
    const asked = async (queryFlags: RawSspiCalls['queryFlags']) => {
      const context = await client(fake({ step, queryFlags }).calls);
      return context.step();
    };
    await asked(() => good(0x1001c));
    await sspiRejected(
      'SEC_E_UNSUPPORTED_FUNCTION',
      asked(() => good(0x10)),
    );
    await sspiRejected(
      'SEC_E_UNSUPPORTED_FUNCTION',
      asked(() => good(0x10010)),
    );
    const { SEC_E_INTERNAL_ERROR } = STATUS;
    await sspiRejected(
      'SEC_E_INTERNAL_ERROR',
      asked(() => bad(SEC_E_INTERNAL_ERROR)),
    );
  });

  it('trusts NTLM, which counts messages, without replay detection', async () => {
    const step = async () => good({ done: true, token: message, attributes: 0x10010 });
    for (const own of [{ querySecurityPackageInfo: () => good(NTLM) }, negotiating(NTLM)]) {
      const context = await client(fake({ step, ...own }).calls);
      await context.step();
      context.makeSignature(message);
    }
    const other = await client(fake({ step, ...negotiating(KERBEROS) }).calls);
    await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', other.step());
  });

  it('signs and seals nothing without replay detection, even if no flag requires it', async () => {
    const step = async () => good({ done: true, token: message, attributes: 0x10810 });
    const context = await client(fake({ step }).calls, { flags: [] });
    await context.step();
    assert.deepEqual(context.queryContextAttributes('flags'), []);
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => context.verifySignature(message, message));
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => context.unwrapMessage(message));
  });

  it('has no authorization data of a ticket, not even at servers', async () => {
    const context = await server(fake().calls);
    await context.step(message);
    const query = () => context.queryContextAttributes('authorizationData');
    const { message: text } = sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', query);
    assert.match(text, /only a Kerberos server of the portable provider/);
  });

  it('rejects a datagram context that the flags do not require', async () => {
    const code = 'SEC_E_UNSUPPORTED_FUNCTION';
    const step = (attributes: number) => async () =>
      good({ done: true, token: message, attributes });
    for (const flags of [[], ['integrity']] as ContextFlag[][]) {
      const ofClient = fake({ step: step(CLIENT_ATTRIBUTES | 0x400) }).calls;
      await sspiRejected(code, (await client(ofClient, { flags })).step());
      const ofServer = fake({ step: step(SERVER_ATTRIBUTES | 0x400) }).calls;
      await sspiRejected(code, (await server(ofServer, { flags })).step(message));
    }
    const required = fake({ step: step(SERVER_ATTRIBUTES | 0x400) }).calls;
    await (await server(required, { flags: ['datagram'] })).step();
  });

  it('rejects an anonymous logon', async () => {
    const step = async (attributes: number) => good({ done: true, token: message, attributes });
    for (const flags of [[], ['integrity']] as ContextFlag[][]) {
      const ofClient = fake({ step: () => step(CLIENT_ATTRIBUTES | 0x40000) }).calls;
      await sspiRejected('SEC_E_LOGON_DENIED', (await client(ofClient, { flags })).step());
      const ofServer = fake({ step: () => step(SERVER_ATTRIBUTES | 0x100000) }).calls;
      await sspiRejected('SEC_E_LOGON_DENIED', (await server(ofServer, { flags })).step(message));
    }
  });

  it('rejects packages without messages, and identities for unknown packages', async () => {
    const code = 'SEC_E_UNSUPPORTED_FUNCTION';
    const acquire = (own: Partial<RawPackageInfo>, identity?: typeof IDENTITY) => {
      const querySecurityPackageInfo = () => good({ ...KERBEROS, ...own });
      const sspi = opened(fake({ querySecurityPackageInfo }).calls);
      return sspi.acquireCredentialsHandle({ package: 'any', use: 'outbound', identity });
    };
    await sspiRejected(code, acquire({ name: 'Schannel', capabilities: 0x403 }));
    const { message: text } = await sspiRejected(code, acquire({ name: 'CREDSSP' }, IDENTITY));
    assert.ok(!text.includes('s3cret'), text);
    for (const name of ['CREDSSP', 'NTLM']) await acquire({ name });
    for (const name of ['NTLM', 'Kerberos', 'Negotiate']) await acquire({ name }, IDENTITY);
  });

  it('neither signs nor seals on a context without protection, whatever its sizes', async () => {
    const step = async () => good({ done: true, token: message, attributes: 0x800 });
    const context = await client(fake({ step }).calls, { flags: [] });
    await context.step();
    for (const work of [
      () => context.makeSignature(message),
      () => context.verifySignature(message, message),
      () => context.encryptMessage(message),
      () => context.decryptMessage({ trailer: message, data: message }),
      () => context.unwrapMessage(message),
    ]) {
      sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', work);
    }
    const sizes = { ...SIZES, maxSignature: 0, securityTrailer: 0 };
    const sizeless = await complete({ querySizes: () => good(sizes) });
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => sizeless.makeSignature(message));
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => sizeless.encryptMessage(message));
  });

  it('seals with buffers for trailer and padding, and opens all as one stream', async () => {
    const { calls, given } = fake({
      encryptMessage: (_, __, sent) => {
        assert.deepEqual(
          sent.map(({ type, data }) => [type, data.length]),
          [
            [2, SIZES.securityTrailer],
            [1, message.length],
            [9, SIZES.blockSize],
          ],
        );
        const made = [ascii('trailer'), ascii('sealed!'), ascii('p')];
        return good(made.map((bytes, index) => ({ type: index, data: bytes })));
      },
    });
    const context = await client(calls);
    await context.step();
    const sealed = context.encryptMessage(message);
    assert.deepEqual(sealed, {
      trailer: ascii('trailer'),
      data: ascii('sealed!'),
      padding: ascii('p'),
    });
    const { data, trailer, padding } = sealed;
    assert.deepEqual(context.decryptMessage({ trailer, data, padding }), message);
    const stream = [
      { type: 10, data: ascii('trailersealed!p') },
      { type: 1, data: ascii('') },
    ];
    assert.deepEqual(given('decryptMessage')[1], stream);
    // The sender does not decide where the trailer ends.
    for (const cut of [1, 6, 8]) {
      const all = ascii('trailersealed!');
      const moved = () =>
        context.decryptMessage({ trailer: all.subarray(0, cut), data: all.subarray(cut) });
      sspiRefused('SEC_E_MESSAGE_ALTERED', moved);
    }
  });

  it('protects adjacent buffers as one, and rejects read-only ones', async () => {
    const { calls, given } = fake();
    const context = await client(calls);
    await context.step();
    const [one, two] = ['mes', 'sage'].map((text) => ({ data: ascii(text) }) as const);
    const list = [one, two] as DataBuffer[];
    const sealed = context.encryptMessageBuffers(list);
    assert.deepEqual((given('encryptMessage')[2] as RawBuffer[])[1], { type: 1, data: message });
    assert.deepEqual(sealed.buffers, list);
    assert.deepEqual(context.decryptMessageBuffers(sealed), [ascii('mes'), ascii('sage')]);
    context.makeSignatureBuffers(list);
    assert.deepEqual(given('makeSignature')[2], [{ type: 1, data: message }]);
    context.verifySignatureBuffers(list, message);
    assert.deepEqual((given('verifySignature')[1] as RawBuffer[])[0], { type: 1, data: message });
    for (const flag of ['read-only', 'read-only-with-checksum'] as const) {
      const flagged = [{ ...one, flag }, two] as DataBuffer[];
      for (const work of [
        () => context.makeSignatureBuffers(flagged),
        () => context.verifySignatureBuffers(flagged, message),
        () => context.encryptMessageBuffers(flagged),
        () => context.decryptMessageBuffers({ trailer: message, buffers: flagged }),
      ]) {
        sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', work);
      }
    }
  });

  it('encrypts one run of adjacent buffers with NTLM, and accepts only its trailer', async () => {
    const { calls, given } = fake({
      querySizes: () => good(NTLM_SIZES),
      decryptMessage: (_, buffers) => good({ qop: 0, buffers: [...buffers] }),
      ...negotiating(NTLM),
    });
    const context = await client(calls);
    await context.step();
    const data = (text: string) => ({ data: ascii(text) }) as const;
    const read = { ...data('read'), flag: 'read-only' } as const;
    context.encryptMessageBuffers([read, data('a'), data('b'), read]);
    const types = (given('encryptMessage')[2] as RawBuffer[]).map(({ type }) => type);
    assert.deepEqual(types, [2, 0x80000001, 1, 0x80000001]);
    const parted = [data('a'), read, data('b')];
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => context.encryptMessageBuffers(parted));
    const trailer = new Uint8Array(16);
    const sealed = { trailer, buffers: parted };
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => context.decryptMessageBuffers(sealed));
    assert.deepEqual(context.unwrapMessage(Buffer.concat([trailer, message])), message);
    assert.deepEqual(given('decryptMessage')[1], [
      { type: 2, data: trailer },
      { type: 1, data: message },
    ]);
    for (const length of [0, 15, 17]) {
      const wrong = new Uint8Array(length);
      sspiRefused('SEC_E_INVALID_TOKEN', () =>
        context.decryptMessage({ trailer: wrong, data: message }),
      );
    }
    sspiRefused('SEC_E_INVALID_TOKEN', () => context.unwrapMessage(new Uint8Array(15)));
    const padding = ascii('p');
    sspiRefused('SEC_E_INVALID_TOKEN', () =>
      context.decryptMessage({ trailer, data: message, padding }),
    );
  });

  it('chooses buffers by the negotiated package, whatever the block size', async () => {
    const opening: Partial<RawSspiCalls> = {
      decryptMessage: (_, [first, data]) =>
        good({ qop: 0, buffers: [first as RawBuffer, { ...(data as RawBuffer), data: message }] }),
    };
    const typesOf = (buffers: unknown) => (buffers as RawBuffer[]).map(({ type }) => type);
    for (const [own, sealing, isOpenedAs] of [
      [{ querySecurityPackageInfo: () => good(NTLM) }, [2, 1], [2, 1]],
      [negotiating(NTLM), [2, 1], [2, 1]],
      [{}, [2, 1, 9], [10, 1]],
      [negotiating(KERBEROS), [2, 1, 9], [10, 1]],
      [{ querySecurityPackageInfo: () => good({ ...NTLM, name: 'CREDSSP' }) }, [2, 1, 9], [10, 1]],
    ] as const) {
      for (const blockSize of [0, 1, 8]) {
        const sizes = { ...NTLM_SIZES, blockSize };
        const { calls, given } = fake({ ...opening, querySizes: () => good(sizes), ...own });
        const context = await client(calls);
        await context.step();
        const sealed = context.encryptMessage(message);
        assert.deepEqual(typesOf(given('encryptMessage')[2]), sealing);
        assert.deepEqual(sealed.padding?.length, sealing.length === 3 ? blockSize : undefined);
        context.decryptMessage(sealed);
        assert.deepEqual(typesOf(given('decryptMessage')[1]), isOpenedAs);
      }
    }
  });

  it('encrypts with integrity alone only if the package is NTLM', async () => {
    const integrity = 0x1000c;
    const step = async () => good({ done: true, token: message, attributes: integrity });
    const begin = async (own: Partial<RawSspiCalls>) => {
      const sspi = opened(fake({ step, querySizes: () => good(NTLM_SIZES), ...own }).calls);
      const request = { package: 'any', use: 'outbound' } as const;
      const credentials = await sspi.acquireCredentialsHandle(request);
      const context = sspi.initializeSecurityContext(credentials, { flags: ['integrity'] });
      await context.step();
      return context;
    };
    const ntlm = await begin(negotiating(NTLM));
    assert.equal(ntlm.queryContextAttributes('sizes').securityTrailer, 16);
    assert.deepEqual(ntlm.encryptMessage(message).data, message);
    const code = 'SEC_E_UNSUPPORTED_FUNCTION';
    const kerberos = await begin({});
    assert.equal(kerberos.queryContextAttributes('sizes').securityTrailer, 16);
    sspiRefused(code, () => kerberos.encryptMessage(message));
    sspiRefused(code, () => kerberos.unwrapMessage(message));
    kerberos.encryptMessage(message, { encrypt: false });
  });

  it('passes SECQOP_WRAP_NO_ENCRYPT for { encrypt: false }, and accepts only the expected kind of message', async () => {
    const noEncrypt = 0x80000001;
    const { calls, given } = fake();
    const context = await client(calls);
    await context.step();
    for (const [options, qop] of [
      [undefined, 0],
      [{ encrypt: true }, 0],
      [{ encrypt: false }, noEncrypt],
    ] as const) {
      const sealed = context.encryptMessage(message, options);
      assert.equal(given('encryptMessage')[1], qop);
      context.encryptMessageBuffers([{ data: message }], options);
      assert.equal(given('encryptMessage')[1], qop);
      const opened = context.encryptMessageBuffers([{ data: message }], options);
      for (const received of [0, noEncrypt, 1, 0x80000000]) {
        const buffers = [
          { type: 10, data: message },
          { type: 1, data: message },
        ];
        const peer = await complete({ decryptMessage: () => good({ qop: received, buffers }) });
        for (const work of [
          () => peer.decryptMessage(sealed, options),
          () => peer.decryptMessageBuffers(opened, options)[0],
          () => peer.unwrapMessage(message, options),
        ]) {
          if (received === qop) assert.deepEqual(work(), message);
          else sspiRefused('SEC_E_QOP_NOT_SUPPORTED', work);
        }
      }
    }
  });

  it('rejects { encrypt: false } with NTLM before it calls Windows', async () => {
    const seen = () => assert.fail('was called');
    const own = { encryptMessage: seen, decryptMessage: seen, querySizes: () => good(NTLM_SIZES) };
    const context = await complete({ ...own, ...negotiating(NTLM) });
    const sealed = { trailer: new Uint8Array(16), data: message };
    for (const work of [
      () => context.encryptMessage(message, { encrypt: false }),
      () => context.decryptMessage(sealed, { encrypt: false }),
      () => context.unwrapMessage(new Uint8Array(32), { encrypt: false }),
    ]) {
      sspiRefused('SEC_E_QOP_NOT_SUPPORTED', work);
    }
  });

  it('reports an invalid first token as SEC_E_INVALID_TOKEN, with the status of Windows', async () => {
    const name = 'SEC_E_INVALID_HANDLE';
    const status = STATUS[name];
    const step = async () => bad(status);
    const beginning = await server(fake({ step, ...negotiating(NTLM) }).calls);
    const error = await sspiRejected('SEC_E_INVALID_TOKEN', beginning.step(ascii('garbage')));
    assert.equal(error.status, STATUS.SEC_E_INVALID_TOKEN);
    const hex = '0x80090301';
    assert.deepEqual(error.os, { function: 'AcceptSecurityContext', status, hex, name });

    const continuing = async () => {
      const answers = [good({ done: false, token: message, attributes: 0 }), bad(status)];
      const context = await server(fake({ step: async () => answers.shift() ?? bad(1) }).calls);
      await context.step(message);
      return context.step(message);
    };
    const empty = await server(fake({ step }).calls);
    const initiator = await client(fake({ step }).calls);
    const closed = await server(fake({ step }).calls);
    const pending = closed.step(message);
    closed.close();
    for (const other of [continuing(), empty.step(), initiator.step(), pending]) {
      await sspiRejected(name, other);
    }
    const refused = await server(fake({ step: async () => bad(STATUS.SEC_E_LOGON_DENIED) }).calls);
    await sspiRejected('SEC_E_LOGON_DENIED', refused.step(message));
  });

  it('opens a message in one piece as a stream', async () => {
    const opening = (qop: number, length = 2, type = 1) => ({
      decryptMessage: (_: RawContext, sent: readonly RawBuffer[]) => {
        assert.deepEqual(sent, [
          { type: 10, data: ascii('all in one') },
          { type: 1, data: ascii('') },
        ]);
        const buffers = [sent[0], { type, data: message }] as RawBuffer[];
        return good({ qop, buffers: buffers.slice(0, length) });
      },
    });
    const context = await complete(opening(0));
    assert.deepEqual(context.unwrapMessage(ascii('all in one')), message);
    const signed = await complete(opening(0x80000001));
    sspiRefused('SEC_E_QOP_NOT_SUPPORTED', () => signed.unwrapMessage(ascii('all in one')));
    const short = await complete(opening(0, 1));
    sspiRefused('ERR_SSPI_OS', () => short.unwrapMessage(ascii('all in one')));
    // A message in another buffer is not an empty message.
    const elsewhere = await complete(opening(0, 2, 10));
    sspiRefused('ERR_SSPI_OS', () => elsewhere.unwrapMessage(ascii('all in one')));
  });

  it('accepts and rejects signatures by the status of VerifySignature alone', async () => {
    for (const qop of [0, 1, 0x80000001]) {
      const right = await complete({ verifySignature: () => good(qop) });
      right.verifySignature(message, message);
      right.verifySignatureBuffers([{ data: message }], message);
      for (const name of ['SEC_E_MESSAGE_ALTERED', 'SEC_E_QOP_NOT_SUPPORTED'] as const) {
        const answer = { status: STATUS[name], value: qop };
        const wrong = await complete({ verifySignature: () => answer });
        sspiRefused(name, () => wrong.verifySignature(message, message));
      }
    }
    const silent = await complete({ verifySignature: () => ({ status: 0 }) });
    sspiRefused('ERR_SSPI_OS', () => silent.verifySignature(message, message));
  });

  it('rejects empty and too long signatures, and too long padding, before it calls Windows', async () => {
    const seen = () => assert.fail('was called');
    const context = await complete({ verifySignature: seen, decryptMessage: seen });
    for (const length of [0, 38]) {
      const signature = new Uint8Array(length);
      sspiRefused('SEC_E_INVALID_TOKEN', () => context.verifySignature(message, signature));
    }
    const padding = ascii('pp');
    sspiRefused('SEC_E_INVALID_TOKEN', () =>
      context.decryptMessage({ trailer: message, data: message, padding }),
    );
  });

  it('throws for every status but 0, with its number', async () => {
    for (const name of ['SEC_E_MESSAGE_ALTERED', 'SEC_E_OUT_OF_SEQUENCE'] as const) {
      const status = STATUS[name];
      const context = await complete({ verifySignature: () => bad(status) });
      const error = sspiRefused(name, () => context.verifySignature(message, message));
      assert.equal(error.status, status);
      assert.deepEqual(error.os, { function: 'VerifySignature', status, hex: error.hex, name });
    }
    for (const status of [1, 0x00090312, 0x00090317, 0xc000006d, 0x8009ffff, 0xffffffff]) {
      const step = async () => bad(status);
      const context = await client(fake({ step }).calls);
      const error = await sspiRejected('ERR_SSPI_OS', context.step());
      assert.deepEqual([error.status, error.os?.status], [status, status]);
      assert.equal(error.os?.function, 'InitializeSecurityContext');
    }
  });

  it('rejects a success without a valid result', async () => {
    const invalid = [{ status: 0 }, { status: 0, fault: 'a size beyond it' }];
    for (const answer of invalid) {
      const context = await complete({ makeSignature: () => answer, encryptMessage: () => answer });
      const error = sspiRefused('ERR_SSPI_OS', () => context.makeSignature(message));
      assert.deepEqual([error.status, error.os?.function], [0, 'MakeSignature']);
      sspiRefused('ERR_SSPI_OS', () => context.encryptMessage(message));
      const failing = await client(fake({ step: async () => answer }).calls);
      await sspiRejected('ERR_SSPI_OS', failing.step());
    }
    const none = await complete({ makeSignature: () => good(ascii('')) });
    sspiRefused('ERR_SSPI_OS', () => none.makeSignature(message));
    const made = (...lengths: number[]) =>
      complete({
        encryptMessage: () =>
          good(lengths.map((length) => ({ type: 1, data: new Uint8Array(length) }))),
      });
    for (const lengths of [[], [60], [60, 7], [0, 7, 1], [60, 6, 1], [60, 8, 1]]) {
      const context = await made(...lengths);
      sspiRefused('ERR_SSPI_OS', () => context.encryptMessage(message));
    }
    (await made(60, 7, 0)).encryptMessage(message);
    const fewer = await complete({ decryptMessage: () => good({ qop: 0, buffers: [] }) });
    sspiRefused('ERR_SSPI_OS', () => fewer.decryptMessage({ trailer: message, data: message }));
  });

  it('closes its handles', async () => {
    const { calls, given } = fake();
    const context = await client(calls);
    context.close();
    given('closeContext');
    const sspi = opened(calls);
    const request = { package: 'Kerberos', use: 'outbound' } as const;
    (await sspi.acquireCredentialsHandle(request)).close();
    given('closeCredentials');
  });
});
