import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ContextFacade } from '../../src/sspi/context-facade.js';
import { KerberosAcceptor } from '../../src/sspi/kerberos/acceptor.js';
import { KerberosContext, type KerberosHandshake } from '../../src/sspi/kerberos/context.js';
import type { EtypeName } from '../../src/sspi/kerberos/crypto/etype.js';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import { serviceKeysOf } from '../../src/sspi/kerberos/keytab.js';
import { ReplayCache } from '../../src/sspi/kerberos/replay-cache.js';
import type { CheckedAccept, CheckedInitialize } from '../../src/sspi/provider.js';
import { temporaryFolder } from '../support/folders.js';
import { Kdc } from '../support/kdc.js';
import { ETYPE_NUMBERS, etypeOf } from '../support/kerberos.js';
import { flipped } from '../support/sspi.js';
import { authenticate, requestTicket } from './kdc-client.js';
import { Lines, PeerRefusal } from './lines.js';
import { assertAgreement, assertSameKey } from './messages.js';
import { OurSide } from './ours.js';
import { PeerContext } from './peer-context.js';
import { startProgram } from './program.js';
import { connect, establish, type Pair } from './side.js';

const PASSWORD = 'Pässwörd-1';
const RC4 = 23;
const ALLOW_WEAK = ['rc4-hmac'] as const;
const BINDINGS = Uint8Array.from(Buffer.from('tls-exporter:0123456789abcdef'));
const OTHER_BINDINGS = Uint8Array.from(Buffer.from('tls-exporter:fedcba9876543210'));

const folder = temporaryFolder();
const kdc = new Kdc(folder);
let program: ReturnType<typeof startProgram>;
let lines: Lines;
let contexts = 0;

before(async () => {
  await kdc.start();
  for (const number of ETYPE_NUMBERS) {
    const { name } = etypeOf(number);
    kdc.addPrincipal(`user-${name}`, PASSWORD, name, '+requires_preauth');
    kdc.addPrincipal(`HTTP/${name}`, PASSWORD, name);
  }
  program = startProgram('mit_kerberos.py', folder);
  lines = new Lines(program.stdout, program.stdin);
  program.once('close', () => lines.end(new Error('mit_kerberos.py ended')));
});
after(async () => {
  program.stdin.end();
  await kdc.stop();
});

async function open(role: string, fields: Readonly<Record<string, unknown>>): Promise<PeerContext> {
  const context = contexts++;
  await lines.call({ call: role, context, package: 'Kerberos', ...fields });
  return new PeerContext((call, more) => lines.call({ call, context, ...more }));
}

const bindingsField = (bindings?: Uint8Array) =>
  bindings === undefined ? {} : { bindings: Buffer.from(bindings).toString('hex') };

interface MitClient {
  readonly etype: EtypeName;
  readonly bindings?: Uint8Array;
  readonly mutual?: boolean;
}

function mitClient({ etype, bindings, mutual = true }: MitClient): Promise<PeerContext> {
  const identity = { domain: '', user: '', password: '' };
  const fields = { ...identity, target: `HTTP@${etype}`, mutual };
  return open('initiator', { ...fields, ...bindingsField(bindings) });
}

const mitServer = (bindings?: Uint8Array) => open('acceptor', bindingsField(bindings));

/** A context of ours as a program gets it. */
function sideOf(handshake: KerberosHandshake): OurSide {
  const info = { name: 'Kerberos', comment: '', rpcId: 16, maxToken: 48_000, capabilities: [] };
  return new OurSide(new ContextFacade(new KerberosContext(info, handshake), false));
}

const replayCache = new ReplayCache(300);

async function ourServer(options: Partial<CheckedAccept> = {}): Promise<OurSide> {
  const keys = serviceKeysOf(readFileSync(join(folder, 'keytab')), ALLOW_WEAK);
  const settings = { keys, replayCache, allowWeak: ALLOW_WEAK, skew: 300 };
  const defaults = { flags: [], channelBindingPolicy: 'require', allowWeak: [] } as const;
  return sideOf(new KerberosAcceptor(settings, { ...defaults, ...options }));
}

async function ourClient(
  etype: number,
  options: Partial<CheckedInitialize> = {},
): Promise<OurSide> {
  const { name } = etypeOf(etype);
  const granting = await authenticate(kdc, `user-${name}`, PASSWORD, etype);
  const { reply, part } = await requestTicket(kdc, ['HTTP', name], etype, granting);
  const { crealm, cname, ticket } = reply;
  const own = { ticket: ticket.der, sessionKey: part.key, crealm, cname };
  const flags = etype === RC4 ? [] : (['integrity', 'confidentiality'] as const);
  const checked = { flags, allowWeak: [], ...options };
  return sideOf(new KerberosInitiator(own, checked, ALLOW_WEAK));
}

const AES256 = 'aes256-cts-hmac-sha1-96';

for (const number of ETYPE_NUMBERS) {
  const { name } = etypeOf(number);
  // RFC 4121 protects no messages with rc4-hmac.
  const assertAgreed = number === RC4 ? assertSameKey : assertAgreement;
  const { keyLength: key, checksumLength } = etypeOf(number);
  const lengths = { key, signature: 16 + checksumLength, trailer: 48 + checksumLength };
  const agree = (pair: Pair) => assertAgreed(pair, lengths);
  describe(`Kerberos contexts with ${name}`, () => {
    it("MIT's client and our server agree, with mutual authentication", async () => {
      const pair = await connect(mitClient({ etype: name }), ourServer());
      await agree(pair);
      const context = (pair.server as OurSide).context;
      assert.equal(context.queryContextAttributes('names').userName, 'alice@EXAMPLE.TEST');
      assert.ok(context.queryContextAttributes('flags').includes('mutual-auth'));
    });

    it("MIT's client and our server agree, without mutual authentication", async () => {
      await agree(await connect(mitClient({ etype: name, mutual: false }), ourServer()));
    });

    it("our client and MIT's server agree, with mutual authentication", async () => {
      const flags = ['mutual-auth', ...(number === RC4 ? [] : ['confidentiality'])] as never;
      const pair = await connect(ourClient(number, { flags }), mitServer());
      await agree(pair);
      const server = pair.server as PeerContext;
      assert.equal(await server.initiator(), `user-${name}@EXAMPLE.TEST`);
    });

    it("our client and MIT's server agree, without mutual authentication", async () => {
      await agree(await connect(ourClient(number), mitServer()));
    });
  });
}

describe('Kerberos contexts with MIT', () => {
  it('sign in the form of a sealed message, both ways', async () => {
    const server = await ourServer();
    const client = await mitClient({ etype: AES256 });
    await establish({ client, server });
    const message = Uint8Array.from(Buffer.from('pay 10 to Bob'));
    const sealed = server.context.encryptMessage(message, { encrypt: false });
    assert.deepEqual(Buffer.from(sealed.data), Buffer.from(message));
    assert.deepEqual(
      Buffer.from(await client.unsealWithoutEncryption(sealed)),
      Buffer.from(message),
    );
    const { trailer, data } = await client.sealWithoutEncryption(message);
    const wrapped = Buffer.concat([trailer, data]);
    const opened = server.context.unwrapMessage(wrapped, { encrypt: false });
    assert.deepEqual(Buffer.from(opened), Buffer.from(message));
    assert.deepEqual(server.context.queryContextAttributes('sizes'), {
      maxToken: 48_000,
      maxSignature: 28,
      blockSize: 0,
      securityTrailer: 60,
    });
  });

  it('our server compares channel bindings as its policy says', async () => {
    const attempt = (bindings: Uint8Array | undefined, options: Partial<CheckedAccept>) =>
      connect(
        mitClient({ etype: AES256, ...(bindings && { bindings }) }),
        ourServer({ channelBindings: BINDINGS, ...options }),
      );
    const different = { code: 'SEC_E_BAD_BINDINGS', message: /differ/ };
    const absent = { code: 'SEC_E_BAD_BINDINGS', message: /has no channel bindings/ };
    await attempt(BINDINGS, {});
    await assert.rejects(attempt(OTHER_BINDINGS, {}), different);
    await assert.rejects(attempt(undefined, {}), absent);
    await attempt(BINDINGS, { channelBindingPolicy: 'accept' });
    await attempt(undefined, { channelBindingPolicy: 'accept' });
    await assert.rejects(attempt(OTHER_BINDINGS, { channelBindingPolicy: 'accept' }), different);
    await attempt(OTHER_BINDINGS, { channelBindingPolicy: 'ignore' });
    await connect(mitClient({ etype: AES256, bindings: BINDINGS }), ourServer());
  });

  it("MIT's server compares our channel bindings", async () => {
    const attempt = (bindings?: Uint8Array) =>
      connect(
        ourClient(18, { ...(bindings && { channelBindings: bindings }) }),
        mitServer(BINDINGS),
      );
    await attempt(BINDINGS);
    await assert.rejects(attempt(OTHER_BINDINGS), PeerRefusal);
    await attempt();
  });

  it('our server accepts only its targets', async () => {
    const attempt = (targets: readonly string[]) =>
      connect(mitClient({ etype: AES256 }), ourServer({ targets }));
    await attempt(['ldap/other', `http/${AES256.toUpperCase()}`]);
    await assert.rejects(attempt(['HTTP/other']), { code: 'SEC_E_WRONG_PRINCIPAL' });
  });

  it("our server rejects an AP-REQ of MIT's client that is replayed", async () => {
    const client = await mitClient({ etype: AES256 });
    const { token } = await client.step(new Uint8Array(0));
    await (await ourServer()).step(token);
    await assert.rejects((await ourServer()).step(token), { code: 'SEC_E_OUT_OF_SEQUENCE' });
  });

  it('both reject an altered bit of a signature or a sealed message', async () => {
    const message = Uint8Array.from(Buffer.from('pay 10 to Bob'));
    for (let bit = 0; bit < 8 * 60; bit += 7) {
      const client = await mitClient({ etype: AES256 });
      const server = await ourServer();
      await establish({ client, server });
      const { trailer, data } = server.context.encryptMessage(message);
      const isRotation = bit >> 4 === 3;
      if (isRotation) continue;
      await assert.rejects(client.unseal({ trailer: flipped(trailer, bit), data }), PeerRefusal);
      const sealed = await client.seal(message);
      assert.throws(
        () =>
          server.context.unwrapMessage(flipped(Buffer.concat([sealed.trailer, sealed.data]), bit)),
        { code: 'SEC_E_MESSAGE_ALTERED' },
      );
      if (bit >= 8 * 28) continue;
      const signature = server.context.makeSignature(message);
      await assert.rejects(client.verify(message, flipped(signature, bit)), PeerRefusal);
      const theirs = await client.sign(message);
      assert.throws(() => server.context.verifySignature(message, flipped(theirs, bit)), {
        code: 'SEC_E_MESSAGE_ALTERED',
      });
    }
  });
});
