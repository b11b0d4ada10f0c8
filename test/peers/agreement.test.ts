import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ALICE, JUERGEN } from './accounts.js';
import { assertAgreement } from './messages.js';
import { OurSide, ours } from './ours.js';
import { Peer } from './peer.js';
import { connect, establish, type Side } from './side.js';

const gss = new Peer('gss_ntlmssp.py');
const samba = new Peer('samba_gensec.py');
after(() => Promise.all([gss.stop(), samba.stop()]));

const PAIRS = [
  { name: "our client and gss-ntlmssp's server", clients: ours, servers: gss },
  { name: "gss-ntlmssp's client and our server", clients: gss, servers: ours },
  { name: "our client and Samba's server", clients: ours, servers: samba },
  { name: "Samba's client and our server", clients: samba, servers: ours },
];

for (const { name, clients, servers } of PAIRS) {
  describe(name, () => {
    for (const mechanism of ['NTLM', 'Negotiate'] as const) {
      for (const account of [ALICE, JUERGEN]) {
        it(`agree over ${mechanism} as ${account.user}`, async () => {
          const options = { package: mechanism };
          const pair = await connect(clients.client(account, options), servers.server(options));
          await assertAgreement(pair);
          if (pair.server instanceof OurSide) {
            const { userName } = pair.server.context.queryContextAttributes('names');
            assert.equal(userName, `${account.domain}\\${account.user}`);
          }
        });
      }
    }
  });
}

describe('our Negotiate server', () => {
  for (const [name, peer] of [['gss-ntlmssp', gss] as const, ['Samba', samba] as const]) {
    it(`accepts NTLM without SPNEGO from ${name}'s client`, async () => {
      const client = peer.client(ALICE, { package: 'NTLM' });
      await assertAgreement(await connect(client, ours.server({ package: 'Negotiate' })));
    });

    it(`checks whether it is the target of ${name}'s client`, async () => {
      const options = { package: 'Negotiate' } as const;
      const asOne = ours.server({ ...options, targets: ['host/srv', 'HTTP/srv'] });
      await connect(peer.client(ALICE, options), asOne);
      const asOther = ours.server({ ...options, targets: ['host/srv', 'HTTP/other'] });
      const pair = connect(peer.client(ALICE, options), asOther);
      await assert.rejects(pair, { code: 'SEC_E_WRONG_PRINCIPAL' });
    });
  }
});

describe('a context with integrity alone', () => {
  const options = { package: 'NTLM' } as const;
  const message = Buffer.from('signed, and sealed all the same');
  const pairs = {
    "our client and gss-ntlmssp's server": async () => {
      const client = await ours.client(ALICE, { ...options, flags: ['integrity'] });
      return { own: client, peer: await gss.server(options), client };
    },
    "gss-ntlmssp's client and our server": async () => {
      const peer = await gss.client(ALICE, { ...options, confidential: false });
      return { own: await ours.server(options), peer, client: peer };
    },
  };

  for (const [name, make] of Object.entries(pairs)) {
    const connected = async () => {
      const { own, peer, client } = await make();
      await establish({ client, server: client === own ? peer : own });
      const flags = own.context.queryContextAttributes('flags');
      assert.deepEqual([...flags].sort(), ['integrity', 'replay-detect', 'sequence-detect']);
      return { own, peer };
    };

    it(`has one key, and messages are signed and sealed in both directions: ${name}`, async () => {
      const { own, peer } = await connected();
      const { maxSignature, securityTrailer } = own.context.queryContextAttributes('sizes');
      assert.deepEqual([maxSignature, securityTrailer], [16, 16]);
      await assertAgreement({ client: own, server: peer });
    });

    it(`seals no message without encryption: ${name}`, async () => {
      const { own, peer } = await connected();
      const sealed = await peer.sealWithoutEncryption(message);
      assert.notDeepEqual(Buffer.from(sealed.data), message);
      const options = { encrypt: false };
      const unsupported = { code: 'SEC_E_QOP_NOT_SUPPORTED' };
      assert.throws(() => own.context.decryptMessage(sealed, options), unsupported);
      assert.throws(() => own.context.encryptMessage(message, options), unsupported);
      assert.deepEqual(Buffer.from(own.context.decryptMessage(sealed)), message);
      const clear = { ...(await peer.seal(message)), data: message };
      const altered = { code: 'SEC_E_MESSAGE_ALTERED' };
      assert.throws(() => own.context.decryptMessage(clear), altered);
    });
  }
});

describe('a context without integrity', () => {
  for (const mechanism of ['NTLM', 'Negotiate'] as const) {
    const options = { package: mechanism };
    const bare = { ...options, protected: false } as const;
    const clients = [
      { name: "gss-ntlmssp's server", server: () => gss.server(options) },
      { name: "Samba's server", server: () => samba.server(bare) },
    ];
    for (const { name, server } of clients) {
      it(`is agreed on by our client and ${name} over ${mechanism}`, async () => {
        const client = await ours.client(ALICE, { ...options, flags: [] });
        const theirs = await server();
        await establish({ client, server: theirs });
        await assertUnprotected(client);
        await assertSameKey(client, theirs);
      });
    }

    it(`is agreed on by Samba's client and our server over ${mechanism}`, async () => {
      const server = await ours.server(options);
      const client = await samba.client(ALICE, bare);
      await establish({ client, server });
      await assertUnprotected(server);
      await assertSameKey(server, client);
    });

    it(`is rejected for Samba's client by our server over ${mechanism} that requires more`, async () => {
      const server = ours.server({ ...options, flags: ['integrity'] });
      const pair = connect(samba.client(ALICE, bare), server);
      await assert.rejects(pair, { code: 'SEC_E_UNSUPPORTED_FUNCTION' });
    });
  }

  async function assertSameKey(one: Side, other: Side): Promise<void> {
    const keys = [await one.sessionKey(), await other.sessionKey()];
    assert.deepEqual(Buffer.from(keys[0] ?? ''), Buffer.from(keys[1] ?? ''));
    assert.equal(keys[0]?.length, 16);
  }

  async function assertUnprotected(side: OurSide): Promise<void> {
    const { maxSignature, securityTrailer } = side.context.queryContextAttributes('sizes');
    assert.deepEqual([maxSignature, securityTrailer], [0, 0]);
    assert.deepEqual(side.context.queryContextAttributes('flags'), []);
    const message = Buffer.from('bare');
    const unsupported = { code: 'SEC_E_UNSUPPORTED_FUNCTION' };
    await assert.rejects(side.sign(message), unsupported);
    await assert.rejects(side.verify(message, Buffer.alloc(16)), unsupported);
    await assert.rejects(side.seal(message), unsupported);
    await assert.rejects(side.unseal({ trailer: Buffer.alloc(16), data: message }), unsupported);
  }
});

describe("gss-ntlmssp's client and our server of datagrams", () => {
  it('agree on signatures: the server begins, and there is no NEGOTIATE_MESSAGE', async () => {
    const client = await gss.client(ALICE, { package: 'NTLM', datagram: true });
    const { context } = await ours.server({ package: 'NTLM', flags: ['datagram', 'integrity'] });
    assert.equal((await client.step(Buffer.alloc(0))).token.length, 0);
    const { token: challenge } = await context.step();
    const { token: authenticate } = await client.step(challenge);
    await context.step(authenticate);
    // The peer does not count datagrams and seals them with another stream: only signatures, with the number 0.
    const sequence = 0;
    for (const text of ['one', 'another', 'a third']) {
      const message = Buffer.from(text);
      context.verifySignature(message, await client.sign(message), { sequence });
      await client.verify(message, context.makeSignature(message, { sequence }));
      const altered = Buffer.from(`${text}!`);
      const signature = await client.sign(message);
      assert.throws(() => context.verifySignature(altered, signature, { sequence }), {
        code: 'SEC_E_MESSAGE_ALTERED',
      });
      assert.throws(() => context.verifySignature(message, signature, { sequence: 1 }), {
        code: 'SEC_E_OUT_OF_SEQUENCE',
      });
    }
  });
});
