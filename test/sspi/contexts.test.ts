import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { ContextFacade } from '../../src/sspi/context-facade.js';
import type { ProviderContext } from '../../src/sspi/provider.js';
import { openSspi, SspiError, type Step } from '../../src/sspi.js';
import { hex } from '../support/ntlm.js';
import {
  ascii,
  contexts,
  handshake,
  IDENTITY,
  pair,
  refuseAll,
  sspi,
  sspiRejected,
} from '../support/sspi.js';

const message = ascii('message');

describe('openSspi', () => {
  it('reports the provider and the reason', () => {
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

  it('rejects wrong options', () => {
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
        ['Kerberos', 16, 48_000],
        ['NTLM', 10, 2888],
      ],
    );
    packages.pop();
    assert.equal(sspi.querySecurityPackageInfo('ntlm').name, 'NTLM');
    assert.throws(() => Object.assign(sspi.querySecurityPackageInfo('NTLM'), { name: 'x' }));
    assert.throws(() => sspi.querySecurityPackageInfo('Schannel'), {
      code: 'SEC_E_SECPKG_NOT_FOUND',
    });
    assert.throws(() => sspi.querySecurityPackageInfo(7 as never), TypeError);
  });
});

describe('contexts', () => {
  it('throw SEC_E_INVALID_HANDLE after a failed handshake', async () => {
    const both = await contexts({ identity: { ...IDENTITY, password: 'wrong' } });
    await sspiRejected('SEC_E_LOGON_DENIED', handshake(both));
    refuseAll(both.server);
    await sspiRejected('SEC_E_INVALID_HANDLE', both.server.step(message));
  });

  it('reject a second step at the same time, and the first continues', async () => {
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
    // The caller may reuse the token.
    authenticate.fill(0);
    found({ password: 'Passw0rd!' });
    assert.equal((await pending).done, true);
    both.server.verifySignature(message, both.client.makeSignature(message));
  });

  it('stay closed if they are closed during a step', async () => {
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

  it('survive a lookup of accounts that calls them', async () => {
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

  it("close the provider's context, also after a failure and during a step", async () => {
    let closed = 0;
    let finish = (_: Step) => {};
    const nothing = () => assert.fail('was called');
    const make = (step: ProviderContext['step']) => {
      closed = 0;
      const close = () => {
        closed++;
      };
      const messages = {
        sign: nothing,
        verify: nothing,
        encrypt: nothing,
        decrypt: nothing,
        unwrap: nothing,
      };
      return new ContextFacade({ step, close, attribute: nothing, messages }, false);
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

  it('copy the arguments of the caller', async () => {
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

  it('show no secret to util.inspect and JSON', async () => {
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
