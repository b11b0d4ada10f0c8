import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { ContextFlag, SspiError } from '../../../src/sspi.js';
import type { Account } from '../../peers/accounts.js';
import { PeerRefusal } from '../../peers/lines.js';
import { clientOf, type OurSide, serverOf } from '../../peers/ours.js';
import type { PeerContext } from '../../peers/peer-context.js';
import { establish, type Pair, type Side } from '../../peers/side.js';
import { flipped, type Tamper } from '../../support/sspi.js';
import { openOverWine } from '../../support/sspi-wine.js';
import { ownAddon } from '../own-addon.js';
import { RemotePeer } from './remote-peer.js';

const mit = await RemotePeer.connect('KERBEROS_PORT');
after(() => mit.stop());

// Wine's Kerberos, through an adapter that gives it the shape of Windows: SECBUFFER_STREAM and TOKEN before DATA.
const opening = ownAddon().openSspi();
assert.ok('calls' in opening, JSON.stringify(opening));
const sspi = openOverWine(opening.calls);
const MESSAGE = Buffer.from('pay 10 to Bob');
const ALICE: Account = { domain: 'EXAMPLE.TEST', user: 'alice', password: 'SecREt01' };
const FLAGS = [
  'mutual-auth',
  'replay-detect',
  'sequence-detect',
  'integrity',
  'confidentiality',
] as const;

interface ContextSetup {
  readonly package?: 'Kerberos' | 'Negotiate';
  readonly account?: Account | undefined;
  readonly target?: string;
  readonly flags?: readonly ContextFlag[];
}

async function connected(
  setting: ContextSetup = {},
  tamper?: Tamper,
): Promise<{ client: OurSide; server: PeerContext }> {
  const { account, target = 'HTTP/srv', flags = FLAGS } = setting;
  const options = { package: setting.package ?? 'Kerberos' } as const;
  const client = await clientOf(sspi, account, { ...options, target, flags });
  const server = await mit.server(options);
  await establish({ client, server }, tamper);
  return { client, server };
}

async function passMessages(from: Side, to: Side): Promise<void> {
  for (const length of [0, 1, 16, 1000, 65_537, 2 ** 20]) {
    const message = Buffer.alloc(length, length);
    const signature = await from.sign(message);
    // Shorter than cbMaxSignature: RFC 4121 4.2.6.1 with a checksum of 12 bytes.
    assert.equal(signature.length, 28);
    await to.verify(message, signature);
    const sealed = await from.seal(message);
    assert.deepEqual([sealed.trailer.length, sealed.data.length], [60, length]);
    assert.deepEqual(Buffer.from(await to.unseal(sealed)), message);
  }
}

async function passWithoutEncryption({ context }: OurSide, peer: PeerContext): Promise<void> {
  const options = { encrypt: false };
  for (const length of [0, 1, 16, 1000, 65_537]) {
    const message = Buffer.alloc(length, length);
    const sealed = context.encryptMessage(message, options);
    assert.deepEqual([sealed.trailer.length, sealed.data.length], [28, length]);
    assert.deepEqual(Buffer.from(await peer.unsealWithoutEncryption(sealed)), message);
    const received = await peer.sealWithoutEncryption(message);
    assert.deepEqual(Buffer.from(context.decryptMessage(received, options)), message);
    const wrapped = Buffer.concat(Object.values(await peer.sealWithoutEncryption(message)));
    assert.deepEqual(Buffer.from(context.unwrapMessage(wrapped, options)), message);
  }
}

/** Any status: Wine's are more general than Windows'. */
async function failsIn(functionName: string, attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, ({ name, status, os }: SspiError) => {
    assert.deepEqual([name, os?.function, os?.status], ['SspiError', functionName, status]);
    return status !== 0;
  });
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
        // NTLM has no block size.
        const { maxSignature, blockSize, securityTrailer } =
          context.queryContextAttributes('sizes');
        assert.deepEqual([maxSignature, blockSize, securityTrailer], [37, 1, 60]);
      });

      it('exchange signed and sealed messages', async () => {
        const { client, server } = await connected({ package: name, account });
        await passMessages(client, server);
        await passMessages(server, client);
      });

      it('exchange messages that are sealed without encryption', async () => {
        const { client, server } = await connected({ package: name, account });
        await passWithoutEncryption(client, server);
      });
    });
  }
}

const SERVED = [
  { name: "MIT's client", client: () => mit.client(ALICE, { package: 'Kerberos' }) },
  {
    name: "Windows' client",
    client: () =>
      clientOf(sspi, undefined, { package: 'Kerberos', target: 'HTTP/srv', flags: FLAGS }),
  },
];

for (const { name, client } of SERVED) {
  for (const mechanism of ['Kerberos', 'Negotiate'] as const) {
    describe(`${name} of Kerberos and Windows' server of ${mechanism}`, () => {
      const options = { package: mechanism, flags: FLAGS };
      const served = async (tamper?: Tamper) => {
        const pair = { client: await client(), server: await serverOf(sspi, options) };
        await establish(pair, tamper);
        return pair;
      };

      it('authenticate each other', async () => {
        const { server } = await served();
        const given = server.context.queryContextAttributes('flags');
        assert.deepEqual(given.toSorted(), FLAGS.toSorted());
      });

      it('exchange signed and sealed messages', async () => {
        const pair: Pair = await served();
        await passMessages(pair.client, pair.server);
        await passMessages(pair.server, pair.client);
      });

      it('reject a ticket that is altered', async () => {
        const altering: Tamper = (token, number) =>
          number === 0 ? flipped(token, 8 * token.length - 9) : token;
        await failsIn('AcceptSecurityContext', served(altering));
      });
    });
  }
}

describe("Windows' server of Kerberos", () => {
  it('rejects a client that does not request a required flag', async () => {
    const setting = { package: 'Kerberos', target: 'HTTP/srv' } as const;
    const client = await clientOf(sspi, undefined, { ...setting, flags: [] });
    const server = await serverOf(sspi, { package: 'Kerberos', flags: ['replay-detect'] });
    const both = establish({ client, server });
    await assert.rejects(both, { code: 'SEC_E_UNSUPPORTED_FUNCTION' });
  });
});

describe("Windows' client of Kerberos and MIT's server reject", () => {
  const ends = (bytes: Uint8Array) => [flipped(bytes, 0), flipped(bytes, 8 * bytes.length - 1)];
  const refuses = (side: Side, attempt: Promise<unknown>) =>
    assert.rejects(attempt, 'context' in side ? { name: 'SspiError' } : PeerRefusal);
  const ways = async (setting?: ContextSetup): Promise<readonly (readonly [Side, Side])[]> => {
    const [one, other] = [await connected(setting), await connected(setting)];
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

  it('replayed messages, even if only integrity is required', async () => {
    const flags: ContextFlag[] = ['integrity', 'confidentiality'];
    for (const [from, to] of [...(await ways()), ...(await ways({ flags }))]) {
      const signature = await from.sign(MESSAGE);
      await to.verify(MESSAGE, signature);
      await refuses(to, to.verify(MESSAGE, signature));
      const sealed = await from.seal(MESSAGE);
      await to.unseal(sealed);
      await refuses(to, to.unseal(sealed));
    }
  });

  it('sealed messages whose trailer is cut at another place', async () => {
    for (const moved of [-60, -40, -1, 1, 13]) {
      const { client, server } = await connected();
      const long = Buffer.from('pay 10 to Bob, or 20 to Carol, or nobody at all'.repeat(2));
      const { trailer, data } = await server.seal(long);
      const all = Buffer.concat([trailer, data]);
      const cut = trailer.length + moved;
      const sealed = { trailer: all.subarray(0, cut), data: all.subarray(cut) };
      await assert.rejects(client.unseal(sealed), { code: 'SEC_E_MESSAGE_ALTERED' });
    }
  });

  it('an altered buffer after the first', async () => {
    const { client, server } = await connected();
    const list = (...texts: string[]) => texts.map((text) => ({ data: Buffer.from(text) }));
    const signature = client.context.makeSignatureBuffers(list('to Bob', 'amount: 10'));
    await server.verify(Buffer.from('to Bobamount: 10'), signature);
    const made = client.context.encryptMessageBuffers(list('to Bob', 'amount: 10'));
    const data = Buffer.concat(made.buffers.map((buffer) => buffer.data));
    const sealed = { trailer: made.trailer, data };
    assert.equal(Buffer.from(await server.unseal(sealed)).toString(), 'to Bobamount: 10');

    const signed = await server.sign(Buffer.from('to Bob'));
    const forged = list('to Bob', 'amount: 9999');
    await assert.rejects(async () => client.context.verifySignatureBuffers(forged, signed), {
      name: 'SspiError',
    });
    const other = await connected();
    const first = await other.server.seal(Buffer.from('to Bob'));
    const buffers = [{ data: first.data }, ...list('amount: 9999')];
    const mixed = { trailer: first.trailer, buffers };
    await assert.rejects(async () => other.client.context.decryptMessageBuffers(mixed), {
      name: 'SspiError',
    });
  });

  it('messages on a context without flags', async () => {
    const { client, server } = await connected({ flags: [] });
    const signature = await server.sign(MESSAGE);
    await assert.rejects(client.verify(MESSAGE, signature), { code: 'SEC_E_UNSUPPORTED_FUNCTION' });
    const sealed = await server.seal(MESSAGE);
    await assert.rejects(client.unseal(sealed), { code: 'SEC_E_UNSUPPORTED_FUNCTION' });
  });

  it('reflected messages', async () => {
    for (const [, to] of await ways()) {
      await refuses(to, to.verify(MESSAGE, await to.sign(MESSAGE)));
      await refuses(to, to.unseal(await to.seal(MESSAGE)));
    }
  });

  it('a message that is signed and should be encrypted', async () => {
    const { client, server } = await connected();
    const { trailer, data } = await server.sealWithoutEncryption(Buffer.alloc(100, 'x'));
    const wrapped = Buffer.concat([trailer, data]);
    const code = 'SEC_E_QOP_NOT_SUPPORTED';
    assert.throws(() => client.context.unwrapMessage(wrapped), { code });
  });

  it('an answer of the server that is altered', async () => {
    const altering: Tamper = (token, number) => (number === 1 ? flipped(token, 799) : token);
    await failsIn('InitializeSecurityContext', connected({}, altering));
  });

  it('a ticket that is altered', async () => {
    const altering: Tamper = (token, number) =>
      number === 0 ? flipped(token, 8 * token.length - 9) : token;
    await assert.rejects(connected({}, altering), PeerRefusal);
  });

  it('an encrypted message that should only be signed', async () => {
    const { client, server } = await connected();
    const sealed = await server.seal(MESSAGE);
    const code = 'SEC_E_QOP_NOT_SUPPORTED';
    assert.throws(() => client.context.decryptMessage(sealed, { encrypt: false }), { code });
  });

  it('an unknown server', async () => {
    await failsIn('InitializeSecurityContext', connected({ target: 'HTTP/elsewhere' }));
  });

  it('a wrong password, user or realm', async () => {
    for (const change of [{ password: 'SecREt02' }, { user: 'mallory' }, { domain: 'OTHER' }]) {
      const account = { ...ALICE, ...change };
      await failsIn('AcquireCredentialsHandle', connected({ account }));
    }
  });
});

describe("Wine's Kerberos", () => {
  it('ignores channel bindings', async () => {
    const bound = (name: string) => ({ channelBindings: Buffer.from(`tls-exporter:${name}`) });
    const options = { package: 'Kerberos', target: 'HTTP/srv' } as const;
    const client = await clientOf(sspi, undefined, { ...options, ...bound('one') });
    const server = await serverOf(sspi, { package: 'Kerberos', ...bound('another') });
    await establish({ client, server });
  });
});

describe("a message in one piece of MIT's GSS_Wrap", () => {
  it('is accepted, and rejected if it is shortened', async () => {
    const { client, server } = await connected();
    const { trailer, data } = await server.seal(MESSAGE);
    const wrapped = Buffer.concat([trailer, data]);
    assert.deepEqual(Buffer.from(client.context.unwrapMessage(wrapped)), MESSAGE);
    for (const short of [wrapped.subarray(1), wrapped.subarray(0, 60), wrapped.subarray(0, 59)]) {
      const other = await connected();
      assert.throws(() => other.client.context.unwrapMessage(short), { name: 'SspiError' });
    }
  });
});
