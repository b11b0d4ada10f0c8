import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { type NegotiateOptions, negotiate } from '../../src/http-auth.js';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import { type ContextFlag, openSspi, type SecurityContext } from '../../src/sspi.js';
import { issueTicket, newServiceKey } from '../support/kerberos-ticket.js';
import { KERBEROS_ONLY, KEY, newClient } from '../support/negotiate.js';
import { accounts, ServerBench } from './support/server-bench.js';
import { codeOf, fieldsOf, logOn, RawClient } from './support/server-client.js';

const { keytab } = KERBEROS_ONLY;
const KERBEROS = { keytab, accounts: undefined };
const MUTUAL: readonly ContextFlag[] = ['integrity', 'mutual-auth'];

const authorizationOf = (token: Uint8Array) =>
  `Authorization: Negotiate ${Buffer.from(token).toString('base64')}`;

/** The token in the one challenge of an answer. */
function tokenOf(answer: Parameters<typeof fieldsOf>[0]): Uint8Array {
  const [challenge = ''] = fieldsOf(answer, 'www-authenticate');
  return new Uint8Array(Buffer.from(challenge.split(' ')[1] ?? '', 'base64'));
}

/** Sends the first token of a client. */
async function send(raw: RawClient, client: SecurityContext) {
  return raw.request([authorizationOf((await client.step()).token)]);
}

describe('a server with a keytab', () => {
  it('authenticates each request by one token, and proves its identity on the answer', async () => {
    await using bench = await ServerBench.open(KERBEROS);
    using raw = await RawClient.open(bench.port);
    assert.deepEqual(fieldsOf(await raw.request(), 'www-authenticate'), ['Negotiate']);
    for (let turn = 0; turn < 2; turn++) {
      const client = newClient({ flags: MUTUAL });
      const answer = await send(raw, client);
      assert.equal(answer.body, 'alice@EXAMPLE.TEST false 0');
      assert.equal((await client.step(tokenOf(answer))).done, true);
    }
    assert.equal((await raw.request()).status, 401);
    const [event] = bench.events;
    const { scheme, package: name, user, domain } = event?.auth ?? {};
    assert.deepEqual(
      [scheme, name, user, domain],
      ['Negotiate', 'Kerberos', 'alice', 'EXAMPLE.TEST'],
    );
  });

  it('keeps the user of the connection if the option persist says so', async () => {
    await using bench = await ServerBench.open({ ...KERBEROS, persist: { Kerberos: true } });
    using raw = await RawClient.open(bench.port);
    await send(raw, newClient());
    assert.equal((await raw.request()).body, 'alice@EXAMPLE.TEST true 0');
  });

  it('takes bare tokens of Kerberos, and rejects replays, other keys and NTLM', async () => {
    await using bench = await ServerBench.open(KERBEROS);
    using raw = await RawClient.open(bench.port);
    const options = { flags: ['integrity'], allowWeak: [] } as const;
    const first = (key = KEY) =>
      authorizationOf(
        new KerberosInitiator(issueTicket(key), options).step(new Uint8Array()).token,
      );
    const field = first();
    assert.equal((await raw.request([field])).status, 200);
    assert.equal((await raw.request([field])).status, 401);
    assert.equal((await raw.request([first(newServiceKey(18))])).status, 401);
    assert.equal((await send(raw, newClient({ mechanisms: ['NTLM'] }))).status, 401);
    assert.deepEqual(
      bench.events.map((event) => codeOf(event)),
      [undefined, 'SEC_E_OUT_OF_SEQUENCE', 'SEC_E_MESSAGE_ALTERED', 'SEC_E_SECPKG_NOT_FOUND'],
    );
  });

  it('takes a token of 48,000 bytes', async () => {
    await using bench = await ServerBench.open({ ...KERBEROS, http: { maxHeaderSize: 98_304 } });
    using raw = await RawClient.open(bench.port);
    const authorizationData = [{ adType: 1, adData: new Uint8Array(47_000) }];
    const ticket = issueTicket(KEY, { part: { authorizationData } });
    const kerberos = new KerberosInitiator(ticket, { flags: MUTUAL, allowWeak: [] });
    const client = newClient({ flags: MUTUAL, kerberos });
    const { token } = await client.step();
    assert.ok(token.length > 47_000 && token.length < 49_000);
    const answer = await raw.request([authorizationOf(token)]);
    assert.equal(answer.body, 'alice@EXAMPLE.TEST false 0');
    assert.equal((await client.step(tokenOf(answer))).done, true);
  });

  it('checks the targets of tickets', async () => {
    const targets = ['HTTP/other.example.test'];
    await using bench = await ServerBench.open({ ...KERBEROS, targets });
    using raw = await RawClient.open(bench.port);
    assert.equal((await send(raw, newClient())).status, 401);
    assert.equal(codeOf(bench.events[0]), 'SEC_E_WRONG_PRINCIPAL');
  });

  it('names a principal with separators without ambiguity', async () => {
    await using bench = await ServerBench.open(KERBEROS);
    using raw = await RawClient.open(bench.port);
    for (const [nameString, user] of [
      [['HTTP', 'www'], 'HTTP/www'],
      [['a@b', 'c'], 'a\\@b/c'],
      [['EXAMPLE\\bob'], 'EXAMPLE\\\\bob'],
    ] as const) {
      const cname = { nameType: 1, nameString: [...nameString] };
      const ticket = { ...issueTicket(KEY, { part: { cname } }), cname };
      const kerberos = new KerberosInitiator(ticket, { flags: ['integrity'], allowWeak: [] });
      const answer = await send(raw, newClient({ kerberos }));
      assert.equal(answer.body, `${user}@EXAMPLE.TEST false 0`);
      const { auth } = bench.events.at(-1) ?? {};
      assert.deepEqual([auth?.user, auth?.domain], [user, 'EXAMPLE.TEST']);
    }
  });

  it('takes NTLM too if it has accounts', async () => {
    await using bench = await ServerBench.open({ keytab });
    using raw = await RawClient.open(bench.port);
    assert.deepEqual(fieldsOf(await raw.request(), 'www-authenticate'), ['Negotiate', 'NTLM']);
    for (const options of [{}, { scheme: 'Negotiate' }, { scheme: 'Negotiate', package: 'NTLM' }]) {
      const answer = await logOn(raw, 'user0', options as Parameters<typeof logOn>[2]);
      assert.equal(answer.body, 'EXAMPLE\\user0 false 0');
    }
    const answer = await send(raw, newClient({ flags: MUTUAL }));
    assert.equal(answer.body, 'alice@EXAMPLE.TEST false 0');
    // The user of NTLM is gone with the logon of Kerberos, which does not persist.
    assert.equal((await raw.request()).status, 401);
  });

  it('reads the keytab at the first request, and tells if it cannot', async () => {
    await using bench = await ServerBench.open({ ...KERBEROS, keytab: '/nowhere/keytab' });
    using raw = await RawClient.open(bench.port);
    assert.equal((await send(raw, newClient())).status, 503);
    assert.equal(codeOf(bench.events[0]), 'SEC_E_NO_CREDENTIALS');
    assert.match(bench.events[0]?.advice ?? '', /a keytab is read at the first logon/);
  });

  it('offers with credentials the schemes of their mechanisms', async () => {
    const sspi = openSspi({ provider: 'portable' });
    for (const [secrets, schemes] of [
      [{ keytab }, ['Negotiate']],
      [{ keytab, accounts }, ['Negotiate', 'NTLM']],
      [{ accounts }, ['Negotiate', 'NTLM']],
    ] as const) {
      using credentials = await sspi.acquireCredentialsHandle({
        package: 'Negotiate',
        use: 'inbound',
        ...secrets,
      });
      await using bench = await ServerBench.open({ sspi, credentials });
      using raw = await RawClient.open(bench.port);
      assert.deepEqual(fieldsOf(await raw.request(), 'www-authenticate'), schemes);
    }
  });

  it('overwrites its copy of a keytab if another option is wrong', () => {
    const bytes = encodeKeytab(KEY);
    const copies: Uint8Array[] = [];
    const { set } = Uint8Array.prototype;
    Uint8Array.prototype.set = function (source, offset) {
      if (source.length === bytes.length) copies.push(this);
      set.call(this, source, offset);
    };
    try {
      for (const wrong of [{ persist: 5 }, { schemes: [] }, { sspi: {} }, { accounts: 1 }]) {
        const options = { keytab: bytes, ...wrong } as unknown as NegotiateOptions;
        assert.throws(() => negotiate(options));
      }
    } finally {
      Uint8Array.prototype.set = set;
    }
    assert.equal(copies.length, 4);
    for (const copy of copies) assert.ok(copy.every((byte) => byte === 0));
  });

  it('leaves the bytes of the caller as they are', async () => {
    const bytes = encodeKeytab(KEY);
    const copy = new Uint8Array(bytes);
    const bench = await ServerBench.open({ keytab: bytes, accounts });
    await bench[Symbol.asyncDispose]();
    assert.deepEqual(bytes, copy);
  });
});
