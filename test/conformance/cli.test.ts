import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { open } from '../../src/index.js';
import { temporaryFolder } from '../support/folders.js';
import { skipWithout } from '../support/programs.js';
import { assertValidReport } from '../support/report-schema.js';

const program = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const folder = temporaryFolder();
const recording = join(folder, 'recording.jsonl');
const SPECIFIED = ['portable', 'specification'];
const GROUPS = ['--groups', 'vectors,messages,generate-message,mutations'];
const QUICK = ['portable', 'specification', '--cases', '100', ...GROUPS];

function conformance(...args: string[]) {
  const { FORCE_COLOR: _, ...env } = process.env;
  const options = { encoding: 'utf8', env, maxBuffer: 1 << 27 } as const;
  return spawnSync(process.execPath, [program, 'conformance', ...args], options);
}

/** The recording with a text in one line replaced, as another file. */
function altered(name: string, id: string, from: string, to: string): string {
  const lines = readFileSync(recording, 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(`"id":"${id}"`));
  assert.ok(lines[index]?.includes(from), lines[index]);
  lines[index] = lines[index]?.replace(from, to) ?? '';
  const file = join(folder, name);
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** Standard error without the progress, which a slow machine prints. */
function withoutProgress(stderr: string): string {
  return stderr.replaceAll(/^\d+ of \d+ cases, .*\n/gm, '');
}

describe('tokenbinding conformance', () => {
  before(() => {
    const { status, stderr } = conformance(...QUICK, '--record', recording);
    assert.equal(status, 0, stderr);
  });

  it('prints the counts and the result', () => {
    const { status, stdout, stderr } = conformance(...QUICK);
    assert.deepEqual([status, withoutProgress(stderr)], [0, '']);
    assert.match(stdout, /^A +portable, Linux .* \(linux \w+, node v/m);
    assert.match(stdout, /^B +specification$/m);
    assert.match(stdout, /^mutations +100 +\d+ +0 +0 +\d+ +0$/m);
    assert.match(stdout, /^the sides agree in \d+ of \d+ cases, \d+ could not be compared$/m);
  });

  it('makes the same report for the same seed, except the line with the time', () => {
    for (const [format, time] of [
      [[], /^made .*\n/m],
      [['--json'], /^ {2}"made": .*\n/m],
    ] as const) {
      const report = () => conformance(...QUICK, '--seed', '9', ...format).stdout;
      const [one, other] = [report(), report()];
      assert.match(one, time);
      assert.equal(one.replace(time, ''), other.replace(time, ''));
    }
  });

  it('prints JSON that matches the published schema', () => {
    const { status, stdout } = conformance(...QUICK, '--json');
    assert.equal(status, 0);
    assertValidReport(JSON.parse(stdout));
  });

  it('writes a page', () => {
    const file = join(folder, 'page.html');
    const { status } = conformance('--replay', recording, '--html', file);
    assert.equal(status, 0);
    assert.equal(readFileSync(file, 'utf8').slice(0, 15).toLowerCase(), '<!doctype html>');
  });

  it('writes no page if it fails, and keeps an earlier one', () => {
    const file = join(folder, 'none.html');
    assert.equal(conformance('--html', file).status, 2);
    assert.equal(existsSync(file), false);
    writeFileSync(file, 'earlier');
    assert.equal(conformance('--html', file).status, 2);
    assert.equal(readFileSync(file, 'utf8'), 'earlier');
  });

  it('replays a recording, and names its only altered case', () => {
    assert.equal(conformance('--replay', recording).status, 0);
    const id = 'messages/pair/ecdsap256/rsa2048_pss';
    const file = altered('verdict.jsonl', id, '"accepted"', '"refused"');
    const { status, stdout } = conformance('--replay', file);
    assert.equal(status, 1);
    assert.deepEqual(stdout.match(/^differ .*$/gm), [`differ ${id} at verdict`]);
    assert.match(stdout, /^ {4}A portable +refused /m);
    assert.match(stdout, /^ {4}B portable +accepted \[\{"bindingType":"provided"/m);
    assert.match(stdout, /^ {4}RFC 8471 4\.2 +accepted; B meets it$/m);
    assert.match(stdout, /^the sides differ in 1 of \d+ cases$/m);
  });

  it('states why cases could not be compared', () => {
    const { stdout } = conformance('portable', 'specification', '--groups', 'messages');
    const count = /^total +\d+ +\d+ +\d+ +\d+ +(\d+)/m.exec(stdout)?.[1];
    const wanted = `not comparable, because\n +${count}  the specification leaves it open\n`;
    assert.match(stdout, new RegExp(`^${wanted}`, 'm'));
  });

  it('runs one case and shows all its details', () => {
    const id = 'vectors/tb-00/ecdsap256';
    const { status, stdout } = conformance(...SPECIFIED, '--case', id);
    assert.equal(status, 0);
    assert.match(stdout, /^total +1 +1 +0 +0 +0 +0$/m);
    assert.match(stdout, new RegExp(`^agree ${id}\n`, 'm'));
    assert.match(stdout, /^ {4}input +\{"call":"verifyMessage","message":"AIkAAg[\w-]+",/m);
    assert.match(
      stdout,
      /^ {4}A portable +accepted \[\{"bindingType":"provided".*"status":"verified"/m,
    );
    assert.match(stdout, /^ {4}B specification +accepted /m);
    const json = conformance(...SPECIFIED, '--case', id, '--json').stdout;
    assertValidReport(JSON.parse(json));
    assert.equal(JSON.parse(json).cases.length, 1);
  });

  it('runs one mutation, by its seed and number or from a recording', () => {
    const id = 'mutations/77/000042';
    const { cases, total } = JSON.parse(conformance(...SPECIFIED, '--case', id, '--json').stdout);
    assert.deepEqual([cases[0].id, cases.length, total.cases], [id, 1, 1]);
    const recorded = 'messages/pair/ecdsap256/rsa2048_pss';
    const { status, stdout } = conformance('--replay', recording, '--case', recorded);
    assert.equal(status, 0);
    assert.match(stdout, /^the sides agree in 1 of 1 cases$/m);
    assert.doesNotMatch(stdout, /recorded answers are to cases/);
    const sspi = conformance(
      '--area',
      'sspi',
      ...SPECIFIED,
      '--case',
      'client/ntlm/order/encrypt-early',
    );
    assert.match(sspi.stderr + sspi.stdout, /client\/ntlm|case of sspi/);
  });

  describe('cases', () => {
    const lines = (...args: string[]) => {
      const { status, stdout, stderr } = conformance('cases', ...args);
      assert.deepEqual([status, stderr], [0, '']);
      return stdout.trimEnd().split('\n');
    };

    it('are listed, as text and as JSON with their inputs, in the order of a recording', () => {
      const args = ['--cases', '100', ...GROUPS];
      const cases = lines(...args, '--json').map((line) => JSON.parse(line));
      const recordedLines = readFileSync(recording, 'utf8').split('\n').slice(1, -2);
      const recorded = recordedLines.map((line) => JSON.parse(line));
      assert.deepEqual(
        cases.map(({ id, digest }) => [id, digest]),
        recorded.map(({ id, input }) => [id, input]),
      );
      const texts = lines(...args);
      assert.equal(texts[0], `${cases[0].id}  ${cases[0].title}`);
      assert.equal(texts.length, cases.length);
    });

    it('can be answered by another implementation, whose recording is then compared', () => {
      const other = open({ provider: 'portable' });
      const cases = lines('--groups', 'generate-message', '--json').map((line) => JSON.parse(line));
      const answers = cases.map(({ id, digest, input }) => {
        const bindings = input.tokenBindings.map((text: string) => Buffer.from(text, 'base64url'));
        let outcome: object;
        try {
          const bytes = Buffer.from(other.generateMessageSync(bindings)).toString('base64url');
          outcome = { verdict: 'accepted', bytes };
        } catch {
          outcome = { verdict: 'refused' };
        }
        return { id, input: digest, outcome };
      });
      const side = { name: 'other', software: 'ours, once more' };
      const made = { made: '2026-11-01T00:00:00.000Z', package: '0.1.0', seed: 1, mutations: 0 };
      const format = { format: 'tokenbinding-conformance-recording', version: 1 };
      const header = { ...format, ...made, side, groups: ['generate-message'] };
      const file = join(folder, 'other.jsonl');
      const all = [header, ...answers, { end: answers.length }];
      writeFileSync(file, all.map((one) => JSON.stringify(one)).join('\n'));
      const { status, stdout, stderr } = conformance('--replay', file);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^A +ours, once more, recorded /m);
      assert.match(
        stdout,
        new RegExp(`^the sides agree in ${cases.length} of ${cases.length} cases$`, 'm'),
      );
    });

    it('of SSPI name call, package and role; one alone is listed too', () => {
      const [first = ''] = lines('--area', 'sspi', '--groups', 'client', '--json');
      const { input } = JSON.parse(first);
      assert.deepEqual([input.role, input.package], ['client', 'NTLM']);
      const id = 'mutations/9/000007';
      assert.deepEqual(
        lines('--case', id, '--json').map((line) => JSON.parse(line).id),
        [id],
      );
    });
  });

  it('compares two recordings, and lists the pairs of reasons', () => {
    const id = 'vectors/tb-20/ecdsap256';
    const file = altered('reason.jsonl', id, '"ERR_TB_SIGNATURE"', '"ERR_TB_OS"');
    const { status, stdout } = conformance('diff', recording, file);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^ +1 {2}verifyMessage: ERR_TB_SIGNATURE \| ERR_TB_OS$/m);
    assert.match(stdout, /^vectors +\d+ +\d+ +0 +0 +0 +1$/m);
  });

  it('names two recordings by their files, in columns that are aligned', () => {
    const id = 'messages/pair/ecdsap256/rsa2048_pss';
    const file = altered('a-long-name.jsonl', id, '"accepted"', '"refused"');
    const { status, stdout } = conformance('diff', file, recording);
    assert.equal(status, 1, stdout);
    const [a, b] = [/^ {4}A a-long-name\.jsonl +refused/m, /^ {4}B [\w-]+\.jsonl +accepted/m];
    const columns = [a, b, /^ {4}RFC 8471 4\.2 +accepted/m].map((line) => {
      const [found = ''] = line.exec(stdout) ?? [];
      return found.lastIndexOf(' ');
    });
    assert.deepEqual(new Set(columns), new Set([4 + 'A a-long-name.jsonl'.length]));
  });

  it('escapes control characters of a recording', () => {
    const code = '"code":"ERR_TB_\\u001b]0;x\\u0007\\nall agree\\u202e"';
    const id = 'vectors/tb-20/ecdsap256';
    const file = altered('control.jsonl', id, '"code":"ERR_TB_SIGNATURE"', code);
    const { stdout } = conformance('--replay', file);
    assert.match(stdout, /ERR_TB_\\x1b\]0;x\\x07\\x0aall agree\\u\{202e\} \|/);
    assert.ok(!stdout.includes('\u001b'));
  });

  it('escapes line breaks of a recording in errors', () => {
    const [header = '{}', ...rest] = readFileSync(recording, 'utf8').split('\n');
    const forged = 'x\nthe sides agree in 1 of 1 cases\u202e\u001b[2J';
    const files = {
      version: [JSON.stringify({ ...JSON.parse(header), version: forged }), ...rest],
      end: [...[header, ...rest].slice(0, -2), JSON.stringify({ end: forged })],
    };
    for (const [name, lines] of Object.entries(files)) {
      const file = join(folder, `forged-${name}.jsonl`);
      writeFileSync(file, lines.join('\n'));
      const { status, stdout, stderr } = conformance('--replay', file);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^tokenbinding conformance: ERR_TB_RECORDING: .*damaged.*\n$/);
    }
  });

  it('shows twenty differences and the number of the others', () => {
    const text = readFileSync(recording, 'utf8').replaceAll('"refused"', '"invalid"');
    const file = join(folder, 'many.jsonl');
    writeFileSync(file, text);
    const { status, stdout } = conformance('--replay', file);
    assert.equal(status, 1);
    assert.equal(stdout.match(/^differ /gm)?.length, 20);
    assert.match(stdout, /^and \d{3} more: --html <file> or --json shows them$/m);
  });

  // Those of other systems have other options.
  const skip = process.platform === 'linux' ? skipWithout('script') : 'needs script of Linux';
  it('shows its progress in one line of a terminal', { skip }, () => {
    const line = [process.execPath, program, 'conformance', ...QUICK].join(' ');
    const { stdout, status } = spawnSync('script', ['-qec', line, '/dev/null'], {
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    const lines = stdout.replaceAll('\u001b', 'ESC').split('\rESC[K');
    assert.ok(lines.length > 2);
    const wanted = /^\d+ of \d+ cases, 0 differ, \d+ a second, 0 remaining, 0 s$/;
    assert.match(lines.at(-2) ?? '', wanted);
    assert.match(lines.at(-1) ?? '', /^(?:ESC\[1m)?tokenbinding conformance/);
  });

  it('does not write through a planted link with the name of a partial file', () => {
    const place = temporaryFolder();
    const [page, record, victim] = ['p.html', 'r.jsonl', 'victim'].map((name) => join(place, name));
    writeFileSync(victim ?? '', 'mine');
    for (const file of [page, record]) symlinkSync(victim ?? '', `${file}.partial`);
    const files = ['--html', page ?? '', '--record', record ?? ''];
    const { status, stderr } = conformance(...QUICK, ...files);
    assert.equal(status, 0, stderr);
    assert.equal(readFileSync(victim ?? '', 'utf8'), 'mine');
    assert.deepEqual(
      readdirSync(place).filter((name) => !name.endsWith('.partial')),
      ['p.html', 'r.jsonl', 'victim'],
    );
  });

  it('stops at an interrupt and leaves no file behind', async () => {
    const empty = temporaryFolder();
    const files = ['--record', join(empty, 'r.jsonl'), '--html', join(empty, 'p.html')];
    const args = [program, 'conformance', 'portable', 'specification', '--cases', '1000000'];
    const child = spawn(process.execPath, [...args, ...files]);
    const isPartial = (file: string) => /^r\.jsonl\.[0-9a-f]{16}\.partial$/.test(file);
    while (!readdirSync(empty).some(isPartial)) {
      assert.equal(child.exitCode, null);
      await setTimeout(20);
    }
    child.kill('SIGINT');
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const [status] = await once(child, 'close');
    const message = 'tokenbinding conformance: interrupted\n';
    assert.deepEqual([status, withoutProgress(said)], [2, message]);
    assert.deepEqual(readdirSync(empty), []);
  });

  it('fails on another system without sides, and lists the available sides', () => {
    const { status, stdout, stderr } = conformance();
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /ERR_TB_UNAVAILABLE: .*this is not Windows/);
    assert.match(stderr, /--replay <recording made on Windows>/);
    assert.match(stderr, /portable specification/);
  });

  it('fails on another system without sides for SSPI, and lists the available sides', () => {
    const { status, stdout, stderr } = conformance('--area', 'sspi');
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /SEC_E_UNSUPPORTED_FUNCTION: .*this is not Windows/);
    assert.match(stderr, /conformance --area sspi portable specification/);
  });

  it('reads the password of an account from standard input and never shows it', () => {
    const args = [program, 'conformance', '--area', 'sspi', '--user', 'A\\b'];
    const options = { encoding: 'utf8', input: 'of the account\r\nmore\n' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    assert.equal(status, 2);
    assert.match(stderr, /this is not Windows/);
    assert.doesNotMatch(stdout + stderr, /of the account/);
  });

  it('compares SSPI, and takes the area from a recording', () => {
    const file = join(folder, 'sspi.jsonl');
    const args = ['--area', 'sspi', '--groups', 'client', '--record', file];
    const { status, stdout } = conformance(...args, 'portable', 'specification');
    assert.equal(status, 0);
    assert.match(stdout, /^area {2}sspi$/m);
    assert.match(stdout, /^client +\d+ +\d+ +0 +0 +\d+ +0$/m);
    const replayed = conformance('--replay', file);
    assert.equal(replayed.status, 0);
    assert.match(replayed.stdout, /^area {2}sspi$/m);
  });

  it('reports no agreement if nothing was compared', () => {
    const { status, stderr } = conformance(
      ...QUICK.slice(0, 2),
      '--cases',
      '0',
      '--groups',
      'mutations',
    );
    assert.equal(status, 2);
    assert.match(stderr, /no case could be compared/);
  });

  for (const [name, args, problem] of [
    ['one side', ['portable'], /expected two sides or none, not 1\n/],
    [
      'one side beside a recording',
      ['--replay', 'x', 'specification'],
      /not 1; write: --replay <file> replay specification\n/,
    ],
    ['three sides', ['portable', 'specification', 'windows'], /two sides or none, not 3/],
    ['one side twice', ['portable', 'portable'], /the sides must be two different sides/],
    [
      'an unknown side',
      ['portable', 'linux'],
      /unknown side 'linux'; sides are windows, library, replay, stand-in, portable, specification/,
    ],
    ['a library without its path', ['library', 'portable'], /needs --library/],
    ['a replay without its file', ['replay', 'portable'], /needs --replay/],
    ['a seed that is not a number', [...QUICK, '--seed', '-1'], /--seed must be a whole number/],
    ['a seed beyond 32 bits', [...QUICK, '--seed', '4294967296'], /--seed must be .* 4294967295/],
    [
      'an unknown case',
      [...SPECIFIED, '--case', 'vectors/x'],
      /unknown case 'vectors\/x'; 'tokenbinding conformance cases' lists the cases/,
    ],
    [
      'an unknown case of SSPI',
      ['--area', 'sspi', ...SPECIFIED, '--case', 'client/x'],
      /unknown case 'client\/x'; 'tokenbinding conformance cases --area sspi' lists/,
    ],
    ['a case of an unknown group', [...SPECIFIED, '--case', '../x'], /unknown case '..\/x'/],
    [
      'a case beyond the mutations',
      [...SPECIFIED, '--case', 'mutations/1/1000000'],
      /unknown case 'mutations\/1\/1000000'/,
    ],
    [
      'a case with a seed',
      [...SPECIFIED, '--case', 'vectors/x', '--seed', '1'],
      /--seed must be absent/,
    ],
    [
      'a recording of one case',
      [...SPECIFIED, '--case', 'vectors/x', '--record', 'x'],
      /--record must/,
    ],
    ['cases with a side', ['cases', 'portable'], /too many/],
    ['cases with --record', ['cases', '--record', 'x'], /--record/],
    [
      'an unknown case to list',
      ['cases', '--case', 'generate-message/x'],
      /unknown case 'generate-message\/x'/,
    ],
    ['no case to list', ['cases', '--groups', 'mutations', '--cases', '0'], /select no case/],
    ['too many cases', [...QUICK, '--cases', '1000001'], /--cases must be/],
    [
      'an unknown group',
      [...QUICK, '--groups', 'all'],
      /unknown group 'all'; groups are vectors, messages, /,
    ],
    ['a seed for a recording', ['--replay', 'r.jsonl', '--seed', '1'], /--seed must be absent/],
    ['one recording to compare', ['diff', 'a.jsonl'], /'diff' needs two recordings/],
    ['three recordings to compare', ['diff', 'a', 'b', 'c'], /'diff' needs two recordings/],
    [
      'a recording of a comparison',
      ['diff', 'a', 'b', '--record', 'c'],
      /'diff' takes no --record/,
    ],
    [
      '--library without the side library',
      [...QUICK, '--library', 'C:\\a.dll'],
      /--library needs the side 'library'/,
    ],
    [
      '--replay without the side replay',
      [...QUICK, '--replay', 'a.jsonl'],
      /--replay needs the side 'replay'/,
    ],
    [
      'one file for page and recording',
      [...QUICK, '--html', 'x', '--record', 'x'],
      /must be different files/,
    ],
    [
      'a page in a missing folder',
      [...QUICK, '--html', '/no/such/page.html'],
      /cannot write \/no\/such/,
    ],
    ['an unknown option', ['--loud'], /unknown option '--loud'; options are --area, --user, /],
    [
      'an unknown area',
      ['--area', 'kerberos'],
      /unknown area 'kerberos'; areas are token-binding, sspi/,
    ],
    ['a library of SSPI', ['--area', 'sspi', '--library', 'C:\\a.dll'], /sides without a library/],
    [
      'a group of the other area',
      ['--area', 'sspi', '--groups', 'generate-message'],
      /unknown group 'generate-message'; groups are client, server, both, kerberos-client, /,
    ],
    ['an area for a recording', ['--area', 'sspi', '--replay', 'a.jsonl'], /--area must be absent/],
    ['an area for two recordings', ['diff', 'a', 'b', '--area', 'sspi'], /'diff' takes no --area/],
    [
      'an account for Token Binding',
      ['--user', 'A\\b'],
      /--user needs --area sspi and the side 'windows'/,
    ],
    [
      'an account without the side windows',
      ['--area', 'sspi', '--user', 'A\\b', ...SPECIFIED],
      /--user needs --area sspi and the side 'windows'/,
    ],
    [
      'a target without a keytab',
      ['--area', 'sspi', '--kerberos-target', 'HTTP/www'],
      /--kerberos-target and --kerberos-keytab need each other/,
    ],
    [
      'a keytab without the side windows',
      ['--area', 'sspi', '--kerberos-target', 'HTTP/www', '--kerberos-keytab', 'a', ...SPECIFIED],
      /--kerberos-target needs --area sspi and the side 'windows'/,
    ],
    [
      'a target with a realm',
      ['--area', 'sspi', '--kerberos-target', 'HTTP/www@A', '--kerberos-keytab', 'a'],
      /--kerberos-target must be a service, a slash and a host, without a realm/,
    ],
    ['a relative library', ['--library', 'x.dll'], /--library must be a full Windows path/],
    ['an account without a domain', ['--area', 'sspi', '--user', 'b'], /--user must be a domain/],
  ] as [string, string[], RegExp][]) {
    it(`rejects ${name} in one line, and names the help`, () => {
      const { status, stdout, stderr } = conformance(...args);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, problem);
      assert.match(stderr, /^[^\n]+\ntokenbinding conformance(?: cases)? --help says how\n$/);
    });
  }

  it('rejects a damaged recording', () => {
    const file = altered('damaged.jsonl', 'vectors/tb-00/ecdsap256', '{', '{{');
    const { status, stderr } = conformance('--replay', file);
    assert.equal(status, 2);
    assert.match(stderr, /ERR_TB_RECORDING: .* has a damaged line 2/);
  });
});
