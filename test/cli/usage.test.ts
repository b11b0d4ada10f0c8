import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AREAS, GROUPS } from '../../src/conformance/areas.js';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { program, run } from '../support/command.js';
import { temporaryFolder } from '../support/folders.js';
import { newServiceKey } from '../support/kerberos-ticket.js';
import { kerberosHandshake } from '../support/kerberos-tokens.js';
import { vector } from '../support/vectors.js';

const folder = temporaryFolder();
const edge = vector('tb-00');
const message = edge.message ?? '';
const ekm = edge.ekm ?? '';
const NAMES = ['status', 'inspect', 'verify', 'generate', 'conformance'];
const ALL = [...NAMES, 'conformance cases'];

const helpOf = (name: string) => run([...name.split(' '), '--help']).stdout;
const target = ['generate', '--target', 'https://example.com/'];

/** The lines below a heading of a help text. */
function linesBelow(heading: string, help: string): string[] {
  const [, text = ''] = help.split(`\n${heading}:\n`);
  const [lines = ''] = text.split('\n\n');
  return lines
    .replaceAll('\\\n', '')
    .split('\n')
    .map((line) => line.trim());
}

describe('help of the command', () => {
  it('exists for the program and for each command, by every option and word', () => {
    const { status, stdout, stderr } = run(['--help']);
    assert.deepEqual([status, stderr], [0, '']);
    for (const subject of ['Token Binding', 'SSPI', 'NTLM', ...NAMES]) {
      assert.ok(stdout.includes(subject), subject);
    }
    for (const args of [['help'], ['-h'], ['help', 'help']]) assert.equal(run(args).stdout, stdout);
    assert.equal(run(['help', 'ntlm']).stdout, helpOf('inspect'));
    for (const name of ALL) {
      const help = helpOf(name);
      assert.match(help, new RegExp(`^Usage: tokenbinding ${name} `));
      assert.match(help, /^Exit code: /m);
      for (const args of [
        ['help', ...name.split(' ')],
        [...name.split(' '), 'x', '-h'],
      ]) {
        assert.deepEqual(run(args), { status: 0, stdout: help, stderr: '' });
      }
    }
  });

  it('is at most 80 columns wide, and ends with a line break', () => {
    for (const help of [run(['help']).stdout, ...ALL.map(helpOf)]) {
      for (const line of help.split('\n')) assert.ok(line.length <= 80, line);
      assert.match(help, /[^\n]\n$/);
    }
  });

  it('lists exactly the existing options', () => {
    for (const name of ALL) {
      const { stderr } = run([...name.split(' '), '--bogus']);
      const options = /options are (.*)$/m.exec(stderr)?.[1]?.split(', ') ?? [];
      const described = [...helpOf(name).matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option]) => option);
      assert.notEqual(options.length, 0);
      assert.deepEqual(described.toSorted(), options.toSorted(), name);
    }
  });

  it('names every area and group of conformance', () => {
    const help = helpOf('conformance');
    for (const area of AREAS) assert.ok(help.includes(`${area}:\n    ${GROUPS[area].join(',')}\n`));
  });

  it('has examples that run', { skip: process.platform === 'win32' }, () => {
    const key = newServiceKey(18);
    const { request } = kerberosHandshake(key);
    const files = {
      'message.txt': message,
      'ekm.bin': Buffer.from(ekm, 'hex'),
      'token.txt': `Negotiate ${Buffer.from(request).toString('base64')}`,
      'service.keytab': encodeKeytab(key),
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const [recorded, own] = ['windows.jsonl', '"portable" "specification"'];
    for (const name of ['', ...ALL]) {
      const examples = linesBelow('Examples', name === '' ? run(['help']).stdout : helpOf(name));
      assert.ok(examples.length >= 2 && examples.length <= 4, name);
      for (const example of examples) {
        // The side windows is not available here: the portable side makes its recording.
        const line = example
          .replace(`--record ${recorded}`, `${own} --cases 10 --record ${recorded}`)
          .replace(/<message>|AIk[\w-]+\.\.\./, message)
          .replace('<ekm>', ekm)
          .replace(/tokenbinding /, '"$NODE" "$CLI" ');
        const env = { ...process.env, NODE: process.execPath, CLI: program };
        const { status, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, env });
        assert.equal(status, 0, `${line}\n${stderr}`);
      }
    }
  });

  it('--version prints the version of the package', () => {
    const version = run(['--version']);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
    assert.deepEqual(run(['-v']), version);
  });
});

describe('wrong usage of the command', () => {
  it('exits with 2 and prints two lines on standard error', () => {
    const wrong = [
      [],
      ['bogus'],
      ['__proto__'],
      ['ntlm'],
      ['help', 'bogus'],
      ['ntlm', 'inspect'],
      ['inspect'],
      ['inspect', ''],
      ['inspect', 'Cookie: a=b'],
      ['inspect', 'AAA', 'AAA'],
      ['inspect', '--bogus', 'AAA'],
      ['inspect', '--json=yes', 'AAA'],
      ['inspect', 'AAA', '--file'],
      ['inspect', './no-such-file'],
      ['inspect', '@no-such-file'],
      ['inspect', '--file', 'no-such-file'],
      ['inspect', '--file', program, 'AAA'],
      ['inspect', folder],
      ['inspect', `@${folder}`],
      ['verify', message],
      ['verify', '--ekm', ekm, message],
      ['verify', '--ekm', ekm, '--key-type', 'rsa', message],
      ['verify', '--ekm', 'abc', '--key-type', 'ecdsap256', message],
      ['verify', '--ekm', `${ekm}00`, '--key-type', 'ecdsap256', message],
      ['verify', '--ekm', ekm, '--key-type', 'ecdsap256', 'no/such/file'],
      ['generate'],
      target,
      ['generate', '--target', 'http://example.com/', '--ekm', ekm],
      [...target, '--ekm', ekm, '--binding-type', 'x'],
      [...target, '--ekm', ekm, '--key-type', 'x'],
      [...target, '--ekm', ekm, '--key-store', ''],
      ['status', 'now'],
      ['bogus\ncommand'],
    ];
    for (const args of wrong) {
      const { status, stdout, stderr } = run(args);
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.match(stderr, /^tokenbinding[ a-z]*: .+\ntokenbinding[ a-z]* --help says how\n$/);
    }
    for (const args of [
      [...target, '--ekm', ekm, '--key-type', 'anyexisting'],
      [...target, '--ekm', ekm, '--key-store', program],
    ]) {
      const { status, stdout, stderr } = run(args);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^tokenbinding generate: ERR_TB_\w+: .+\n$/);
    }
  });

  it('prints the mistake and the valid values', () => {
    for (const [args, problem, command = ''] of [
      [[], `the command is missing; commands are ${NAMES.join(', ')}`],
      [['--json'], `the command comes first; commands are ${NAMES.join(', ')}`],
      [['bogus'], `unknown command 'bogus'; commands are ${NAMES.join(', ')}`],
      [
        ['inspect', '--bogus'],
        "unknown option '--bogus'; options are --file, --keytab, --json",
        'inspect',
      ],
      [
        ['inspect', 'Cookie: a=b'],
        'no header of Token Binding, NTLM, SPNEGO or Kerberos',
        'inspect',
      ],
      [['inspect', '-x'], "unknown option '-x'; options are --file, --keytab, --json", 'inspect'],
      [['verify', '--ekm'], '--ekm needs a value', 'verify'],
      [['status', '--json=1'], '--json takes no value', 'status'],
      [['inspect', './x'], './x is neither base64url nor hex; for a file write @./x', 'inspect'],
      [
        ['verify', '--ekm', ekm, message],
        '--key-type is missing; key types are ecdsap256, rsa2048_pss, rsa2048_pkcs1.5',
        'verify',
      ],
      [
        ['verify', '--ekm', ekm, '--key-type', 'rsa', message],
        "unknown key type 'rsa'; key types are ecdsap256, rsa2048_pss, rsa2048_pkcs1.5",
        'verify',
      ],
      [
        [...target, '--ekm', ekm, '--binding-type', 'x'],
        "unknown binding type 'x'; binding types are provided, referred",
        'generate',
      ],
      [[...target, '--ekm-file', 'no-such-file'], 'cannot read no-such-file: ENOENT', 'generate'],
    ] as [string[], string, string?][]) {
      const name = command === '' ? 'tokenbinding' : `tokenbinding ${command}`;
      assert.equal(run(args).stderr, `${name}: ${problem}\n${name} --help says how\n`);
    }
  });

  it('does not repeat a long name, because it may be a misplaced secret', () => {
    const { stderr } = run(['verify', '--key-type', ekm, '--ekm', ekm, message]);
    assert.match(stderr, /: unknown key type; key types are /);
    assert.ok(!stderr.includes(ekm.slice(0, 8)));
  });
});
