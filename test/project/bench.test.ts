import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gssRows } from '../../bench/against-gss.js';
import { opensslRows } from '../../bench/against-openssl.js';
import { boundRows } from '../../bench/bound.js';
import { httpGssRows, httpRows } from '../../bench/http.js';
import { kerberosRows } from '../../bench/kerberos.js';
import { compare, repeat } from '../../bench/measure.js';
import { ntlmRows } from '../../bench/ntlm.js';
import { startUpRows } from '../../bench/start-up.js';
import { tokenBindingRows } from '../../bench/token-binding.js';
import { temporaryFolder } from '../support/folders.js';

const program = fileURLToPath(new URL('../../bench/main.js', import.meta.url));
const folder = temporaryFolder();

function bench(...args: string[]) {
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
}

describe('the bench', () => {
  it('prints its help and measures nothing', () => {
    const { status, stdout, stderr } = bench('--help');
    assert.deepEqual([status, stderr], [0, '']);
    for (const option of ['--full', '--only <word>', 'eight minutes'])
      assert.ok(stdout.includes(option));
  });

  it('lists the rows if none matches', () => {
    const { status, stdout, stderr } = bench('--only', 'no such row');
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^ecdsap256: verifyMessageSync, key seen before/m);
  });

  it('measures only the requested row and names it', () => {
    const file = join(folder, 'result.json');
    const { status, stdout, stderr } = bench('--only', 'TEN TIMES 6,674', file);
    assert.equal(status, 0, stderr);
    assert.equal(
      stderr,
      '1 of 1: decode of 65,507 bytes / ten times 6,674 bytes, all tiny extensions\n',
    );
    assert.match(stdout, /<= 1\.3 .* {3}decode of 65,507 bytes/);
    const { outcomes } = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(outcomes.length, 1);
    assert.equal(existsSync(join(folder, 'bench')), false);
  });

  it('measures the given number of rounds', async () => {
    const batch = repeat(() => JSON.parse('[1]'));
    const prepare = () => ({ ours: batch, baseline: batch });
    const row = { name: 'itself', goal: { atLeast: 0 }, ratio: 'speed', prepare } as const;
    assert.equal((await compare(row, 3)).rounds.length, 3);
  });

  it('measures rounds of the size of the row, and tells its figures', async () => {
    const sizes: number[] = [];
    const run = (times: number) => void sizes.push(times);
    const figures = () => [{ text: `${sizes.length} batches`, reached: true }];
    const prepare = () => ({ ours: run, baseline: run, figures });
    const size = { calls: 20_000, rounds: 4 };
    const row = { name: 'sized', goal: { atLeast: 0 }, ratio: 'speed', size, prepare } as const;
    const outcome = await compare(row, 21);
    assert.equal(outcome.rounds.length, 4);
    assert.deepEqual(
      sizes,
      Array.from({ length: 8 }, () => 20_000),
    );
    assert.deepEqual(outcome.figures, [{ text: '8 batches', reached: true }]);
  });

  it('makes new messages for each round of calls that take each only once', async () => {
    let made = 0;
    const idle = repeat(() => JSON.parse('[1]'));
    const supply = (times: number) => {
      made += times;
    };
    const run = (times: number) => {
      assert.equal(made, times);
      made = 0;
      return idle(times);
    };
    const prepare = () => ({ ours: run, baseline: idle, supply: { ours: supply, baseline: idle } });
    const row = { name: 'supplied', goal: { atLeast: 0 }, ratio: 'speed', prepare } as const;
    assert.equal((await compare(row, 3)).rounds.length, 3);
  });

  it('ends what a row started, even if the measurement fails', async () => {
    const ended: string[] = [];
    const fail = () => assert.fail('stopped');
    const prepare = () => ({ ours: fail, baseline: fail, end: () => void ended.push('end') });
    const row = { name: 'broken', goal: { atLeast: 0 }, ratio: 'speed', prepare } as const;
    await assert.rejects(compare(row, 3), /stopped/);
    assert.deepEqual(ended, ['end']);
  });

  it('compares new RSA keys with their import, and whole processes with an empty one', () => {
    const gss = () => assert.fail('a peer was started');
    const rows = [
      ...kerberosRows(gss),
      ...opensslRows(),
      ...[...tokenBindingRows(), ...ntlmRows(), ...gssRows(gss), ...httpGssRows(gss)],
      ...[...httpRows(), ...boundRows(), ...startUpRows()],
    ];
    const names = rows.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const [name, goal] of [
      ['rsa2048_pss: verifyMessageSync, always a new key / createPublicKey and crypto.verify', 0.9],
      [
        'rsa2048_pkcs1.5: verifyMessageSync, always a new key / createPublicKey and crypto.verify',
        0.9,
      ],
      ['ecdsap256: verifyMessageSync, key seen before / C and OpenSSL', 1.25],
      ['rsa2048_pss: verifyMessageSync, key seen before / C and OpenSSL', 1.2],
      ["start-up: import 'tokenbinding' / bare node", 1.4],
      ["start-up: import 'tokenbinding/wire' / bare node", 1.25],
      ['http: GET through the authenticated agent / a bare keep-alive agent', 0.95],
      ['http: server with negotiate() / the bare server', 0.95],
      ['http: server with tokenBinding() and repeated messages / the bare server, TLS 1.3', 0.9],
      ["start-up: import 'tokenbinding/sspi' / bare node", 1.5],
      ['start-up: tokenbinding status / bare node', 1.6],
      ['Kerberos aes256-sha1: makeSignature of 64 B / gss_get_mic', 0.6],
      ['Kerberos aes256-sha1: unwrapMessage of 16 KiB / gss_unwrap', 2.2],
      ["Kerberos aes128-sha2: logon, client and server in one process / MIT's", 0.8],
    ] as const) {
      const row = rows.find((one) => one.name === name);
      assert.ok(row !== undefined, name);
      assert.equal('atLeast' in row.goal ? row.goal.atLeast : row.goal.atMost, goal);
    }
    assert.ok(names.some((name) => name.startsWith('NTLM: logon, client and server')));
  });
});
