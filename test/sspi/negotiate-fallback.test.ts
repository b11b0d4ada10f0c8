import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { encodeKrbError } from '../../src/sspi/kerberos/messages/krb-error.js';
import { decodeNegTokenInit, NTLM } from '../../src/sspi/spnego/token.js';
import { type CredentialsRequest, type NegotiateMechanism, SspiError } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { PATIENT } from '../support/patience.js';
import { IDENTITY, sspi, sspiRejected } from '../support/sspi.js';
import { IDENTITY as ALICE, TARGET, TestKdc, writeConfiguration } from '../support/test-kdc.js';

const BOTH: readonly NegotiateMechanism[] = ['Kerberos', 'NTLM'];
const REALM = 'TESTDOM';
const folder = temporaryFolder();
const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

/** A krb5.conf whose realm has one KDC. */
function configurationOf(port: number): string {
  const file = join(folder, `krb5-${port}.conf`);
  const realms = `[realms]\n${REALM} = {\n  kdc = 127.0.0.1:${port}\n}\n`;
  writeFileSync(file, `[libdefaults]\ndns_lookup_kdc = false\n${realms}`);
  return file;
}

/** A KDC that gives each request this answer, or none. */
async function startKdc(answer: Uint8Array | undefined): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      if (answer === undefined) return;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(answer.length);
      socket.end(Buffer.concat([length, answer]));
    });
    socket.unref();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return configurationOf((server.address() as AddressInfo).port);
}

const krbError = (errorCode: number) =>
  encodeKrbError({
    stime: Math.floor(Date.now() / 1000),
    susec: 0,
    errorCode,
    realm: REALM,
    sname: { nameType: 2, nameString: ['krbtgt', REALM] },
  });

const acquire = (configFile: string, request: Partial<CredentialsRequest>) =>
  sspi.acquireCredentialsHandle({
    package: 'Negotiate',
    use: 'outbound',
    identity: IDENTITY,
    kerberos: { configFile, timeout: PATIENT },
    ...request,
  });

/** The mechanisms of the first token. */
async function offerOf(configFile: string, request: Partial<CredentialsRequest>) {
  const credentials = await acquire(configFile, request);
  const context = sspi.initializeSecurityContext(credentials, { target: 'HTTP/srv1.test' });
  return decodeNegTokenInit((await context.step()).token).mechTypes;
}

describe('a client without a KDC', () => {
  it('uses NTLM only if the list has it', async () => {
    const unknown = join(folder, 'no-realm.conf');
    writeFileSync(unknown, '[libdefaults]\ndns_lookup_kdc = false\n');
    const silent = await startKdc(undefined);
    for (const configFile of [silent, configurationOf(1), unknown]) {
      const kerberos = { configFile, timeout: 300 };
      const code = 'SEC_E_NO_AUTHENTICATING_AUTHORITY';
      for (const request of [{ negotiate: ['Kerberos'] }, { package: 'Kerberos' }] as const) {
        await sspiRejected(code, acquire(configFile, { ...request, kerberos }));
      }
      for (const negotiate of [BOTH, ['NTLM', 'Kerberos']] as const) {
        assert.deepEqual(await offerOf(configFile, { negotiate, kerberos }), [NTLM]);
      }
    }
  });

  it('fails with mutual authentication, which NTLM lacks, and says why Kerberos is not there', async () => {
    const configFile = await startKdc(undefined);
    const kerberos = { configFile, timeout: 300 };
    const credentials = await acquire(configFile, { negotiate: BOTH, kerberos });
    const begin = () => sspi.initializeSecurityContext(credentials, { flags: ['mutual-auth'] });
    assert.throws(begin, (error: SspiError) => {
      assert.equal(error.code, 'SEC_E_UNSUPPORTED_FUNCTION');
      assert.ok(error.cause instanceof SspiError);
      assert.equal(error.cause.code, 'SEC_E_NO_AUTHENTICATING_AUTHORITY');
      assert.match(error.cause.message, /127\.0\.0\.1/);
      return true;
    });
  });
});

describe('a client whose KDC answers', () => {
  it('has no other mechanism after a rejection', async () => {
    for (const [errorCode, code] of [
      [6, 'SEC_E_LOGON_DENIED'],
      [18, 'SEC_E_LOGON_DENIED'],
      [24, 'SEC_E_LOGON_DENIED'],
      [37, 'SEC_E_TIME_SKEW'],
      [14, 'SEC_E_KDC_UNKNOWN_ETYPE'],
    ] as const) {
      const file = await startKdc(krbError(errorCode));
      await sspiRejected(code, acquire(file, { negotiate: BOTH }));
    }
  });

  it('has no other mechanism after an invalid answer', async () => {
    for (const answer of [new Uint8Array(0), Uint8Array.of(0x6b, 3, 0x30, 1, 0)]) {
      const file = await startKdc(answer);
      await sspiRejected('SEC_E_INVALID_TOKEN', acquire(file, { negotiate: BOTH }));
    }
  });

  it('has no other mechanism after half an answer, or a referral to what is no realm', async () => {
    const kdc = await new TestKdc().start();
    after(() => kdc.stop());
    const configFile = writeConfiguration(folder, { [ALICE.domain]: [kdc.port] });
    const kerberos = { configFile, timeout: PATIENT };
    const request = { identity: ALICE, kerberos, negotiate: BOTH };
    const begin = async (identity = ALICE) => {
      const credentials = await acquire(configFile, { ...request, identity });
      return sspi.initializeSecurityContext(credentials, { target: TARGET }).step();
    };
    kdc.falsehood = { connect: (socket) => socket.end(Uint8Array.of(0, 0, 1, 0, 0x6b)) };
    await sspiRejected('SEC_E_INVALID_TOKEN', begin());
    kdc.falsehood = { answer: () => kdc.error(68, { crealm: 'A B' }) };
    const enterprise = { ...ALICE, user: 'alice@example.org' };
    await sspiRejected('SEC_E_INVALID_TOKEN', begin(enterprise));
    const sname = { nameType: 2, nameString: ['krbtgt', 'A B'] };
    kdc.falsehood = {
      alter: ({ part }, { type }) =>
        type === 'AS-REQ'
          ? {}
          : { ticket: { realm: ALICE.domain, sname }, part: { ...part, sname } },
    };
    await sspiRejected('SEC_E_INVALID_TOKEN', begin());
  });
});

describe('the mechanisms of a client', () => {
  it('follow from its secret if there is no list', async () => {
    const file = configurationOf(1);
    const withPassword = { kerberos: undefined };
    assert.deepEqual(await offerOf(file, withPassword), [NTLM]);
    const ntHash = new Uint8Array(16).fill(1);
    const identity = { user: 'alice', domain: REALM, ntHash };
    assert.deepEqual(await offerOf(file, { ...withPassword, identity }), [NTLM]);
    const credentialCache = join(folder, 'no-tickets');
    const cached = { identity: { credentialCache } };
    await sspiRejected('SEC_E_NO_CREDENTIALS', acquire(file, cached));
    await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', acquire(file, { ...cached, negotiate: BOTH }));
  });

  it('take no options of a mechanism that is not among them', async () => {
    const file = configurationOf(1);
    await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', acquire(file, {}));
    await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', acquire(file, { negotiate: ['NTLM'] }));
  });
});
