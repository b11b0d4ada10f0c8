import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { STATUS } from '../../src/native/status.js';
import { decodeAuthorizationData } from '../../src/sspi/kerberos/messages/authorization-data.js';
import {
  type AcceptOptions,
  type Identity,
  type InitializeOptions,
  openSspi,
} from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { blocksOf } from '../support/markdown.js';
import { PATIENT } from '../support/patience.js';
import { Project } from '../support/project.js';
import { assertAgreement } from './messages.js';
import { MitGss } from './mit-realm.js';
import { OurSide } from './ours.js';
import { SambaDomain } from './samba-domain.js';
import { connect } from './side.js';

const sspi = openSspi({ provider: 'portable' });
const folder = temporaryFolder();
const PASSWORD = 'SecREt01';
/** aes256-cts-hmac-sha1-96, the first choice of both. */
const LENGTHS = { key: 32, signature: 28, trailer: 60 };

/** RFC 4120 7.5.4. */
const AD_IF_RELEVANT = 1;
const AD_WIN2K_PAC = 128;

let domain: SambaDomain;
let gss: MitGss;

before(async () => {
  domain = await SambaDomain.start(folder);
  runInDomain('/usr/bin/kinit', ['alice'], `${PASSWORD}\n`);
  gss = new MitGss(folder);
});
after(async () => {
  gss?.stop();
  await domain?.stop();
});

function runInDomain(program: string, args: readonly string[], input: string, cwd = folder): void {
  const env = { ...process.env, ...domain.environment };
  execFileSync(program, args, { env, cwd, input, stdio: 'pipe' });
}

async function ourServer(options: AcceptOptions = {}): Promise<OurSide> {
  const keytab = join(folder, 'keytab');
  const request = { package: 'Kerberos', use: 'inbound', keytab } as const;
  const credentials = await sspi.acquireCredentialsHandle(request);
  return new OurSide(sspi.acceptSecurityContext(credentials, options));
}

/** A client with a password, unless there is another identity. */
async function ourClient(
  identity: Identity = { user: 'alice', domain: 'AD.TEST', password: PASSWORD },
  options: InitializeOptions = {},
): Promise<OurSide> {
  const kerberos = { configFile: join(folder, 'krb5.conf'), timeout: PATIENT };
  const request = { package: 'Kerberos', use: 'outbound', identity, kerberos } as const;
  const credentials = await sspi.acquireCredentialsHandle(request);
  const flags = ['mutual-auth', 'integrity', 'confidentiality'] as const;
  const target = 'HTTP/web.ad.test';
  return new OurSide(sspi.initializeSecurityContext(credentials, { target, flags, ...options }));
}

const userOf = ({ context }: OurSide) => context.queryContextAttributes('names').userName;

describe("Samba's domain, whose tickets have a PAC", () => {
  it("passes MIT's client on to our server", async () => {
    const client = gss.client({ target: 'HTTP@web.ad.test' });
    const pair = await connect(client, ourServer({ targets: ['http/WEB.ad.test'] }));
    await assertAgreement(pair, LENGTHS);
    assert.equal(userOf(pair.server as OurSide), 'alice@AD.TEST');
  });

  it('puts a PAC into a ticket, which the server has as bytes', async () => {
    const mit = gss.client({ target: 'HTTP@web.ad.test' });
    for (const client of [mit, ourClient()]) {
      const pair = await connect(client, ourServer());
      const { context } = pair.server as OurSide;
      const [relevant, ...others] = context.queryContextAttributes('authorizationData');
      assert.deepEqual([relevant?.type, others], [AD_IF_RELEVANT, []]);
      const elements = decodeAuthorizationData(relevant?.data ?? new Uint8Array(0));
      const pac = elements.find(({ adType }) => adType === AD_WIN2K_PAC)?.adData;
      assert.ok(pac !== undefined && pac.length > 500);
      // PACTYPE (MS-PAC 2.3): cBuffers, and Version, which is 0.
      assert.equal(Buffer.from(pac).readUInt32LE(4), 0);
    }
  });

  it("passes our client on to MIT's server and to ours", async () => {
    for (const server of [gss.server(), ourServer()]) {
      await assertAgreement(await connect(ourClient(), server), LENGTHS);
    }
  });

  for (const [how, identity] of [
    ['the tickets of kinit', { credentialCache: join(folder, 'tickets') }],
    ['a realm in lower case', { user: 'alice', domain: 'ad.test', password: PASSWORD }],
    ['user@realm', { user: 'alice@AD.TEST', password: PASSWORD }],
    ['another case of the name', { user: 'ALICE', domain: 'AD.TEST', password: PASSWORD }],
    ['an enterprise name', { user: 'alice@ad.test', domain: 'AD.TEST', password: PASSWORD }],
  ] as const) {
    it(`logs our client on with ${how}`, async () => {
      const pair = await connect(ourClient(identity), ourServer());
      assert.match(userOf(pair.server as OurSide), /^alice@AD\.TEST$/i);
    });
  }

  it('rejects a wrong password, an unknown user and an unknown target', async () => {
    const account = { user: 'alice', domain: 'AD.TEST', password: PASSWORD };
    const denied = { code: 'SEC_E_LOGON_DENIED' };
    await assert.rejects(ourClient({ ...account, password: 'wrong' }), denied);
    await assert.rejects(ourClient({ ...account, user: 'nobody' }), denied);
    const unknown = await ourClient(account, { target: 'HTTP/nowhere.ad.test' });
    await assert.rejects(unknown.step(new Uint8Array(0)), { code: 'SEC_E_TARGET_UNKNOWN' });
  });

  it('has tickets with rc4-hmac for an account without AES, which both sides must allow', async () => {
    const target = 'HTTP/old.ad.test';
    const allowWeak = ['rc4-hmac'] as const;
    const strict = await ourClient(undefined, { target });
    await assert.rejects(strict.step(new Uint8Array(0)), { code: 'SEC_E_KDC_UNKNOWN_ETYPE' });
    const client = () => ourClient(undefined, { target, allowWeak });
    await assert.rejects(connect(client(), ourServer()), { code: 'SEC_E_KDC_UNKNOWN_ETYPE' });
    // The key of the session is AES.
    await assertAgreement(await connect(client(), ourServer({ allowWeak })), LENGTHS);
  });

  it('has tickets that our server rejects for another target', async () => {
    const server = ourServer({ targets: ['HTTP/other.ad.test'] });
    await assert.rejects(connect(ourClient(), server), { code: 'SEC_E_WRONG_PRINCIPAL' });
  });
});

/** A page, with the names of the domain. */
function read(name: string): string {
  return readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')
    .replaceAll('EXAMPLE.COM', 'AD.TEST')
    .replaceAll('web.example.com', 'web.ad.test')
    .replaceAll('correct horse', PASSWORD);
}

describe("docs/kerberos.md, in Samba's domain", () => {
  const page = read('docs/kerberos.md');
  const blocks = blocksOf(page, 'js');
  const [server = '', client = '', messages = '', negotiated = '', ...http] = blocks;
  const [httpServer = '', httpClient = '', ...others] = http;
  const project = new Project();
  /** Accepts the token of the client above, with the keytab of ktutil. */
  const accepting = (name: string) => `
    const inbound = await sspi.acquireCredentialsHandle({
      package: '${name}', use: 'inbound', keytab: 'web.keytab',
    });
    const server = sspi.acceptSecurityContext(inbound);
    const answer = await server.step(token);
    console.log((await context.step(answer.token)).done);
    console.log(server.queryContextAttributes('names').userName);
    console.log(context.queryContextAttributes('negotiationInfo').package.name);`;

  before(() => Object.assign(process.env, domain.environment));

  it('has the blocks of this test', () => {
    assert.deepEqual(others, []);
    assert.match(httpClient, /fetch/);
  });

  it('names statuses that exist', () => {
    for (const name of page.match(/\bSEC_E_\w+/g) ?? []) assert.ok(name in STATUS, name);
  });

  it('makes a keytab with ktutil', () => {
    const commands = Array.from(page.matchAll(/^ktutil: {2}(.*)$/gm), ([, command]) => command);
    const [add = '', ...rest] = commands;
    assert.match(add, /^addent -password /);
    const input = `${[add, PASSWORD, ...rest].join('\n')}\n`;
    runInDomain('/usr/bin/ktutil', [], input, project.folder);
  });

  it('has a server that accepts a client with that keytab', () => {
    const more = `
      const own = await sspi.acquireCredentialsHandle({ package: 'Kerberos', use: 'outbound' });
      const target = 'HTTP/web.ad.test';
      const client = sspi.initializeSecurityContext(own, { target, flags: ['mutual-auth', 'confidentiality'] });
      const { answer, user } = await accept((await client.step()).token);
      console.log(user, (await client.step(answer)).done);`;
    assert.equal(project.run(server + more), 'alice@AD.TEST true\n');
  });

  it('has a client with a password', () => {
    const output = project.run(client + accepting('Kerberos'));
    assert.equal(output, 'true\nalice@AD.TEST\nKerberos\n');
  });

  it('signs and seals messages', () => {
    assert.equal(project.run(messages), 'alice@AD.TEST a message\n');
  });

  it('has a server and a client of HTTP', async () => {
    await project.writeCertificate();
    const code = `${httpServer}\n${httpClient}\nprocess.exit();`
      .replace('server.listen(8443);', 'await new Promise((done) => server.listen(0, done));')
      .replaceAll(/'(https:[^']*:)8443(\/?)'/g, `'$1' + server.address().port + '$2'`)
      .replaceAll('web.ad.test', 'localhost');
    assert.equal(await project.runBeside(code), '200 Hello alice@AD.TEST\n');
  });

  it("has README's program work with Kerberos when the credentials are exchanged", () => {
    const [, , program = ''] = blocksOf(read('README.md'), 'js');
    const identity = `{ user: 'alice', domain: 'AD.TEST', password: '${PASSWORD}' }`;
    const changed = program
      .replaceAll("package: 'Negotiate'", "package: 'Kerberos'")
      .replace(/(?<=^const identity = ).*(?=;$)/m, identity)
      .replace(', accounts }', ", keytab: 'web.keytab' }");
    assert.match(changed, /Kerberos.*\n.*\n.*\n.*\n.*Kerberos.*keytab/);
    const output = project.run(changed);
    assert.equal(output, 'alice@AD.TEST a message\n');
  });

  it('has a client of Negotiate that prefers Kerberos', () => {
    const output = project.run(negotiated + accepting('Negotiate'));
    assert.equal(output, 'true\nalice@AD.TEST\nKerberos\n');
  });
});
