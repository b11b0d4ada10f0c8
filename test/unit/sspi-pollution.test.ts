import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ntHash, openSspi } from '../../src/sspi.js';
import { hex } from '../support/ntlm.js';
import { pollute } from '../support/pollution.js';
import {
  ACCOUNTS,
  ascii,
  contexts,
  handshake,
  IDENTITY,
  pair,
  sspi,
  sspiRefused,
  sspiRejected,
} from '../support/sspi.js';

const { user, domain, password } = IDENTITY;
const message = ascii('a message of some length');
const channelBindings = ascii('tls-exporter:one');

const outbound = () =>
  sspi.acquireCredentialsHandle({ package: 'NTLM', use: 'outbound', identity: IDENTITY });
const inbound = () =>
  sspi.acquireCredentialsHandle({ package: 'NTLM', use: 'inbound', accounts: ACCOUNTS });

describe('SSPI ignores a polluted Object.prototype', () => {
  it('in the options of openSspi', () => {
    const open = () => openSspi({}).provider;
    assert.deepEqual(pollute({ provider: 'none of them' }, open), open());
    for (const found of [{ provider: 'none of them' }, { calls: {} }, { addon: {} }]) {
      assert.deepEqual(pollute(found, openSspi).provider, open());
    }
  });

  it('in credentials', async () => {
    const bare = { package: 'NTLM', use: 'outbound' } as const;
    const nobody = pollute({ identity: IDENTITY }, () => sspi.acquireCredentialsHandle(bare));
    await sspiRejected('SEC_E_NO_CREDENTIALS', nobody);
    const server = { package: 'NTLM', use: 'inbound' } as const;
    const none = pollute({ accounts: ACCOUNTS }, () => sspi.acquireCredentialsHandle(server));
    await sspiRejected('SEC_E_NO_CREDENTIALS', none);
    for (const secret of [{ password }, { ntHash: ntHash(password) }]) {
      const identity = { user, domain };
      const request = { ...bare, identity: identity as never };
      const acquired = pollute(secret, () => sspi.acquireCredentialsHandle(request));
      await assert.rejects(acquired, RangeError);
    }
  });

  it('in an identity', async () => {
    const wrong = { password: 'wrong', ntHash: ntHash('wrong'), workstation: 'EVIL' };
    const bare = { package: 'NTLM', use: 'outbound' } as const;
    for (const identity of [
      { user, domain, password },
      { user, domain, ntHash: ntHash(password) },
    ]) {
      const credentials = await pollute(wrong, () =>
        sspi.acquireCredentialsHandle({ ...bare, identity }),
      );
      const client = sspi.initializeSecurityContext(credentials);
      const { server } = await contexts();
      await handshake({ client, server });
      server.verifySignature(message, client.makeSignature(message));
    }
  });

  it('in the names of a server', async () => {
    const credentials = await pollute({ computer: 'EVIL', domain: 'EVIL' }, inbound);
    const server = sspi.acceptSecurityContext(credentials);
    const { client } = await contexts();
    const { token } = await server.step((await client.step()).token);
    assert.ok(!Buffer.from(token).toString('utf16le').includes('EVIL'));
    assert.ok(!Buffer.from(token).subarray(1).toString('utf16le').includes('EVIL'));
  });

  it('in the options of a client', async () => {
    const credentials = await outbound();
    const wrong = { flags: [], target: 'HTTP/other', channelBindings: ascii('x'), allowWeak: 7 };
    const client = pollute(wrong, () => sspi.initializeSecurityContext(credentials, {}));
    const server = sspi.acceptSecurityContext(await inbound(), {
      channelBindings,
      channelBindingPolicy: 'accept',
    });
    await handshake({ client, server });
    assert.ok(client.queryContextAttributes('flags').includes('confidentiality'));
  });

  it('in channelBindingPolicy', async () => {
    const credentials = await inbound();
    for (const channelBindingPolicy of ['ignore', 'accept']) {
      const server = pollute({ channelBindingPolicy }, () =>
        sspi.acceptSecurityContext(credentials, { channelBindings }),
      );
      const { client } = await contexts();
      await sspiRejected('SEC_E_BAD_BINDINGS', handshake({ client, server }));
    }
  });

  it('in allowWeak, targets and flags of a server', async () => {
    const credentials = await inbound();
    const wrong = { allowWeak: ['no-key-exchange', '40-bit'], targets: ['HTTP/evil'] };
    const server = pollute(wrong, () =>
      sspi.acceptSecurityContext(credentials, { flags: ['integrity'] }),
    );
    const { client } = await contexts();
    const negotiate = new Uint8Array((await client.step()).token);
    // Without NTLMSSP_NEGOTIATE_KEY_EXCH.
    negotiate[15] = (negotiate[15] ?? 0) & ~0x40;
    await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', server.step(negotiate));
    const targets = ['HTTP/www'];
    const strict = pollute({ targets: ['HTTP/evil'], flags: [] }, () =>
      sspi.acceptSecurityContext(credentials, { targets, flags: ['integrity'] }),
    );
    const evil = await contexts({ initialize: { target: 'HTTP/evil' } });
    const both = { client: evil.client, server: strict };
    await sspiRejected('SEC_E_WRONG_PRINCIPAL', handshake(both));
  });

  it('in the result of accounts', async () => {
    const leave = (secrets: object, answer: object) => async () => {
      Object.assign(Object.prototype, secrets);
      return answer as { password: string };
    };
    for (const secrets of [{ password }, { ntHash: ntHash(password) }]) {
      try {
        const empty = pair({ accounts: leave(secrets, { id: 7 }) });
        await assert.rejects(empty, (error: Error) => {
          assert.ok(error instanceof TypeError && !error.message.includes(password));
          return error.message.startsWith('the result of accounts must be ');
        });
      } finally {
        for (const name of ['password', 'ntHash']) Reflect.deleteProperty(Object.prototype, name);
      }
    }
    const wrong = { password: 'wrong', ntHash: ntHash('wrong') };
    try {
      await pair({ accounts: leave(wrong, { id: 7, password, name: 'Alice' }) });
    } finally {
      for (const name of Object.keys(wrong)) Reflect.deleteProperty(Object.prototype, name);
    }
  });

  it('and rejects an account with an inherited password', async () => {
    class Row {
      get password() {
        return password;
      }
    }
    await assert.rejects(pair({ accounts: () => new Row() }), {
      name: 'TypeError',
      message:
        'the result of accounts.password must be an own property: inherited ones are not read',
    });
    const failing = {
      get password(): string {
        throw new Error('no column');
      },
    };
    const code = 'SEC_E_NO_AUTHENTICATING_AUTHORITY';
    const error = await sspiRejected(code, pair({ accounts: () => failing }));
    assert.match(String(error.cause), /no column/);
  });

  it('and treats null in the result of accounts as absent', async () => {
    for (const secret of [
      { password, ntHash: null },
      { password: null, ntHash: ntHash(password) },
    ]) {
      await pair({ accounts: () => secret as never });
    }
    const nothing = { password: null, ntHash: null } as never;
    await assert.rejects(pair({ accounts: () => nothing }), TypeError);
  });

  it('and passes a copy of the names to accounts', async () => {
    const { server } = await pair({
      accounts: (claimed) => {
        Object.assign(claimed, { user: 'ADMINISTRATOR', domain: 'OTHER' });
        return { password };
      },
    });
    assert.equal(server.queryContextAttributes('names').userName, `${domain}\\${user}`);
  });

  it('in messages and their options', async () => {
    const { client, server } = await pair();
    const wrong = {
      flag: 'read-only',
      encrypt: false,
      sequence: 7,
      padding: ascii('p'),
      type: 'DATA',
    };
    const { sealed, several, signature } = pollute(wrong, () => ({
      sealed: client.encryptMessage(message, {}),
      several: client.encryptMessageBuffers([{ data: message }]),
      signature: client.makeSignature(message, {}),
    }));
    const [first] = several.buffers;
    assert.ok(first !== undefined);
    for (const { data } of [sealed, first]) assert.notEqual(hex(data), hex(message));
    pollute(wrong, () => {
      assert.equal(hex(server.decryptMessage(sealed)), hex(message));
      assert.equal(hex(server.decryptMessageBuffers(several, {})[0] ?? sealed.data), hex(message));
      server.verifySignature(message, signature);
    });
    const unsealed = { trailer: sealed.trailer } as never;
    const open = () => pollute({ data: sealed.data }, () => server.decryptMessage(unsealed));
    assert.throws(open, TypeError);
    const next = client.encryptMessage(message);
    const wrapped = Buffer.concat([next.trailer, next.data]);
    const changed = Buffer.from(wrapped).fill(0, 20, 24);
    sspiRefused('SEC_E_MESSAGE_ALTERED', () => pollute(wrong, () => server.unwrapMessage(changed)));
    assert.equal(hex(pollute(wrong, () => server.unwrapMessage(wrapped))), hex(message));
  });
});
