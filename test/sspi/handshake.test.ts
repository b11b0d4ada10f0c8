import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ntHashOf } from '../../src/sspi/crypto/nt-hash.js';
import { AV_ID } from '../../src/sspi/ntlm/av-pairs.js';
import type { AccountLookup, ContextFlag } from '../../src/sspi.js';
import { ALICE, authenticateWithoutMic } from '../support/authenticate.js';
import { hex } from '../support/ntlm.js';
import {
  ACCOUNTS,
  ascii,
  contexts,
  flipped,
  handshake,
  IDENTITY,
  type PairOptions,
  pair,
  sspi,
  sspiRefused,
  sspiRejected,
  tamperWith,
} from '../support/sspi.js';

const PACKAGES = ['NTLM', 'Negotiate'];

for (const name of PACKAGES) {
  describe(`handshake: ${name}`, () => {
    const with_ = (setting: PairOptions): PairOptions => ({ package: name, ...setting });
    const denied = (setting: PairOptions) =>
      sspiRejected('SEC_E_LOGON_DENIED', pair(with_(setting)));

    it('gives both sides one key, one name and the same attributes', async () => {
      const { client, server } = await pair({ package: name });
      for (const context of [client, server]) {
        assert.deepEqual(context.queryContextAttributes('names'), { userName: 'TESTDOM\\alice' });
        assert.deepEqual(context.queryContextAttributes('flags'), [
          'integrity',
          'replay-detect',
          'sequence-detect',
          'confidentiality',
        ]);
        assert.equal(context.queryContextAttributes('packageInfo').name, name);
        assert.equal(context.queryContextAttributes('negotiationInfo').package.name, 'NTLM');
        const { maxToken, ...sizes } = context.queryContextAttributes('sizes');
        assert.deepEqual(sizes, { maxSignature: 16, blockSize: 0, securityTrailer: 16 });
        assert.equal(maxToken, name === 'NTLM' ? 2888 : 48_256);
      }
      const key = client.queryContextAttributes('sessionKey');
      assert.equal(key.length, 16);
      assert.equal(hex(server.queryContextAttributes('sessionKey')), hex(key));
      key.fill(0);
      assert.notEqual(hex(client.queryContextAttributes('sessionKey')), hex(key));
    });

    it('protects messages in both directions', async () => {
      const { client, server } = await pair({ package: name });
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        to.verifySignature(ascii('signed'), from.makeSignature(ascii('signed')));
        const { trailer, data } = from.encryptMessage(ascii('sealed'));
        assert.equal(hex(to.decryptMessage({ trailer, data })), hex(ascii('sealed')));
      }
    });

    it('accepts an NT hash in place of a password, on either side', async () => {
      const ntHash = ntHashOf('Passw0rd!');
      const { user, domain } = IDENTITY;
      await pair(with_({ identity: { user, domain, ntHash } }));
      await pair(with_({ accounts: () => ({ ntHash }) }));
      await pair(with_({ identity: { user, domain, ntHash }, accounts: () => ({ ntHash }) }));
      assert.equal(hex(ntHash), hex(ntHashOf('Passw0rd!')));
      await denied({ identity: { user, domain, ntHash: flipped(ntHash, 0) } });
      await denied({ accounts: () => ({ ntHash: flipped(ntHash, 127) }) });
    });

    it('accepts DOMAIN\\user and user@domain', async () => {
      const claims: unknown[] = [];
      const accounts: AccountLookup = async (claimed) => {
        claims.push(claimed);
        return { password: 'p' };
      };
      const names: string[] = [];
      for (const user of ['DOM\\bob', 'bob@dom.example', 'bob']) {
        const { server } = await pair(with_({ identity: { user, password: 'p' }, accounts }));
        names.push(server.queryContextAttributes('names').userName);
      }
      assert.deepEqual(claims, [
        { user: 'bob', domain: 'DOM', workstation: '' },
        { user: 'bob@dom.example', domain: '', workstation: '' },
        { user: 'bob', domain: '', workstation: '' },
      ]);
      assert.deepEqual(names, ['DOM\\bob', 'bob@dom.example', 'bob']);
    });

    it('rejects a wrong password, user or domain with one and the same error', async () => {
      const wrong = [
        { ...IDENTITY, password: 'Passw0rd?' },
        { ...IDENTITY, password: '' },
        { ...IDENTITY, user: 'mallory' },
        { ...IDENTITY, domain: 'OTHER' },
        { ...IDENTITY, domain: '' },
      ];
      const messages = new Set<string>();
      for (const identity of wrong) messages.add((await denied({ identity })).message);
      assert.equal(messages.size, 1);
      // NTOWFv2 keeps the case of the domain and ignores that of the user.
      await pair(with_({ identity: { ...IDENTITY, user: 'ALICE' } }));
      await denied({ identity: { ...IDENTITY, user: 'x' }, accounts: () => undefined });
      await denied({ identity: { ...IDENTITY, password: '' }, accounts: () => undefined });
    });

    it('fails if the lookup of accounts fails, and accepts no client', async () => {
      const cause = new Error('database down');
      const failing: AccountLookup[] = [
        () => Promise.reject(cause),
        () => {
          throw cause;
        },
        () => ({
          get password(): string {
            throw cause;
          },
        }),
      ];
      for (const accounts of failing) {
        const code = 'SEC_E_NO_AUTHENTICATING_AUTHORITY';
        const error = await sspiRejected(code, pair(with_({ accounts })));
        assert.equal(error.cause, cause);
        assert.equal(error.status, 0x80090311);
        assert.equal(error.hex, '0x80090311');
      }
      const both = { password: 'Passw0rd!', ntHash: ntHashOf('Passw0rd!') };
      const garbage = [
        true,
        'Passw0rd!',
        7,
        {},
        { password: 7 },
        { ntHash: 'x' },
        [],
        Symbol(),
        both,
      ];
      for (const answer of garbage) {
        const accounts = (() => answer) as unknown as AccountLookup;
        await assert.rejects(pair(with_({ accounts })), TypeError);
      }
      const long = () => ({ password: 'x'.repeat(1025) });
      await assert.rejects(pair(with_({ accounts: long })), RangeError);
      const short = () => ({ ntHash: new Uint8Array(15) });
      await assert.rejects(pair(with_({ accounts: short })), RangeError);
      await denied({ accounts: () => null });
    });

    it('provides the requested flags, and rejects a client that does not request a required flag', async () => {
      const flagsOfPair = async (client: ContextFlag[], server: ContextFlag[] = []) => {
        const both = await pair(
          with_({ initialize: { flags: client }, accept: { flags: server } }),
        );
        const [one, other] = [both.client, both.server].map((context) =>
          context.queryContextAttributes('flags'),
        );
        assert.deepEqual(one, other);
        return one;
      };
      const SIGNED = ['integrity', 'replay-detect', 'sequence-detect'];
      assert.deepEqual(await flagsOfPair([]), []);
      assert.deepEqual(await flagsOfPair(['integrity']), SIGNED);
      assert.deepEqual(await flagsOfPair(['replay-detect'], ['integrity']), SIGNED);
      assert.deepEqual(await flagsOfPair(['identify']), ['identify']);
      assert.deepEqual(await flagsOfPair(['confidentiality'], ['confidentiality', 'integrity']), [
        ...SIGNED,
        'confidentiality',
      ]);
      for (const [client, server] of [
        [[], ['integrity']],
        [['integrity'], ['confidentiality']],
        [['integrity'], ['identify']],
      ] as [ContextFlag[], ContextFlag[]][]) {
        await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', flagsOfPair(client, server));
      }
    });

    it('neither signs nor seals without integrity', async () => {
      const unsupported = (work: () => unknown) =>
        assert.throws(work, { code: 'SEC_E_UNSUPPORTED_FUNCTION', status: 0x80090302 });
      const message = ascii('message');
      const sealed = { trailer: new Uint8Array(16), data: message };
      const { client, server } = await pair(with_({ initialize: { flags: [] } }));
      for (const context of [client, server]) {
        const { maxSignature, securityTrailer } = context.queryContextAttributes('sizes');
        assert.deepEqual([maxSignature, securityTrailer], [0, 0]);
        unsupported(() => context.makeSignature(message));
        unsupported(() => context.verifySignature(message, new Uint8Array(16)));
        unsupported(() => context.makeSignatureBuffers([{ data: message }]));
        for (const encrypt of [true, false]) {
          unsupported(() => context.encryptMessage(message, { encrypt }));
          unsupported(() => context.decryptMessage(sealed, { encrypt }));
          unsupported(() => context.unwrapMessage(message, { encrypt }));
        }
      }
    });

    it('signs and encrypts with integrity alone', async () => {
      const message = ascii('a message of some length');
      const { client, server } = await pair(with_({ initialize: { flags: ['integrity'] } }));
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        const flags = from.queryContextAttributes('flags');
        assert.deepEqual(flags.toSorted(), ['integrity', 'replay-detect', 'sequence-detect']);
        const { maxSignature, securityTrailer } = from.queryContextAttributes('sizes');
        assert.deepEqual([maxSignature, securityTrailer], [16, 16]);
        to.verifySignature(message, from.makeSignature(message));
        const sealed = from.encryptMessage(message);
        assert.notEqual(hex(sealed.data), hex(message));
        const altered = { ...sealed, data: flipped(sealed.data, 5) };
        for (const wrong of [altered, { ...sealed, data: message }]) {
          sspiRefused('SEC_E_MESSAGE_ALTERED', () => to.decryptMessage(wrong));
        }
        assert.equal(hex(to.decryptMessage(sealed)), hex(message));
        sspiRefused('SEC_E_OUT_OF_SEQUENCE', () => to.decryptMessage(sealed));
      }
    });

    it('checks the target if the server requires one', async () => {
      const targets = ['HTTP/www.example.com', 'HTTP/www'];
      for (const target of ['HTTP/www', 'http/WWW.example.com']) {
        await pair(with_({ initialize: { target }, accept: { targets } }));
      }
      await pair(with_({ initialize: { target: 'cifs/other' } }));
      // The last begins with the Kelvin sign, whose lower case is that of K.
      for (const target of [undefined, 'HTTP/ww', 'cifs/www', 'HTTP/www.example.com.', '\u212a']) {
        const initialize = { target };
        const error = await sspiRejected(
          'SEC_E_WRONG_PRINCIPAL',
          pair(with_({ initialize, accept: { targets: [...targets, 'k'] } })),
        );
        assert.equal(error.status, 0x80090322);
        const named =
          target === undefined ? 'no target' : `${JSON.stringify(target)}, which is not in`;
        assert.ok(error.message.startsWith(`the client names ${named}`), error.message);
      }
      for (const target of ['a\u202eb', 'a'.repeat(256)]) {
        const setting = with_({ initialize: { target }, accept: { targets } });
        const error = await sspiRejected('SEC_E_WRONG_PRINCIPAL', pair(setting));
        assert.match(error.message, /^the client names another target, which is not in/);
      }
      await sspiRejected(
        'SEC_E_WRONG_PRINCIPAL',
        pair(with_({ initialize: { target: 'HTTP/www' }, accept: { targets: [] } })),
      );
    });

    it('checks channel bindings by the policy of the server', async () => {
      const [own, other] = [ascii('tls-exporter:own'), ascii('tls-exporter:other')];
      const bad = (setting: PairOptions) =>
        sspiRejected('SEC_E_BAD_BINDINGS', pair(with_(setting)));
      const client = { channelBindings: own };
      await pair(with_({ initialize: client, accept: { channelBindings: own } }));
      await pair(with_({ initialize: client }));
      for (const channelBindingPolicy of ['require', 'accept'] as const) {
        await bad({ initialize: client, accept: { channelBindings: other, channelBindingPolicy } });
      }
      await bad({ accept: { channelBindings: own } });
      // Zeros are no channel bindings.
      for (const channelBindingPolicy of ['require', 'accept'] as const) {
        const { client, server } = await contexts({
          accept: { channelBindings: own, channelBindingPolicy },
        });
        const { token } = await server.step((await client.step()).token);
        const zeros = [AV_ID.MsvAvChannelBindings, new Uint8Array(16)] as const;
        const last = server.step(authenticateWithoutMic(token, ALICE, [zeros]));
        if (channelBindingPolicy === 'accept') await last;
        else await sspiRejected('SEC_E_BAD_BINDINGS', last);
      }
      await bad({ initialize: client, accept: { channelBindings: other } });
      const accepting = { channelBindings: own, channelBindingPolicy: 'accept' } as const;
      await pair(with_({ initialize: client, accept: accepting }));
      await pair(with_({ accept: accepting }));
      const ignoring = { channelBindings: other, channelBindingPolicy: 'ignore' } as const;
      await pair(with_({ initialize: client, accept: ignoring }));
      await pair(with_({ accept: ignoring }));
    });

    it('lets the caller overwrite and transfer tokens', async () => {
      const given: Uint8Array[] = [];
      const overwrite = () => {
        for (const token of given) token.fill(0);
      };
      const accounts: AccountLookup = (claimed) => {
        overwrite();
        return ACCOUNTS(claimed);
      };
      await pair({ package: name, accounts }, (token) => {
        overwrite();
        const sent = new Uint8Array(token);
        token.fill(0);
        given.push(sent);
        return sent;
      });
      const { client, server } = await contexts({ package: name, initialize: { flags: [] } });
      let from = client;
      let token = ascii('');
      for (;;) {
        const step = await from.step(token);
        token = new Uint8Array(step.token);
        structuredClone(step.token, { transfer: [step.token.buffer as ArrayBuffer] });
        if (token.length === 0) break;
        from = from === client ? server : client;
      }
    });

    it('rejects each step out of order', async () => {
      const { client, server } = await contexts({ package: name });
      await sspiRejected('SEC_E_INVALID_TOKEN', server.step());
      await sspiRejected('SEC_E_INVALID_HANDLE', server.step(ascii('NTLMSSP\0')));
      await sspiRejected('SEC_E_INVALID_TOKEN', client.step(ascii('NTLMSSP\0')));
      await sspiRejected('SEC_E_INVALID_HANDLE', client.step());
      const complete = await pair({ package: name });
      for (const context of [complete.client, complete.server]) {
        await sspiRejected('SEC_E_INVALID_HANDLE', context.step());
        context.makeSignature(ascii('still fine'));
      }
    });

    it('rejects a replayed handshake in every context', async () => {
      const tokens: Uint8Array[] = [];
      const { server } = await pair({ package: name }, (token) => {
        tokens.push(token);
        return token;
      });
      const [first = ascii(''), , third = ascii('')] = tokens;
      await sspiRejected('SEC_E_INVALID_HANDLE', server.step(third));
      const other = await contexts({ package: name });
      await other.server.step(first);
      await sspiRejected('SEC_E_LOGON_DENIED', other.server.step(third));
      await sspiRejected('SEC_E_INVALID_HANDLE', other.server.step(third));
    });

    it('rejects tokens that are truncated or too long, at every length', async () => {
      const lengths = new Map<number, number>();
      await pair({ package: name }, (token, index) => {
        lengths.set(index, token.length);
        return token;
      });
      for (const [which, length] of lengths) {
        for (let size = 0; size < length; size += size < 90 ? 1 : 37) {
          const cut = tamperWith(which, (token) => token.subarray(0, size));
          const outcome = await pair({ package: name }, cut).then(
            () => 'accepted',
            (error) => error.code,
          );
          // A truncated token may still be a whole NEGOTIATE_MESSAGE: then the MIC does not match.
          const fine = ['SEC_E_INVALID_TOKEN', 'SEC_E_MESSAGE_ALTERED'];
          assert.ok(fine.includes(outcome), `token ${which} of ${size} bytes: ${outcome}`);
        }
      }
      const { server } = await contexts({ package: name });
      await assert.rejects(server.step(new Uint8Array(65_536)), RangeError);
    });
  });
}

describe('credentials', () => {
  it('require an identity or accounts', async () => {
    for (const use of ['outbound', 'inbound'] as const) {
      await sspiRejected(
        'SEC_E_NO_CREDENTIALS',
        sspi.acquireCredentialsHandle({ package: 'NTLM', use }),
      );
    }
  });

  it('require a known package', async () => {
    for (const name of ['Kerberos5', 'Schannel', 'ntlmv1']) {
      const request = { package: name, use: 'outbound', identity: IDENTITY } as const;
      const error = await sspiRejected(
        'SEC_E_SECPKG_NOT_FOUND',
        sspi.acquireCredentialsHandle(request),
      );
      assert.equal(error.status, 0x80090305);
    }
    const { package: info } = await sspi.acquireCredentialsHandle({
      package: 'negotiate',
      use: 'outbound',
      identity: IDENTITY,
    });
    assert.equal(info.name, 'Negotiate');
  });

  it('make no context after close(), and leave existing ones alone', async () => {
    const request = { package: 'NTLM', use: 'outbound', identity: IDENTITY } as const;
    const credentials = await sspi.acquireCredentialsHandle(request);
    const inbound = await sspi.acquireCredentialsHandle({
      package: 'NTLM',
      use: 'inbound',
      accounts: ACCOUNTS,
    });
    const client = sspi.initializeSecurityContext(credentials);
    const server = sspi.acceptSecurityContext(inbound);
    credentials.close();
    credentials.close();
    inbound[Symbol.dispose]();
    assert.throws(() => sspi.initializeSecurityContext(credentials), {
      code: 'SEC_E_INVALID_HANDLE',
    });
    assert.throws(() => sspi.acceptSecurityContext(inbound), { code: 'SEC_E_INVALID_HANDLE' });
    await handshake({ client, server });
  });
});
