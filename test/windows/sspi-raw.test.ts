import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RawAnswer } from '../../src/native/raw.js';
import type { RawBuffer, RawContext, RawSspiCalls } from '../../src/native/raw-sspi.js';
import { hexOf, STATUS } from '../../src/native/status.js';
import { openSspi, type SecurityContext } from '../../src/sspi.js';
import { ownAddon, ownAddonFile } from './own-addon.js';

type Any = (...args: unknown[]) => unknown;

const INBOUND = 1;
const OUTBOUND = 2;
const DATA = 1;
const TOKEN = 2;
/** ISC_REQ_REPLAY_DETECT, SEQUENCE_DETECT, CONFIDENTIALITY, INTEGRITY. */
const REQUIREMENTS = 0x1001c;
const IDENTITY = { user: 'user', domain: 'DOMAIN', password: 'pässword' };
const PACKAGES = ['NTLM', 'Negotiate'];

const addon = ownAddon();
const opening = addon.openSspi();
assert.ok('calls' in opening, JSON.stringify(opening));
const { path, calls } = opening;

function ok<Value>(answer: RawAnswer<Value>): Value {
  assert.deepEqual([hexOf(answer.status), answer.fault], ['0x00000000', undefined]);
  return answer.value as Value;
}

async function newClient(name = 'NTLM'): Promise<RawContext> {
  const credentials = ok(await calls.acquireCredentialsHandle(name, OUTBOUND, IDENTITY));
  const context = calls.newClientContext(credentials, 'HTTP/server', REQUIREMENTS, undefined);
  // The context keeps them.
  calls.closeCredentials(credentials);
  return ok(context);
}

async function newServer(name = 'NTLM'): Promise<SecurityContext> {
  const portable = openSspi({ provider: 'portable' });
  const accounts = () => ({ password: IDENTITY.password });
  const names = { computer: 'SERVER', domain: 'DOMAIN' };
  const request = { package: name, use: 'inbound', accounts, names } as const;
  return portable.acceptSecurityContext(await portable.acquireCredentialsHandle(request));
}

/** Windows' client and the portable server, after their handshake. */
async function newPair(name?: string): Promise<{ client: RawContext; server: SecurityContext }> {
  const client = await newClient(name);
  const server = await newServer(name);
  let received: Uint8Array | undefined;
  for (;;) {
    const step = ok(await calls.step(client, received));
    const { token, done } = await server.step(step.token);
    if (done) return { client, server };
    received = token;
  }
}

const data = (bytes: Uint8Array): RawBuffer => ({ type: DATA, data: bytes });
const tokenOf = (bytes: Uint8Array): RawBuffer => ({ type: TOKEN, data: bytes });

describe('secur32.dll as the addon calls it', () => {
  it('is that of System32', () => {
    assert.match(path, /^[A-Z]:\\windows\\system32\\secur32\.dll$/i);
  });

  it('lists packages, and reports the same for each of them', () => {
    const list = ok(calls.enumerateSecurityPackages());
    for (const name of PACKAGES) {
      const info = list.find((candidate) => candidate.name === name);
      assert.ok(info !== undefined && info.maxToken > 1000 && info.comment.length > 3);
      assert.deepEqual(ok(calls.querySecurityPackageInfo(name)), info);
    }
    assert.equal(list.find(({ name }) => name === 'NTLM')?.rpcId, 10);
  });

  it('returns a status and no value for an unknown package', async () => {
    const unknown = { status: STATUS.SEC_E_SECPKG_NOT_FOUND };
    assert.deepEqual(calls.querySecurityPackageInfo('nothing'), unknown);
    assert.deepEqual(await calls.acquireCredentialsHandle('nothing', OUTBOUND, IDENTITY), unknown);
  });

  for (const name of PACKAGES) {
    it(`${name}: signs and seals with the portable server, in both directions`, async () => {
      const { client, server } = await newPair(name);
      const sizes = ok(calls.querySizes(client));
      assert.deepEqual([sizes.maxSignature, sizes.blockSize, sizes.securityTrailer], [16, 0, 16]);
      for (const message of [new Uint8Array(0), Buffer.from('hello'), Buffer.alloc(1 << 20, 7)]) {
        const signature = ok(calls.makeSignature(client, 0, [data(message)], 16, 0));
        server.verifySignature(message, signature);
        const theirs = server.makeSignature(message);
        const qop = calls.verifySignature(client, [data(message), tokenOf(theirs)], 0);
        assert.equal(ok(qop), 0);

        const buffers = [tokenOf(new Uint8Array(16)), data(message)];
        const [trailer, sealed] = ok(calls.encryptMessage(client, 0, buffers, 0));
        assert.ok(trailer !== undefined && sealed !== undefined);
        assert.deepEqual([trailer.type, sealed.type], [TOKEN, DATA]);
        assert.ok(
          Buffer.from(server.decryptMessage({ trailer: trailer.data, data: sealed.data })).equals(
            message,
          ),
        );
        assert.deepEqual(buffers[1]?.data, message);

        const back = server.encryptMessage(message);
        const received = [tokenOf(back.trailer), data(back.data)];
        const opened = ok(calls.decryptMessage(client, received, 0));
        assert.equal(opened.qop, 0);
        assert.ok(Buffer.from(opened.buffers[1]?.data ?? []).equals(message));
        // The trailer is not copied back.
        assert.deepEqual([opened.buffers[0]?.type, opened.buffers[0]?.data.length], [TOKEN, 0]);
      }
    });
  }

  it('returns attributes of a context, or a status', async () => {
    const { client } = await newPair();
    assert.equal(ok(calls.queryNegotiationInfo(client)).package.name, 'NTLM');
    const info = ok(calls.queryKeyInfo(client));
    assert.deepEqual([info.keySize, info.encryptAlgorithmName], [128, 'RSADSI RC4']);
    assert.equal(ok(calls.queryFlags(client)) & 0x10010, 0x10010);
    for (const answer of [
      calls.queryNames(client),
      calls.querySessionKey(client),
      calls.queryPackageInfo(client),
    ]) {
      assert.equal('value' in answer, answer.status === 0);
    }
  });

  it('rejects an altered message, and returns nothing of it', async () => {
    const { client, server } = await newPair();
    const { trailer, data: sealed } = server.encryptMessage(Buffer.from('hello'));
    sealed[0] = (sealed[0] ?? 0) ^ 1;
    const answer = calls.decryptMessage(client, [tokenOf(trailer), data(sealed)], 0);
    assert.deepEqual(answer, { status: STATUS.SEC_E_MESSAGE_ALTERED });
  });

  it('rejects lists of buffers that are no message', async () => {
    const { client, server } = await newPair();
    const message = Buffer.from('hello');
    const sixteen = new Uint8Array(16);
    const theirs = server.makeSignature(message);
    const lists = [
      [],
      [data(message)],
      [tokenOf(sixteen)],
      [{ type: 0, data: message }],
      [tokenOf(new Uint8Array(0)), data(message)],
      [tokenOf(theirs.subarray(1)), data(message)],
    ];
    for (const buffers of lists) {
      for (const answer of [
        calls.verifySignature(client, buffers, 0),
        calls.decryptMessage(client, buffers, 0),
        calls.encryptMessage(client, 0, buffers, 0),
      ]) {
        assert.ok(answer.status >= 0x80000000 && !('value' in answer), JSON.stringify(buffers));
      }
    }
    assert.ok(calls.makeSignature(client, 0, [data(message)], 15, 0).status >= 0x80000000);
    assert.ok(calls.makeSignature(client, 0, [], 16, 0).status >= 0x80000000);
    const many = Array.from({ length: 10_000 }, () => data(message));
    server.verifySignature(
      Buffer.concat(many.map((buffer) => buffer.data)),
      ok(calls.makeSignature(client, 0, many, 16, 0)),
    );
  });

  it('rejects an invalid token', async () => {
    for (const length of [0, 1, 65_536]) {
      const client = await newClient();
      ok(await calls.step(client, undefined));
      const answer = await calls.step(client, new Uint8Array(length));
      assert.deepEqual(answer, { status: STATUS.SEC_E_INVALID_TOKEN });
      calls.closeContext(client);
    }
  });
});

describe('the handles of the addon', () => {
  const closed = { status: STATUS.SEC_E_INVALID_HANDLE };
  const credentials = async () =>
    ok(await calls.acquireCredentialsHandle('NTLM', OUTBOUND, IDENTITY));
  const askAll = (context: RawContext): RawAnswer<unknown>[] => [
    calls.querySizes(context),
    calls.queryNames(context),
    calls.queryKeyInfo(context),
    calls.querySessionKey(context),
    calls.queryPackageInfo(context),
    calls.queryNegotiationInfo(context),
    calls.queryFlags(context),
    calls.makeSignature(context, 0, [], 16, 0),
    calls.verifySignature(context, [], 0),
    calls.encryptMessage(context, 0, [], 0),
    calls.decryptMessage(context, [], 0),
  ];

  it('reject all calls before the first step and after they are closed', async () => {
    const client = await newClient();
    for (const answer of askAll(client)) assert.deepEqual(answer, closed);
    calls.closeContext(client);
    calls.closeContext(client);
    for (const answer of askAll(client)) assert.deepEqual(answer, closed);
    assert.deepEqual(await calls.step(client, undefined), closed);
    const none = await credentials();
    calls.closeCredentials(none);
    calls.closeCredentials(none);
    assert.deepEqual(calls.newClientContext(none, undefined, 0, undefined), closed);
    assert.deepEqual(calls.newServerContext(none, 0, undefined), closed);
  });

  it('can be closed during a step, which ends as usual', async () => {
    const client = await newClient();
    const step = calls.step(client, undefined);
    calls.closeContext(client);
    assert.equal(ok(await step).done, false);
    assert.deepEqual(await calls.step(client, undefined), closed);
  });

  it('can be closed by a getter of the call that they are in', async () => {
    const { client } = await newPair();
    const message = {
      get type() {
        calls.closeContext(client);
        return DATA;
      },
      data: new Uint8Array(5),
    };
    assert.deepEqual(calls.makeSignature(client, 0, [message], 16, 0), closed);
  });

  it('are checked for their kind and their addon', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-'));
    const copy = join(folder, 'other.node');
    copyFileSync(ownAddonFile(), copy);
    const other = (createRequire(import.meta.url)(copy) as typeof addon).openSspi();
    assert.ok('calls' in other);
    const mine = await credentials();
    const theirs = ok(await other.calls.acquireCredentialsHandle('NTLM', INBOUND, undefined));
    const client = await newClient();
    const foreign = [undefined, null, 7, 'x', {}, [], calls, Symbol('x'), Object.create(client)];
    for (const value of [...foreign, theirs, mine]) {
      assert.throws(() => (calls.querySizes as Any)(value), TypeError);
      assert.throws(() => (calls.closeContext as Any)(value), TypeError);
      assert.throws(() => (calls.step as Any)(value, undefined), TypeError);
      assert.throws(() => (calls.makeSignature as Any)(value, 0, [], 16, 0), TypeError);
    }
    for (const value of [...foreign, theirs, client]) {
      assert.throws(() => (calls.closeCredentials as Any)(value), TypeError);
      assert.throws(() => (calls.newServerContext as Any)(value, 0, undefined), TypeError);
    }
  });

  it('are collected if they are not closed', async () => {
    let collected = 0;
    const registry = new FinalizationRegistry(() => {
      collected++;
    });
    const mine = await credentials();
    for (let round = 0; round < 20_000; round++) {
      registry.register(ok(calls.newClientContext(mine, 'HTTP/server', 0, undefined)), undefined);
      if (round % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(collected > 10_000, `${collected}`);
  });
});

describe('the arguments of the addon', () => {
  const NOT_BYTES = [null, 7, 'x', [], {}, new Uint16Array(4), new ArrayBuffer(4)];
  const NOT_NUMBERS = [undefined, null, '2', {}, 2n];
  const WRONG_NUMBERS = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32];
  const NOT_STRINGS = [null, 7, {}];
  const NOT_BUFFERS = [
    ...[undefined, null, 7, 'x', {}, [undefined], [null], [7], [new Uint8Array(4)]],
    ...[[{ type: 1 }], [{ data: new Uint8Array(4) }], [{ type: '1', data: new Uint8Array(4) }]],
    ...NOT_BYTES.map((bytes) => [{ type: 1, data: bytes }]),
  ];
  const NOT_IDENTITIES = [
    ...[null, 7, 'x', {}, { ...IDENTITY, password: undefined }, { ...IDENTITY, user: 7 }],
    ...[
      { ...IDENTITY, domain: null },
      { ...IDENTITY, password: Buffer.from('x') },
    ],
  ];

  it('are rejected without a crash if their kind or their range is wrong', async () => {
    const credentials = ok(await calls.acquireCredentialsHandle('NTLM', OUTBOUND, IDENTITY));
    const { client } = await newPair();
    const acquire = ['NTLM', OUTBOUND, IDENTITY];
    const begin = [credentials, 'HTTP/a', 0, new Uint8Array(4)];
    const sign = [client, 0, [data(new Uint8Array(4))], 16, 0];
    const verify = [client, [data(new Uint8Array(4))], 0];
    const wrong: [keyof RawSspiCalls, number, unknown[], readonly unknown[]][] = [
      ['querySecurityPackageInfo', 0, ['NTLM'], [undefined, ...NOT_STRINGS]],
      ['acquireCredentialsHandle', 0, acquire, [undefined, ...NOT_STRINGS]],
      ['acquireCredentialsHandle', 1, acquire, NOT_NUMBERS],
      ['acquireCredentialsHandle', 2, acquire, NOT_IDENTITIES],
      ['newClientContext', 1, begin, NOT_STRINGS],
      ['newClientContext', 2, begin, NOT_NUMBERS],
      ['newClientContext', 3, begin, NOT_BYTES],
      ['newServerContext', 1, [credentials, 0, new Uint8Array(4)], NOT_NUMBERS],
      ['newServerContext', 2, [credentials, 0, new Uint8Array(4)], NOT_BYTES],
      ['step', 1, [client, new Uint8Array(4)], NOT_BYTES],
      ['makeSignature', 1, sign, NOT_NUMBERS],
      ['makeSignature', 2, sign, NOT_BUFFERS],
      ['makeSignature', 3, sign, NOT_NUMBERS],
      ['makeSignature', 4, sign, NOT_NUMBERS],
      ['verifySignature', 1, verify, NOT_BUFFERS],
      ['verifySignature', 2, verify, NOT_NUMBERS],
      ['encryptMessage', 1, sign.toSpliced(3, 1), NOT_NUMBERS],
      ['encryptMessage', 2, sign.toSpliced(3, 1), NOT_BUFFERS],
      ['encryptMessage', 3, sign.toSpliced(3, 1), NOT_NUMBERS],
      ['decryptMessage', 1, verify, NOT_BUFFERS],
      ['decryptMessage', 2, verify, NOT_NUMBERS],
    ];
    for (const [name, index, args, values] of wrong) {
      const call = calls[name] as Any;
      for (const value of values) {
        assert.throws(() => call(...args.with(index, value)), TypeError, `${name} ${index}`);
      }
      assert.throws(() => call(), TypeError, name);
      if (values !== NOT_NUMBERS) continue;
      for (const value of WRONG_NUMBERS) {
        assert.throws(() => call(...args.with(index, value)), RangeError, `${name} ${value}`);
      }
    }
    assert.throws(() => calls.querySecurityPackageInfo('NTLM\0x'), RangeError);
    const huge = 2 ** 31;
    assert.throws(() => calls.makeSignature(client, 0, [], huge, 0), RangeError);
  });

  it('are read first: a getter that removes an argument has no effect', async () => {
    const { client, server } = await newPair();
    const first = Buffer.from(new ArrayBuffer(5));
    first.set(Buffer.from('hello'));
    const second = {
      get type() {
        structuredClone(first.buffer, { transfer: [first.buffer] });
        return DATA;
      },
      data: Buffer.from('world'),
    };
    const signature = ok(calls.makeSignature(client, 0, [data(first), second], 16, 0));
    server.verifySignature(Buffer.from('world'), signature);
  });
});
