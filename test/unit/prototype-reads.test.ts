import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { open } from '../../src/index.js';
import type {
  AcceptOptions,
  ContextFlag,
  CredentialsRequest,
  Identity,
  SecurityContext,
} from '../../src/sspi.js';
import { SspiError } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { newEkm } from '../support/messages.js';
import { PATIENT } from '../support/patience.js';
import { pollute, readsOfPrototype } from '../support/pollution.js';
import { ACCOUNTS, ascii, sspi, IDENTITY as USER } from '../support/sspi.js';
import { IDENTITY, TARGET, TestKdc, writeConfiguration } from '../support/test-kdc.js';

type InboundRequest = CredentialsRequest & { readonly use: 'inbound' };
type OutboundRequest = CredentialsRequest & { readonly use: 'outbound' };

const kdc = new TestKdc();
const folder = temporaryFolder();
const keytab = join(folder, 'service.keytab');
let configFile = '';

before(async () => {
  await kdc.start();
  const [nameType, nameString] = [2, TARGET.split('/')];
  const principals = [{ realm: IDENTITY.domain, name: { nameType, nameString } }];
  writeFileSync(keytab, encodeKeytab({ principals, kvno: 3, key: kdc.service }));
  const defaults = [`default_realm = ${IDENTITY.domain}`];
  configFile = writeConfiguration(folder, { [IDENTITY.domain]: [kdc.port] }, defaults);
});
after(() => kdc.stop());

const kerberosClient = (): OutboundRequest => ({
  package: 'Kerberos',
  use: 'outbound',
  identity: IDENTITY,
  kerberos: { configFile, timeout: PATIENT },
});
const negotiateClient = (): OutboundRequest => ({
  ...kerberosClient(),
  package: 'Negotiate',
  negotiate: ['Kerberos', 'NTLM'],
});
const ntlmClient = (identity: Identity = USER): OutboundRequest => ({
  package: 'NTLM',
  use: 'outbound',
  identity,
});
const kerberosServer = (): InboundRequest => ({ package: 'Kerberos', use: 'inbound', keytab });
const accounts = ACCOUNTS;
const ntlmServer: InboundRequest = { package: 'NTLM', use: 'inbound', accounts };

/** A handshake, and every call of the two contexts. */
async function useContexts(
  outbound: OutboundRequest,
  inbound: InboundRequest,
  flags: readonly ContextFlag[],
  options: AcceptOptions = {},
): Promise<void> {
  const [clients, servers] = [
    await sspi.acquireCredentialsHandle(outbound),
    await sspi.acquireCredentialsHandle(inbound),
  ];
  const client = sspi.initializeSecurityContext(clients, { target: TARGET, flags, ...options });
  const server = sspi.acceptSecurityContext(servers, options);
  let step = await client.step();
  for (let next = server; step.token.length > 0; next = next === server ? client : server) {
    step = await next.step(step.token);
  }
  for (const context of [client, server]) query(context);
  server.decryptMessage(client.encryptMessage(ascii('sealed')));
  client.verifySignature(ascii('signed'), server.makeSignature(ascii('signed')));
  const { trailer, data } = client.encryptMessage(ascii('wrapped'));
  server.unwrapMessage(Buffer.concat([trailer, data]));
  for (const object of [client, server, clients, servers]) object.close();
}

function query(context: SecurityContext): void {
  const names = ['sizes', 'names', 'negotiationInfo', 'sessionKey', 'keyInfo', 'flags'] as const;
  for (const name of names) context.queryContextAttributes(name);
  try {
    context.queryContextAttributes('authorizationData');
  } catch (error) {
    if (!(error instanceof SspiError)) throw error;
  }
}

const fails = (work: Promise<unknown>) => assert.rejects(work, SspiError);
const FLAGS = ['mutual-auth', 'confidentiality'] as const;
const channelBindings = ascii('tls-exporter:one');

const FLOWS: Readonly<Record<string, () => Promise<void>>> = {
  'a Kerberos context': () => useContexts(kerberosClient(), kerberosServer(), FLAGS),
  'a Kerberos context without mutual-auth': () =>
    useContexts(kerberosClient(), kerberosServer(), ['confidentiality'], { channelBindings }),
  'Negotiate with Kerberos': () =>
    useContexts(negotiateClient(), { ...kerberosServer(), package: 'Negotiate', accounts }, FLAGS),
  'Negotiate with NTLM as the choice of the server': () =>
    useContexts(
      { ...negotiateClient(), identity: { ...IDENTITY } },
      {
        package: 'Negotiate',
        use: 'inbound',
        accounts: () => ({ password: IDENTITY.password }),
      },
      ['confidentiality'],
    ),
  'an NTLM context': () =>
    useContexts(ntlmClient(), ntlmServer, ['confidentiality'], { channelBindings }),
  'a wrong password of Kerberos and of NTLM': async () => {
    const wrong = { ...kerberosClient(), identity: { ...IDENTITY, password: 'wrong' } };
    await fails(sspi.acquireCredentialsHandle(wrong));
    const denied = ntlmClient({ ...USER, password: 'wrong' });
    await fails(useContexts(denied, ntlmServer, ['confidentiality']));
  },
  'the files that the environment names': async () => {
    await fails(sspi.acquireCredentialsHandle({ package: 'Kerberos', use: 'outbound' }));
    const server = { package: 'Kerberos', use: 'inbound' } as const;
    await sspi
      .acquireCredentialsHandle(server)
      .catch((error) => assert.ok(error instanceof SspiError));
  },
  'Token Binding': async () => {
    const [tokenBinding, ekm] = [open(), newEkm()];
    for (const keyType of await tokenBinding.getKeyTypesClient()) {
      const bindingType = 'provided';
      const target = {
        keyType,
        targetUrl: `https://${keyType}.example.com/`,
        bindingType,
      } as const;
      const { tokenBinding: binding } = await tokenBinding.generateBinding({ ...target, ekm });
      const message = await tokenBinding.generateMessage([binding]);
      await tokenBinding.verifyMessage(message, { keyType, ekm });
      const altered = Buffer.from(message);
      // The last byte of the signature; the extensions are empty.
      altered.writeUInt8(altered.readUInt8(altered.length - 3) ^ 1, altered.length - 3);
      await assert.rejects(tokenBinding.verifyMessage(altered, { keyType, ekm }));
    }
  },
};

describe('the code reads no property of Object.prototype in', () => {
  for (const [name, flow] of Object.entries(FLOWS)) {
    it(name, async () => {
      // The first run loads the modules.
      await flow();
      assert.deepEqual(await readsOfPrototype(flow), []);
    });
  }
});

describe('a polluted Object.prototype', () => {
  it('chooses no ticket of a Kerberos client', async () => {
    const text = `{"ticket":{"ticket":{},"key":{},"authtime":1,"endtime":4000000000,"client":{}}}`;
    await pollute(JSON.parse(text), () => useContexts(kerberosClient(), kerberosServer(), FLAGS));
  });

  it('is no environment', async () => {
    const server = { package: 'Kerberos', use: 'inbound' } as const;
    const outcome = () =>
      sspi.acquireCredentialsHandle(server).then(
        () => 'acquired',
        (error: SspiError) => error.message,
      );
    const before = await outcome();
    assert.equal(await pollute({ KRB5_KTNAME: keytab }, outcome), before);
  });

  it('is no authorization data of an NTLM context', async () => {
    const data = [{ type: 128, data: ascii('forged') }];
    const [clients, servers] = [
      await sspi.acquireCredentialsHandle(ntlmClient()),
      await sspi.acquireCredentialsHandle(ntlmServer),
    ];
    const [client, server] = [
      sspi.initializeSecurityContext(clients),
      sspi.acceptSecurityContext(servers),
    ];
    const { token } = await server.step((await client.step()).token);
    await server.step((await client.step(token)).token);
    pollute({ authorizationData: data }, () => {
      const query = () => server.queryContextAttributes('authorizationData');
      assert.throws(query, { code: 'SEC_E_UNSUPPORTED_FUNCTION' });
    });
  });
});
