import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { ContextFlag } from '../../../src/sspi.js';
import { hex } from '../../support/ntlm.js';
import {
  ascii,
  contexts,
  handshake,
  IDENTITY,
  type PairOptions,
  pair,
  refuseAll,
  sspiRefused,
  sspiRejected,
} from '../../support/sspi.js';
import type { SspiUnderTest } from './under-test.js';

const message = ascii('message');
const LONGEST = new Uint8Array(65_535);

/** The calls of a client besides its messages. */
export function describeContexts(provider: SspiUnderTest): void {
  const clients = provider.open();

  for (const name of provider.packages) {
    const with_ = (setting: PairOptions = {}): PairOptions => ({
      package: name,
      clients,
      ...setting,
    });

    describe(`${provider.name}: contexts of ${name}`, () => {
      it('are established with the right password, and have attributes', async () => {
        const { client, server } = await pair(with_());
        for (const context of [client, server]) {
          const flags = context.queryContextAttributes('flags');
          for (const flag of ['integrity', 'confidentiality'] as const) {
            assert.ok(flags.includes(flag), `${flags}`);
          }
          assert.equal(context.queryContextAttributes('negotiationInfo').package.name, 'NTLM');
          const { maxSignature, blockSize, securityTrailer } =
            context.queryContextAttributes('sizes');
          assert.deepEqual([maxSignature, blockSize, securityTrailer], [16, 0, 16]);
          assert.deepEqual(context.queryContextAttributes('keyInfo'), {
            signatureAlgorithmName: 'HMAC-MD5',
            encryptAlgorithmName: 'RSADSI RC4',
            keySize: 128,
            signatureAlgorithm: 0xffffff76,
            encryptAlgorithm: 0x6801,
          });
        }
        assert.deepEqual(server.queryContextAttributes('names'), { userName: 'TESTDOM\\alice' });
        for (const context of [client, server]) {
          const query = () => context.queryContextAttributes('authorizationData');
          const { message } = sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', query);
          assert.match(message, /only a Kerberos server of the portable provider/);
        }
        if (provider.tellsKeys) {
          const [one, other] = [client, server].map((context) =>
            hex(context.queryContextAttributes('sessionKey')),
          );
          assert.equal(one, other);
        }
      });

      it('are not established with a wrong password, user or domain', async () => {
        const wrong = [{ password: 'wrong' }, { user: 'mallory' }, { domain: 'OTHER' }];
        for (const change of wrong) {
          const identity = { ...IDENTITY, ...change };
          await sspiRejected('SEC_E_LOGON_DENIED', pair(with_({ identity })));
        }
      });

      it('are not established if the package cannot provide a required flag', async () => {
        const flags: ContextFlag[] = ['integrity', 'mutual-auth'];
        const attempt = async () => pair(with_({ initialize: { flags } }));
        await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', attempt());
      });

      it('throw SEC_E_INVALID_HANDLE before they are complete', async () => {
        const { client, server } = await contexts(with_());
        for (const context of [client, server]) refuseAll(context);
        const { token } = await client.step();
        await server.step(token);
        for (const context of [client, server]) refuseAll(context);
      });

      it('throw SEC_E_INVALID_HANDLE after close(), which may be called again', async () => {
        const complete = await pair(with_());
        const incomplete = await contexts(with_());
        await incomplete.client.step();
        for (const { client, server } of [complete, incomplete]) {
          for (const context of [client, server]) {
            context.close();
            context[Symbol.dispose]();
            refuseAll(context);
            await sspiRejected('SEC_E_INVALID_HANDLE', context.step());
            context.close();
          }
        }
      });

      it('throw SEC_E_INVALID_HANDLE after an invalid token', async () => {
        const wrong = [ascii('x'), ascii('NTLMSSP\0'), LONGEST, new Uint8Array(0)];
        for (const token of wrong) {
          const { client } = await contexts(with_());
          await client.step();
          await assert.rejects(client.step(token), { name: 'SspiError' });
          refuseAll(client);
          await sspiRejected('SEC_E_INVALID_HANDLE', client.step(token));
        }
      });

      it('reject a step once they are complete, and continue', async () => {
        const { client, server } = await pair(with_());
        for (const token of [undefined, message, LONGEST]) {
          await sspiRejected('SEC_E_INVALID_HANDLE', client.step(token));
        }
        server.verifySignature(message, client.makeSignature(message));
        await assert.rejects(client.step(new Uint8Array(65_536)), RangeError);
      });

      it('reject a second step at the same time, and the first continues', async () => {
        const both = await contexts(with_());
        const pending = both.client.step();
        await sspiRejected('SEC_E_INVALID_HANDLE', both.client.step());
        refuseAll(both.client);
        const { token: challenge } = await both.server.step((await pending).token);
        const last = both.client.step(challenge);
        // The caller may reuse the token.
        challenge.fill(0);
        const { token: answer } = await both.server.step((await last).token);
        if (answer.length > 0) await both.client.step(answer);
        both.server.verifySignature(message, both.client.makeSignature(message));
      });

      it('stay closed if they are closed during a step', async () => {
        const { client } = await contexts(with_());
        const pending = client.step();
        client.close();
        await sspiRejected('SEC_E_INVALID_HANDLE', pending);
        refuseAll(client);
      });

      it('outlive their credentials, which then make no new contexts', async () => {
        const identity = IDENTITY;
        const request = { package: name, use: 'outbound', identity } as const;
        const credentials = await clients.acquireCredentialsHandle(request);
        const client = clients.initializeSecurityContext(credentials);
        credentials.close();
        credentials[Symbol.dispose]();
        const { server } = await contexts(with_());
        await handshake({ client, server });
        server.verifySignature(message, client.makeSignature(message));
        sspiRefused('SEC_E_INVALID_HANDLE', () => clients.initializeSecurityContext(credentials));
      });

      it('show no secret to util.inspect and JSON', async () => {
        const { client } = await pair(with_());
        const request = { package: name, use: 'outbound', identity: IDENTITY } as const;
        const credentials = await clients.acquireCredentialsHandle(request);
        for (const thing of [client, credentials, clients]) {
          const text = inspect(thing, { depth: 9, showHidden: true }) + JSON.stringify(thing);
          for (const secret of ['Passw0rd', 'alice']) assert.ok(!text.includes(secret), text);
        }
      });
    });
  }

  describe(`${provider.name}: packages`, () => {
    it('are found by name in any case', async () => {
      const names = clients.enumerateSecurityPackages().map((info) => info.name);
      for (const name of provider.packages) {
        assert.ok(names.includes(name));
        assert.equal(clients.querySecurityPackageInfo(name.toLowerCase()).name, name);
      }
    });

    it('are reported as missing if they do not exist', async () => {
      for (const name of ['ntlmv1', 'NTLM ', 'x'.repeat(1024)]) {
        const request = { package: name, use: 'outbound', identity: IDENTITY } as const;
        sspiRefused('SEC_E_SECPKG_NOT_FOUND', () => clients.querySecurityPackageInfo(name));
        const acquired = clients.acquireCredentialsHandle(request);
        await sspiRejected('SEC_E_SECPKG_NOT_FOUND', acquired);
      }
    });
  });
}
