import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { type Credentials, openSspi, type SspiErrorCode } from '../../src/sspi.js';
import { etypeOf } from '../support/kerberos.js';
import { PATIENT } from '../support/patience.js';
import { flipped } from '../support/sspi.js';
import { PeerRefusal } from './lines.js';
import { MitRealm, PASSWORD } from './mit-realm.js';
import { OurSide } from './ours.js';
import { PeerContext } from './peer-context.js';
import { establish, type Side } from './side.js';

// Each forgery is judged by MIT Kerberos and by the package, as client and as server.

const MESSAGE = Uint8Array.from(Buffer.from('pay 10 to Bob'));
const HEADER = 16;
/** Where EC and RRC are in a Wrap token (RFC 4121 4.2.6.2). */
const [EC, RRC] = [4, 6];

/** All bits of the first; of the other, whose tokens differ only in their MAC, each 13th. */
const ETYPES = [
  { number: 18, step: 1 },
  { number: 19, step: 13 },
];

const realm = new MitRealm();
const sspi = openSspi({ provider: 'portable' });
let inbound: Credentials;
let outbound: Credentials;

before(async () => {
  await realm.start();
  const base = { package: 'Kerberos' } as const;
  const keytab = join(realm.folder, 'keytab');
  inbound = await sspi.acquireCredentialsHandle({ ...base, use: 'inbound', keytab });
  outbound = await sspi.acquireCredentialsHandle({
    ...base,
    use: 'outbound',
    identity: { user: `user-${etypeOf(18).name}`, domain: 'EXAMPLE.TEST', password: PASSWORD },
    kerberos: { configFile: join(realm.folder, 'krb5.conf'), timeout: PATIENT },
  });
});
after(() => realm.stop());

/** One direction of an established context. */
interface Link {
  readonly name: string;
  readonly sender: Side;
  readonly receiver: Side;
  /** The key usage of the sender's Wrap tokens (RFC 4121 2). */
  readonly usage: 22 | 24;
}

/** Both directions of a context of each role. */
async function connectAll(etype: number): Promise<Link[]> {
  const { name } = etypeOf(etype);
  const flags = ['mutual-auth', 'confidentiality', 'integrity'] as const;
  const options = { target: `HTTP/${name}`, flags };
  const ourServer = new OurSide(sspi.acceptSecurityContext(inbound));
  const ourClient = new OurSide(sspi.initializeSecurityContext(outbound, options));
  const mitClient = await realm.gss.client({ target: `HTTP@${name}` });
  const mitServer = await realm.gss.server();
  await establish({ client: ourClient, server: mitServer });
  await establish({ client: mitClient, server: ourServer });
  return [
    { name: "our client to MIT's server", sender: ourClient, receiver: mitServer, usage: 24 },
    { name: "MIT's server to our client", sender: mitServer, receiver: ourClient, usage: 22 },
    { name: "MIT's client to our server", sender: mitClient, receiver: ourServer, usage: 24 },
    { name: "our server to MIT's client", sender: ourServer, receiver: mitClient, usage: 22 },
  ];
}

/** Asserts that the receiver rejects it, ours with one of the codes. */
async function refuses(
  { name, receiver }: Link,
  what: string,
  attempt: () => Promise<unknown>,
  ...codes: SspiErrorCode[]
): Promise<void> {
  const check = (error: unknown) =>
    receiver instanceof OurSide
      ? codes.includes((error as { code: SspiErrorCode }).code)
      : error instanceof PeerRefusal;
  await assert.rejects(attempt(), check, `${what}, ${name}`);
}

/** A Wrap token. */
async function wrap({ sender }: Link, isSealed = true): Promise<Uint8Array> {
  const { trailer, data } = await (isSealed ? sender.seal(MESSAGE) : sign(sender));
  return new Uint8Array(Buffer.concat([trailer, data]));
}

function sign(sender: Side) {
  if (sender instanceof PeerContext) return sender.sealWithoutEncryption(MESSAGE);
  return (sender as OurSide).context.encryptMessage(MESSAGE, { encrypt: false });
}

async function unwrap({ receiver }: Link, token: Uint8Array, isSealed = true) {
  if (receiver instanceof OurSide)
    return receiver.context.unwrapMessage(token, { encrypt: isSealed });
  const sealed = { trailer: token.subarray(0, HEADER), data: token.subarray(HEADER) };
  const peer = receiver as PeerContext;
  return isSealed ? peer.unseal(sealed) : peer.unsealWithoutEncryption(sealed);
}

async function accepts(link: Link, token: Uint8Array, isSealed = true): Promise<void> {
  const message = await unwrap(link, token, isSealed);
  assert.deepEqual(Buffer.from(message), Buffer.from(MESSAGE), link.name);
}

/** The token with its body rotated `count` bytes to the right (RFC 4121 4.2.5). */
function rotated(token: Uint8Array, count: number): Uint8Array {
  const copy = Buffer.from(token);
  const body = Buffer.from(token.subarray(HEADER));
  const left = copy.readUInt16BE(RRC) + 2 * body.length - (count % body.length);
  copy.writeUInt16BE(count, RRC);
  for (let index = 0; index < body.length; index++) {
    copy[HEADER + index] = body[(left + index) % body.length] as number;
  }
  return new Uint8Array(copy);
}

/** A token of whoever has the key: `inner` is the EC that is encrypted, `outer` that of the header. */
async function tokenWithExtraCount(
  link: Link,
  etype: number,
  { inner, outer = inner, filler }: { inner: number; outer?: number; filler: number },
): Promise<Uint8Array> {
  const header = Buffer.from((await wrap(link)).subarray(0, HEADER));
  header.writeUInt16BE(0, RRC);
  header.writeUInt16BE(inner, EC);
  const key = new ProtocolKey(etypeOf(etype), await link.sender.sessionKey());
  const ciphertext = key.encrypt(link.usage, MESSAGE, new Uint8Array(filler), header);
  header.writeUInt16BE(outer, EC);
  return new Uint8Array(Buffer.concat([header, ciphertext]));
}

const ALTERED = 'SEC_E_MESSAGE_ALTERED';
const OUT_OF_SEQUENCE = 'SEC_E_OUT_OF_SEQUENCE';
const INVALID = 'SEC_E_INVALID_TOKEN';

for (const { number, step } of ETYPES) {
  describe(`forged messages of Kerberos with ${etypeOf(number).name}`, () => {
    it('no altered bit of a signature or its message is accepted, and then the original is', async () => {
      for (const link of await connectAll(number)) {
        const { sender, receiver } = link;
        const signature = await sender.sign(MESSAGE);
        for (let bit = 0; bit < 8 * signature.length; bit += step) {
          const altered = flipped(signature, bit);
          await refuses(link, `bit ${bit}`, () => receiver.verify(MESSAGE, altered), ALTERED);
        }
        for (const bit of [0, 8 * MESSAGE.length - 1]) {
          const altered = flipped(MESSAGE, bit);
          await refuses(link, `text ${bit}`, () => receiver.verify(altered, signature), ALTERED);
        }
        for (const length of [0, HEADER, signature.length - 1, signature.length + 1]) {
          const cut = new Uint8Array(length);
          cut.set(signature.subarray(0, length));
          await refuses(link, `length ${length}`, () => receiver.verify(MESSAGE, cut), INVALID);
        }
        await receiver.verify(MESSAGE, signature);
      }
    });

    for (const isSealed of [true, false]) {
      const kind = isSealed ? 'an encrypted' : 'a signed';
      it(`no altered bit of ${kind} Wrap token is accepted, and then the original is`, async () => {
        for (const link of await connectAll(number)) {
          const token = await wrap(link, isSealed);
          for (let bit = 0; bit < 8 * token.length; bit += step) {
            const altered = flipped(token, bit);
            await refuses(link, `bit ${bit}`, () => unwrap(link, altered, isSealed), ALTERED);
          }
          await accepts(link, token, isSealed);
        }
      });

      it(`no piece of ${kind} Wrap token is accepted, nor one with a byte more`, async () => {
        for (const link of await connectAll(number)) {
          const token = await wrap(link, isSealed);
          for (let length = 0; length < token.length; length += step) {
            const cut = token.subarray(0, length);
            const attempt = () => unwrap(link, cut, isSealed);
            await refuses(link, `length ${length}`, attempt, ALTERED, INVALID);
          }
          const longer = new Uint8Array(Buffer.concat([token, Buffer.of(0)]));
          await refuses(link, 'longer', () => unwrap(link, longer, isSealed), ALTERED);
          await accepts(link, token, isSealed);
        }
      });
    }

    it('every rotation of the same bytes is accepted (RFC 4121 4.2.5)', async () => {
      for (const link of await connectAll(number)) {
        for (const count of [0, 1, 16, 28, 61, 1000, 65_535]) {
          await accepts(link, rotated(await wrap(link), count));
        }
      }
    });

    it('an extra count is accepted only if it is the encrypted one (RFC 4121 4.2.4)', async () => {
      for (const link of await connectAll(number)) {
        const make = (counts: Parameters<typeof tokenWithExtraCount>[2]) =>
          tokenWithExtraCount(link, number, counts);
        // Others pad: MS-KILE 3.4.5.4.1 has EC 16.
        for (const inner of [0, 1, 16, 300])
          await accepts(link, await make({ inner, filler: inner }));
        // CVE-2024-37370: the header alone would cut the message.
        for (const outer of [1, 5, 13, 65_535]) {
          const forged = await make({ inner: 0, outer, filler: 0 });
          await refuses(link, `EC ${outer}`, () => unwrap(link, forged), ALTERED);
        }
        const beyond = await make({ inner: 14, filler: 0 });
        await refuses(link, 'EC beyond the message', () => unwrap(link, beyond), ALTERED);
      }
    });

    it('no token of another kind, direction or context is accepted', async () => {
      const others = await connectAll(number);
      for (const [index, link] of (await connectAll(number)).entries()) {
        const { sender, receiver } = link;
        const signature = await receiver.sign(MESSAGE);
        const reflected = () => receiver.verify(MESSAGE, signature);
        await refuses(link, 'a reflected signature', reflected, ALTERED);
        const back = await wrap({ ...link, sender: receiver });
        await refuses(link, 'a reflected message', () => unwrap(link, back), ALTERED);
        const other = others[index] as Link;
        const strange = await other.sender.sign(MESSAGE);
        const elsewhere = () => receiver.verify(MESSAGE, strange);
        await refuses(link, 'a signature of another context', elsewhere, ALTERED);
        const strangeToken = await wrap(other);
        const unwrapped = () => unwrap(link, strangeToken);
        await refuses(link, 'a message of another context', unwrapped, ALTERED);
        const mic = await sender.sign(MESSAGE);
        await refuses(link, 'a MIC token as a Wrap token', () => unwrap(link, mic, false), ALTERED);
      }
    });

    it('no message is accepted twice', async () => {
      for (const link of await connectAll(number)) {
        const token = await wrap(link);
        await accepts(link, token);
        await refuses(link, 'a replay', () => unwrap(link, token), OUT_OF_SEQUENCE);
        const signature = await link.sender.sign(MESSAGE);
        await link.receiver.verify(MESSAGE, signature);
        const replay = () => link.receiver.verify(MESSAGE, signature);
        await refuses(link, 'a replayed signature', replay, OUT_OF_SEQUENCE);
      }
    });
  });
}

describe('where MIT Kerberos and the package differ', () => {
  it('MIT goes on after a gap, and the package waits for the missing message (RFC 2743 1.2.3)', async () => {
    for (const link of await connectAll(18)) {
      const [first, second] = [await wrap(link), await wrap(link)];
      await refuses(link, 'the second first', () => unwrap(link, second), OUT_OF_SEQUENCE);
      if (link.receiver instanceof OurSide) {
        await accepts(link, first);
        await accepts(link, second);
      } else {
        await refuses(link, 'the first after it', () => unwrap(link, first));
        await refuses(link, 'the second again', () => unwrap(link, second));
      }
    }
  });

  it('the package rejects a signed message in place of an encrypted one, MIT reports it as conf_state (RFC 2743 2.3.4)', async () => {
    for (const link of await connectAll(18)) {
      const token = await wrap(link, false);
      if (link.receiver instanceof OurSide) {
        const attempt = () => unwrap(link, token, true);
        await refuses(link, 'a signed message', attempt, 'SEC_E_QOP_NOT_SUPPORTED');
      }
      await accepts(link, token, false);
    }
  });
});
