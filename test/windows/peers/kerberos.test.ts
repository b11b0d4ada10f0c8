import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { openSspi, type SspiError } from '../../../src/sspi.js';
import type { Account } from '../../peers/accounts.js';
import { PeerRefusal } from '../../peers/lines.js';
import { clientOf, type OurSide } from '../../peers/ours.js';
import type { PeerContext } from '../../peers/peer-context.js';
import { establish, type Side } from '../../peers/side.js';
import { flipped, type OnItsWay } from '../../support/sspi.js';
import { RemotePeer } from './remote-peer.js';

const mit = await RemotePeer.connect('KERBEROS_PORT');
after(() => mit.stop());

const sspi = openSspi({ provider: 'windows' });
const MESSAGE = Buffer.from('pay 10 to Bob');
const ALICE: Account = { domain: 'EXAMPLE.TEST', user: 'alice', password: 'SecREt01' };
const FLAGS = [
  'mutual-auth',
  'replay-detect',
  'sequence-detect',
  'integrity',
  'confidentiality',
] as const;

interface Setting {
  readonly package?: 'Kerberos' | 'Negotiate';
  readonly account?: Account | undefined;
  readonly target?: string;
}

async function connected(
  setting: Setting = {},
  onItsWay?: OnItsWay,
): Promise<{ client: OurSide; server: PeerContext }> {
  const { account, target = 'HTTP/srv' } = setting;
  const options = { package: setting.package ?? 'Kerberos' } as const;
  const client = await clientOf(sspi, account, { ...options, target, flags: FLAGS });
  const server = await mit.server(options);
  await establish({ client, server }, onItsWay);
  return { client, server };
}

for (const name of ['Kerberos', 'Negotiate'] as const) {
  for (const account of [undefined, ALICE]) {
    const who = account === undefined ? 'the user of the process' : 'an explicit identity';

    describe(`Windows' client of ${name} and MIT's server, as ${who}`, () => {
      it('authenticate each other', async () => {
        const { client, server } = await connected({ package: name, account });
        assert.equal(await server.initiator(), 'alice@EXAMPLE.TEST');
        const { context } = client;
        assert.deepEqual(context.queryContextAttributes('flags').toSorted(), FLAGS.toSorted());
        assert.equal(context.queryContextAttributes('negotiationInfo').package.name, 'Kerberos');
        // Wine's sizes, and a block size, which NTLM has not.
        const { maxSignature, blockSize, securityTrailer } =
          context.queryContextAttributes('sizes');
        assert.deepEqual([maxSignature, blockSize, securityTrailer], [37, 1, 49]);
      });

      it('exchange signed and sealed messages', async () => {
        const { client, server } = await connected({ package: name, account });
        for (const length of [1, 16, 1000, 65_537]) {
          const message = Buffer.alloc(length, length);
          for (const [from, to] of [
            [client, server],
            [server, client],
          ] as readonly (readonly [Side, Side])[]) {
            const signature = await from.sign(message);
            // Shorter than cbMaxSignature: RFC 4121 4.2.6.1 with a checksum of 12 bytes.
            assert.equal(signature.length, 28);
            await to.verify(message, signature);
            const sealed = await from.seal(message);
            assert.deepEqual([sealed.trailer.length, sealed.data.length], [60, length]);
            assert.deepEqual(Buffer.from(await to.unseal(sealed)), message);
          }
        }
      });
    });
  }
}

describe("Windows' client of Kerberos and MIT's server refuse", () => {
  const ends = (bytes: Uint8Array) => [flipped(bytes, 0), flipped(bytes, 8 * bytes.length - 1)];
  const refuses = (side: Side, attempt: Promise<unknown>) =>
    assert.rejects(attempt, 'context' in side ? { name: 'SspiError' } : PeerRefusal);
  const ways = async (): Promise<readonly (readonly [Side, Side])[]> => {
    const [one, other] = [await connected(), await connected()];
    return [
      [one.client, one.server],
      [other.server, other.client],
    ];
  };

  it('signed messages that are altered', async () => {
    for (const [from, to] of await ways()) {
      const signature = await from.sign(MESSAGE);
      for (const message of ends(MESSAGE)) await refuses(to, to.verify(message, signature));
      for (const altered of ends(signature)) await refuses(to, to.verify(MESSAGE, altered));
      await refuses(to, to.verify(MESSAGE, signature.subarray(0, 16)));
    }
  });

  it('sealed messages that are altered', async () => {
    for (const [from, to] of await ways()) {
      const { trailer, data } = await from.seal(MESSAGE);
      for (const other of ends(trailer)) await refuses(to, to.unseal({ trailer: other, data }));
      for (const other of ends(data)) await refuses(to, to.unseal({ trailer, data: other }));
    }
  });

  it('messages that come again', async () => {
    for (const [from, to] of await ways()) {
      const signature = await from.sign(MESSAGE);
      await to.verify(MESSAGE, signature);
      await refuses(to, to.verify(MESSAGE, signature));
      const sealed = await from.seal(MESSAGE);
      await to.unseal(sealed);
      await refuses(to, to.unseal(sealed));
    }
  });

  it('messages of their own', async () => {
    for (const [, to] of await ways()) {
      await refuses(to, to.verify(MESSAGE, await to.sign(MESSAGE)));
      await refuses(to, to.unseal(await to.seal(MESSAGE)));
    }
  });

  it('a message that is signed and not encrypted, where it should be', async () => {
    const { client, server } = await connected();
    const open = await server.sealWithoutEncryption(MESSAGE);
    await assert.rejects(client.unseal(open), { code: 'SEC_E_QOP_NOT_SUPPORTED' });
  });

  it('an answer of the server that is altered', async () => {
    const altering: OnItsWay = (token, number) => (number === 1 ? flipped(token, 799) : token);
    await assert.rejects(connected({}, altering), { name: 'SspiError' });
  });

  it('a server that the realm does not know, and a wrong password', async () => {
    const fails = async (setting: Setting) => {
      await assert.rejects(connected(setting), ({ name, os }: SspiError) => {
        assert.equal(name, 'SspiError');
        assert.ok(os !== undefined && os.status !== 0);
        return true;
      });
    };
    await fails({ target: 'HTTP/elsewhere' });
    await fails({ account: { ...ALICE, password: 'SecREt02' } });
  });
});

describe("a message in one piece of MIT's GSS_Wrap", () => {
  it('is beyond Wine, whose Kerberos has no SECBUFFER_STREAM', async () => {
    const { client, server } = await connected();
    const { trailer, data } = await server.seal(MESSAGE);
    const wrapped = Buffer.concat([data, trailer]);
    assert.throws(() => client.context.unwrapMessage(wrapped), { code: 'SEC_E_INVALID_TOKEN' });
  });
});
