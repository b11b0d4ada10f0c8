import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ContextFlag, openSspi, SspiError } from '../../src/sspi.js';
import { ascii, pair, sspiRefused, sspiRejected } from '../support/sspi.js';

const clients = openSspi({ provider: 'windows' });
const message = ascii('message');

// Each test fails when a newer Wine provides the missing feature.
describe("what Wine's NTLM lacks", () => {
  it('channel bindings: it mistakes them for a token', async () => {
    const channelBindings = ascii('tls-exporter:x');
    const both = pair({ clients, initialize: { channelBindings }, accept: { channelBindings } });
    const { os } = await sspiRejected('SEC_E_INVALID_TOKEN', both);
    assert.equal(os?.function, 'InitializeSecurityContext');
  });

  it('flags of replay and sequence detection, although it counts messages', async () => {
    for (const flag of ['replay-detect', 'sequence-detect', 'identify'] as ContextFlag[]) {
      const both = pair({ clients, initialize: { flags: ['integrity', flag] } });
      const { message: problem } = await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', both);
      assert.equal(problem, `the context does not provide ${flag}`);
    }
  });

  it('names, session key and package of a context', async () => {
    const { client } = await pair({ clients });
    for (const name of ['names', 'sessionKey', 'packageInfo'] as const) {
      sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => client.queryContextAttributes(name));
    }
  });

  it('a server: it authenticates no client by itself', async () => {
    const request = { package: 'NTLM', use: 'inbound' } as const;
    const inbound = await clients.acquireCredentialsHandle(request);
    for (const token of [undefined, ascii('x'), ascii('NTLMSSP\0'), new Uint8Array(65_535)]) {
      const server = clients.acceptSecurityContext(inbound);
      const error = await server.step(token).catch((reason) => reason);
      assert.ok(error instanceof SspiError, `${token?.length}`);
      assert.equal(error.os?.function, 'AcceptSecurityContext');
      await sspiRejected('SEC_E_INVALID_HANDLE', server.step(token));
    }
  });
});

describe("Wine's NTLM", () => {
  it('provides only the required flags', async () => {
    const sizesOf = async (flags: ContextFlag[]) => {
      const { client } = await pair({ clients, initialize: { flags } });
      const { maxSignature, securityTrailer } = client.queryContextAttributes('sizes');
      return { client, sizes: [maxSignature, securityTrailer] };
    };
    const none = await sizesOf([]);
    assert.deepEqual(none.sizes, [0, 0]);
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => none.client.makeSignature(message));
    const signed = await sizesOf(['integrity']);
    assert.deepEqual(signed.sizes, [16, 16]);
    assert.deepEqual((await sizesOf(['confidentiality'])).sizes, [16, 16]);
  });

  it('encrypts with another key stream if only integrity is negotiated', async () => {
    const { client, server } = await pair({ clients, initialize: { flags: ['integrity'] } });
    const sealed = client.encryptMessage(message);
    assert.throws(() => server.decryptMessage(sealed), SspiError);
  });

  it('accepts messages in one piece and empty messages', async () => {
    const { client, server } = await pair({ clients });
    const { trailer, data } = server.encryptMessage(message);
    const opened = client.unwrapMessage(Buffer.concat([trailer, data]));
    assert.deepEqual(Buffer.from(opened), Buffer.from(message));
    server.verifySignatureBuffers([], client.makeSignatureBuffers([]));
    server.decryptMessageBuffers(client.encryptMessageBuffers([]));
  });

  it('encrypts several buffers', async () => {
    const { client, server } = await pair({ clients });
    const texts = ['to Bob', 'amount: 10', ''];
    const list = texts.map((text) => ({ data: ascii(text) }));
    const both = [
      [client, server],
      [server, client],
    ] as const;
    for (const [from, to] of both) {
      const sealed = from.encryptMessageBuffers(list);
      assert.notDeepEqual(sealed.buffers[1]?.data, list[1]?.data);
      const opened = to.decryptMessageBuffers(sealed);
      assert.deepEqual(
        opened.map((bytes) => Buffer.from(bytes).toString()),
        texts,
      );
    }
  });

  it('signs several buffers, and buffers that are not encrypted', async () => {
    const { client, server } = await pair({ clients });
    const header = { data: ascii('header'), flag: 'read-only-with-checksum' } as const;
    const body = { data: ascii('body') } as const;
    const signature = client.makeSignatureBuffers([header, body]);
    server.verifySignatureBuffers([header, body], signature);
    const sealed = client.encryptMessageBuffers([header, body]);
    assert.deepEqual(sealed.buffers[0], header);
    const opened = server.decryptMessageBuffers(sealed);
    assert.deepEqual(opened, [header.data, body.data]);
  });
});
