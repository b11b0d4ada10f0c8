import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/folders.js';
import { Kdc } from '../support/kdc.js';
import { flipped } from '../support/sspi.js';
import { Slapd } from './slapd.js';

const HOST = 'ldap.example.test';
const AES256 = 'aes256-cts-hmac-sha1-96';
const program = fileURLToPath(
  new URL('../../../examples/ldap-sign-and-seal/search.mjs', import.meta.url),
);
const ENTRY = ['dn: uid=bob,dc=example,dc=test', 'mail: bob@example.test'];

const kdc = new Kdc(temporaryFolder());
let slapd: Slapd;

before(async () => {
  await kdc.start();
  kdc.addPrincipal(`ldap/${HOST}`, 'secret', AES256);
  kdc.addPrincipal('mallory', 'secret', AES256);
  slapd = await Slapd.start(kdc.environment);
});
after(async () => {
  await slapd?.stop();
  await kdc.stop();
});

/** Runs the example with the tickets of alice, unless the environment or the options say otherwise. */
async function search(
  port: number,
  options: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { NODE_TEST_CONTEXT: _, ...env } = { ...process.env, ...kdc.environment, ...environment };
  const args = [
    program,
    HOST,
    'dc=example,dc=test',
    'uid',
    'bob',
    '--connect',
    `127.0.0.1:${port}`,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [...args, ...options], { env });
  return stdout;
}

type Direction = 'from the client' | 'from the server';

/** Passes a connection on, and may change each piece. Returns what the client sends, and what it receives. */
async function throughProxy(
  use: (port: number) => Promise<void>,
  change: (piece: Buffer, direction: Direction, index: number) => Buffer = (piece) => piece,
): Promise<Record<Direction, string>> {
  const seen = { 'from the client': '', 'from the server': '' };
  const proxy = net.createServer((client) => {
    const server = net.connect(slapd.port, '127.0.0.1');
    const pass = (from: net.Socket, to: net.Socket, direction: Direction) => {
      let index = 0;
      from.on('data', (piece) => {
        seen[direction] += piece.toString('latin1');
        to.write(change(piece, direction, index++));
      });
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    };
    pass(client, server, 'from the client');
    pass(server, client, 'from the server');
  });
  proxy.listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  try {
    await use((proxy.address() as AddressInfo).port);
  } finally {
    proxy.close();
  }
  return seen;
}

describe('the example of LDAP, with slapd', () => {
  it('has one file of less than 150 lines', () => {
    assert.ok(readFileSync(program, 'utf8').split('\n').length - 1 < 150);
  });

  for (const [layer, options] of [
    ['sealed', []],
    ['signed', ['--sign']],
  ] as const) {
    it(`searches with ${layer} messages`, async () => {
      let output = '';
      const seen = await throughProxy(async (port) => {
        output = await search(port, options);
      });
      for (const line of ENTRY) assert.ok(output.split('\n').includes(line), output);
      assert.equal(seen['from the server'].includes('bob@example.test'), layer === 'signed');
      assert.equal(seen['from the client'].includes('dc=example'), layer === 'signed');
    });

    it(`rejects an entry that is altered, with ${layer} messages`, async () => {
      const alterLast = (piece: Buffer, direction: Direction, index: number) =>
        // Three answers to binds come first.
        direction === 'from the server' && index === 3
          ? Buffer.from(flipped(piece, 8 * piece.length - 1))
          : piece;
      const attempt = throughProxy(async (port) => void (await search(port, options)), alterLast);
      await assert.rejects(attempt, /SEC_E_MESSAGE_ALTERED/);
    });
  }

  it('logs on with a password', async () => {
    const output = await search(slapd.port, ['--user', 'alice@EXAMPLE.TEST'], {
      LDAP_PASSWORD: 'SecREt01',
      KRB5CCNAME: '/dev/null',
    });
    for (const line of ENTRY) assert.ok(output.split('\n').includes(line), output);
  });

  it('finds nothing as a user who may read nothing', async () => {
    const own = { LDAP_PASSWORD: 'secret', KRB5CCNAME: '/dev/null' };
    assert.equal(await search(slapd.port, ['--user', 'mallory@EXAMPLE.TEST'], own), '');
  });

  it('has the user and the strength of each layer in the log of slapd', async () => {
    const own = await Slapd.start(kdc.environment);
    try {
      await search(own.port);
      await search(own.port, ['--sign']);
    } finally {
      const log = await own.stop();
      assert.match(log, /dn="uid=alice,cn=gssapi,cn=auth" mech=GSSAPI bind_ssf=256 /);
      assert.match(log, /dn="uid=alice,cn=gssapi,cn=auth" mech=GSSAPI bind_ssf=1 /);
    }
  });
});
