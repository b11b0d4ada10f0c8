import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { EtypeName } from '../../src/sspi/kerberos/crypto/etype.js';
import { decodeApReq } from '../../src/sspi/kerberos/messages/ap-request.js';
import {
  type AcceptOptions,
  type Credentials,
  type InitializeOptions,
  openSspi,
} from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { ETYPE_NUMBERS, etypeOf } from '../support/kerberos.js';
import { PATIENT } from '../support/patience.js';
import { flipped } from '../support/sspi.js';
import { PeerRefusal } from './lines.js';
import { assertAgreement, assertSameKey } from './messages.js';
import { type MitClientOptions, MitGss, MitRealm, PASSWORD } from './mit-realm.js';
import { OurSide } from './ours.js';
import type { PeerContext } from './peer-context.js';
import { connect, establish, type Pair } from './side.js';

const RC4 = 23;
const ALLOW_WEAK = ['rc4-hmac'] as const;
const BINDINGS = Uint8Array.from(Buffer.from('tls-exporter:0123456789abcdef'));
const OTHER_BINDINGS = Uint8Array.from(Buffer.from('tls-exporter:fedcba9876543210'));

const realm = new MitRealm();

before(async () => {
  await realm.start();
  const keytab = join(realm.folder, 'keytab');
  credentials = await sspi.acquireCredentialsHandle({
    package: 'Kerberos',
    use: 'inbound',
    keytab,
  });
});
after(() => realm.stop());

interface MitClient extends Omit<MitClientOptions, 'target'> {
  readonly etype: EtypeName;
}

const mitClient = ({ etype, ...options }: MitClient): Promise<PeerContext> =>
  realm.gss.client({ target: `HTTP@${etype}`, ...options });
const mitServer = (bindings?: Uint8Array) => realm.gss.server(bindings);

const sspi = openSspi({ provider: 'portable' });
let credentials: Credentials;

async function ourServer(options: AcceptOptions = {}): Promise<OurSide> {
  return new OurSide(
    sspi.acceptSecurityContext(credentials, { allowWeak: ALLOW_WEAK, ...options }),
  );
}

async function ourClient(options: InitializeOptions = {}): Promise<OurSide> {
  const user = await sspi.acquireCredentialsHandle({
    package: 'Kerberos',
    use: 'outbound',
    identity: { user: `user-${AES256}`, domain: 'EXAMPLE.TEST', password: PASSWORD },
    kerberos: { configFile: join(realm.folder, 'krb5.conf'), timeout: PATIENT },
  });
  return new OurSide(
    sspi.initializeSecurityContext(user, { target: `HTTP/${AES256}`, ...options }),
  );
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
    const attempt = (bindings: Uint8Array | undefined, options: AcceptOptions) =>
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

  it('our server rejects a client that knows channel bindings and has none', async () => {
    const aware = temporaryFolder();
    for (const name of ['tickets', 'keytab'])
      copyFileSync(join(realm.folder, name), join(aware, name));
    const configuration = readFileSync(join(realm.folder, 'krb5.conf'), 'utf8');
    const option = '[libdefaults]\nclient_aware_channel_bindings = true';
    writeFileSync(join(aware, 'krb5.conf'), configuration.replace('[libdefaults]', option));
    const own = new MitGss(aware);
    const attempt = async (bindings?: Uint8Array) => {
      const client = await own.client({ target: `HTTP@${AES256}`, bindings });
      const { token } = await client.step(new Uint8Array(0));
      const server = await ourServer({ channelBindings: BINDINGS, channelBindingPolicy: 'accept' });
      await server.step(token);
    };
    try {
      await attempt(BINDINGS);
      await assert.rejects(attempt(), { code: 'SEC_E_BAD_BINDINGS' });
    } finally {
      own.stop();
    }
  });

  it("MIT's server compares our channel bindings", async () => {
    const attempt = (bindings?: Uint8Array) =>
      connect(ourClient(bindings && { channelBindings: bindings }), mitServer(BINDINGS));
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

  it('both reject a message that is replayed or reflected, or of another context', async () => {
    const message = Uint8Array.from(Buffer.from('pay 10 to Bob'));
    const newPair = async () => {
      const client = await mitClient({ etype: AES256 });
      const server = await ourServer();
      await establish({ client, server });
      return { client, server };
    };
    const [first, second] = [await newPair(), await newPair()];
    const ours = await first.server.sign(message);
    const theirs = await first.client.sign(message);
    await assert.rejects(second.client.verify(message, ours), PeerRefusal);
    await assert.rejects(first.client.verify(message, theirs), PeerRefusal);
    await assert.rejects(second.server.verify(message, theirs), { code: 'SEC_E_MESSAGE_ALTERED' });
    await assert.rejects(first.server.verify(message, ours), { code: 'SEC_E_MESSAGE_ALTERED' });
    await first.client.verify(message, ours);
    await first.server.verify(message, theirs);
    await assert.rejects(first.client.verify(message, ours), PeerRefusal);
    await assert.rejects(first.server.verify(message, theirs), { code: 'SEC_E_OUT_OF_SEQUENCE' });
  });

  it("MIT's server rejects altered bits of our AP-REQ, and we those of its AP-REP", async () => {
    const client = await ourClient({ flags: ['mutual-auth', 'integrity'] });
    const { token } = await client.step(new Uint8Array(0));
    const { authenticator, ticket } = decodeApReq(token.subarray(token.indexOf(0x6e)));
    for (const { cipher } of [authenticator, ticket.encPart]) {
      const start = Buffer.from(token).indexOf(cipher);
      for (let bit = 8 * start; bit < 8 * (start + cipher.length); bit += 61) {
        await assert.rejects((await mitServer()).step(flipped(token, bit)), PeerRefusal);
      }
    }
    const server = await mitServer();
    const answer = await server.step(token);
    await assert.rejects((await mitServer()).step(token), PeerRefusal);
    await client.step(answer.token);
    await client.verify(token, await server.sign(token));
    const other = await ourClient({ flags: ['mutual-auth', 'integrity'] });
    await other.step(new Uint8Array(0));
    await assert.rejects(other.step(answer.token), { code: 'SEC_E_MESSAGE_ALTERED' });
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
