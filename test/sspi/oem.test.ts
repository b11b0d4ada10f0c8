import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AV_ID } from '../../src/sspi/ntlm/av-pairs.js';
import { decodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { flagsOf, hasFlag, type NtlmFlag } from '../../src/sspi/ntlm/flags.js';
import { encodeNegotiate } from '../../src/sspi/ntlm/negotiate-message.js';
import { utf16 } from '../../src/sspi/utf16.js';
import type {
  AcceptOptions,
  AccountLookup,
  SecurityContext,
  SspiErrorCode,
} from '../../src/sspi.js';
import { hex, interopToken } from '../support/ntlm.js';
import { type OemLogon, oemAuthenticate } from '../support/oem-client.js';
import { ascii, contexts, refuseAll, sspi, sspiRejected } from '../support/sspi.js';

const CURL = interopToken('oem-negotiate-curl');
const BASE = ['NEGOTIATE_OEM', 'NEGOTIATE_NTLM', 'NEGOTIATE_EXTENDED_SESSIONSECURITY'] as const;

interface Logon extends OemLogon {
  readonly negotiate?: Uint8Array;
  readonly package?: string;
  readonly accept?: AcceptOptions;
}

async function serverOf({ package: name = 'NTLM', accept }: Logon = {}): Promise<SecurityContext> {
  const { server } = await contexts({ package: name, ...(accept && { accept }) });
  return server;
}

/** Logs on a client without Unicode, and returns the context of the server. */
async function logOn(logon: Logon = {}): Promise<SecurityContext> {
  const server = await serverOf(logon);
  const { token } = await server.step(logon.negotiate ?? CURL);
  const { done } = await server.step(oemAuthenticate(token, logon));
  assert.ok(done);
  return server;
}

const refuses = (code: SspiErrorCode, logon: Logon) => sspiRejected(code, logOn(logon));
const offering = (...flags: NtlmFlag[]) => encodeNegotiate(flagsOf(...BASE, ...flags));

describe('a client without Unicode', () => {
  for (const name of ['NTLM', 'Negotiate']) {
    it(`gets a challenge in OEM with AV_PAIRs in UTF-16: ${name}`, async () => {
      const server = await serverOf({ package: name });
      const { token } = await server.step(CURL);
      const { flags, targetInfo } = decodeChallenge(token);
      assert.ok(hasFlag(flags, 'NEGOTIATE_OEM'));
      assert.ok(!hasFlag(flags, 'NEGOTIATE_UNICODE'));
      const view = Buffer.from(token);
      const start = view.readUInt32LE(16);
      assert.equal(view.toString('latin1', start, start + view.readUInt16LE(12)), 'TESTDOM');
      const domain = targetInfo.get(AV_ID.MsvAvNbDomainName) ?? token;
      assert.equal(hex(domain), hex(utf16('TESTDOM')));
    });

    it(`logs on with the right password only: ${name}`, async () => {
      const server = await logOn({ package: name });
      const { userName } = server.queryContextAttributes('names');
      assert.equal(userName, 'TESTDOM\\alice');
      assert.equal(server.queryContextAttributes('sizes').maxSignature, 0);
      await refuses('SEC_E_LOGON_DENIED', { package: name, password: 'other' });
      await refuses('SEC_E_LOGON_DENIED', { package: name, user: 'bob' });
      await refuses('SEC_E_LOGON_DENIED', { package: name, user: '' });
      await refuses('SEC_E_LOGON_DENIED', { package: name, domain: '', user: 'TESTDOM\\alice' });
    });
  }

  it('gets Unicode if it offers both, and is rejected if it offers neither', async () => {
    const server = await serverOf();
    const both = offering('NEGOTIATE_UNICODE');
    const { flags } = decodeChallenge((await server.step(both)).token);
    assert.ok(hasFlag(flags, 'NEGOTIATE_UNICODE'));
    assert.ok(!hasFlag(flags, 'NEGOTIATE_OEM'));
    const neither = encodeNegotiate(flagsOf('NEGOTIATE_NTLM'));
    const second = await serverOf();
    const error = await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', second.step(neither));
    assert.match(error.message, /neither Unicode nor OEM/);
    refuseAll(second);
  });

  it('has names in the encoding of the challenge, whatever its own flags', async () => {
    await logOn({ flags: 0 });
    await logOn({ flags: flagsOf('NEGOTIATE_UNICODE') });
    await refuses('SEC_E_LOGON_DENIED', { encoding: 'utf16le' });
    const both = offering('NEGOTIATE_UNICODE');
    const oem = flagsOf('NEGOTIATE_OEM');
    await logOn({ negotiate: both, encoding: 'utf16le', flags: oem });
    const odd = { negotiate: both, user: 'bobby', flags: oem };
    await refuses('SEC_E_INVALID_TOKEN', odd);
  });

  it('is rejected with a clear error for a name that is not ASCII, and its account is not looked up', async () => {
    const asked: string[] = [];
    const accounts: AccountLookup = ({ user }) => {
      asked.push(user);
      return { password: 'Passw0rd!' };
    };
    for (const [field, name] of Object.entries({
      user: 'UserName',
      domain: 'DomainName',
      workstation: 'Workstation',
    })) {
      for (const text of ['j\xfcrgen', '\x80', '\xff']) {
        const { server } = await contexts({ accounts });
        const { token } = await server.step(CURL);
        const step = server.step(oemAuthenticate(token, { [field]: text }));
        const error = await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', step);
        assert.match(error.message, new RegExp(`^${name} has characters above 0x7f`));
        assert.ok(!error.message.includes(text));
        refuseAll(server);
      }
    }
    assert.deepEqual(asked, []);
  });

  it('is rejected by a server whose name is not ASCII; other clients are not', async () => {
    const credentials = await sspi.acquireCredentialsHandle({
      package: 'NTLM',
      use: 'inbound',
      accounts: () => undefined,
      names: { computer: 'B\xdcRO', domain: 'B\xdcRO' },
    });
    const step = (token: Uint8Array) => sspi.acceptSecurityContext(credentials).step(token);
    const error = await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', step(CURL));
    assert.match(error.message, /^this server's name has characters above 0x7f/);
    assert.ok((await step(offering('NEGOTIATE_UNICODE'))).token.length > 0);
  });

  it('gets no weaker checks', async () => {
    // Signing, its strength, target information, channel bindings, targets and the MIC are checked as usual.
    await refuses('SEC_E_UNSUPPORTED_FUNCTION', { accept: { flags: ['integrity'] } });
    const weak = encodeNegotiate(flagsOf('NEGOTIATE_OEM', 'NEGOTIATE_NTLM', 'NEGOTIATE_SIGN'));
    await refuses('SEC_E_UNSUPPORTED_FUNCTION', { negotiate: weak });
    for (const id of [AV_ID.MsvAvTimestamp, AV_ID.MsvAvNbDomainName, AV_ID.MsvAvDnsComputerName]) {
      const pairs = [[id, new Uint8Array(8)]] as const;
      await refuses('SEC_E_MESSAGE_ALTERED', { pairs });
    }
    const channelBindings = ascii('tls-exporter:x');
    await refuses('SEC_E_BAD_BINDINGS', { accept: { channelBindings } });
    await refuses('SEC_E_WRONG_PRINCIPAL', { accept: { targets: ['HTTP/www'] } });
    const named = [[AV_ID.MsvAvTargetName, utf16('HTTP/www')]] as const;
    await logOn({ accept: { targets: ['HTTP/www'] }, pairs: named });
    // The client names the target, and marks it as one from an untrusted source.
    const untrusted = [...named, [AV_ID.MsvAvFlags, Uint8Array.of(4, 0, 0, 0)]] as const;
    await refuses('SEC_E_WRONG_PRINCIPAL', { accept: { targets: ['HTTP/www'] }, pairs: untrusted });
    await logOn({ pairs: untrusted });
    // If its flag is set, the MIC must be present and valid.
    const flagged = [[AV_ID.MsvAvFlags, Uint8Array.of(2, 0, 0, 0)]] as const;
    await refuses('SEC_E_MESSAGE_ALTERED', { pairs: flagged });
  });

  it('is never our own client, whatever a server answers', async () => {
    const { client, server } = await contexts();
    const { token } = await server.step((await client.step()).token);
    const challenge = Buffer.from(token);
    const swapped = (challenge.readUInt32LE(20) & ~1) | flagsOf('NEGOTIATE_OEM');
    challenge.writeUInt32LE(swapped >>> 0, 20);
    await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', client.step(challenge));
  });
});
