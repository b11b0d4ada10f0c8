import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { program, run } from '../support/command.js';
import { temporaryFolder } from '../support/folders.js';
import { vector } from '../support/vectors.js';

const folder = temporaryFolder();

const edge = vector('tb-00');
const message = edge.message ?? '';
const ekm = edge.ekm ?? '';
const tbh = edge.bindings?.[0]?.tbh ?? '';
const verifying = ['verify', '--ekm', ekm, '--key-type', 'ecdsap256'];

/** The modules of this package that the command loads, by their paths below src/. */
function loadedBy(args: string[]): string[] {
  const coverage = mkdtempSync(join(folder, 'coverage-'));
  run(args, '', { ...process.env, NODE_V8_COVERAGE: coverage });
  const [file = ''] = readdirSync(coverage);
  const { result }: { result: { url: string }[] } = JSON.parse(
    readFileSync(join(coverage, file), 'utf8'),
  );
  const source = new URL('.', pathToFileURL(program)).href;
  const own = result.map(({ url }) => url).filter((url) => url.startsWith(source));
  return own.map((url) => url.slice(source.length)).sort();
}

/** Text as PowerShell writes it to a file. */
function utf16(text: string): Buffer {
  return Buffer.from(`\ufeff${text}\r\n`, 'utf16le');
}

const NAMES = ['status', 'inspect', 'verify', 'generate', 'conformance'];

describe('tokenbinding (command)', () => {
  it('status prints the provider, the reason and its capabilities', () => {
    const { status, stdout } = run(['status', '--json']);
    assert.equal(status, 0);
    const report = JSON.parse(stdout);
    assert.equal(report.provider, 'portable');
    assert.equal(report.protocolVersion, '1.0');
    assert.deepEqual(report.keyTypesServer, ['ecdsap256', 'rsa2048_pss', 'rsa2048_pkcs1.5']);
    assert.ok(run(['status']).stdout.includes(report.reason));
  });

  it('status prints the same for SSPI', () => {
    const { sspi } = JSON.parse(run(['status', '--json']).stdout);
    const packages = ['Negotiate', 'Kerberos', 'NTLM'];
    assert.deepEqual(sspi, { provider: 'portable', reason: 'not-windows', packages });
    assert.match(
      run(['status']).stdout,
      /^SSPI\n +provider +portable \(not-windows\)\n +packages /m,
    );
  });

  describe('loads', () => {
    // Every command loads the error classes.
    const folders = (modules: readonly string[]) =>
      new Set(modules.filter((file) => !file.endsWith('/error.js')).map((file) => dirname(file)));

    it('only the requested command, and conformance for no other', () => {
      for (const [name = '', ...args] of [['status'], ['inspect', message], ['verify', 'x']]) {
        const loaded = loadedBy([name, ...args]);
        const found = NAMES.filter((command) => loaded.includes(`cli/${command}.js`));
        assert.deepEqual(found, [name]);
        const ofConformance = loaded.filter((file) => file.startsWith('conformance/'));
        const wanted =
          name === 'status'
            ? ['conformance/package-file.js', 'conformance/package-version.js']
            : [];
        assert.deepEqual(ofConformance, wanted, name);
      }
    });

    it('only the help for --help', () => {
      const base = ['cli.js', 'cli/command.js', 'cli/output.js'];
      assert.deepEqual(loadedBy(['--help']), [...base, 'cli/help/tokenbinding.js'].sort());
      for (const name of NAMES) {
        const loaded = loadedBy([name, '--help']);
        const own = loaded.filter((file) => /^cli\/[^/]*$|^sspi|open\.js$/.test(file));
        assert.deepEqual(
          own.filter((file) => file !== 'cli/variables.js'),
          base.slice(1),
        );
      }
    });

    it('no SSPI for Token Binding, and no Token Binding for tokens of NTLM', () => {
      for (const args of [
        ['inspect', message],
        [...verifying, message],
      ]) {
        assert.ok(!folders(loadedBy(args)).has('sspi'));
      }
      const ofToken = folders(loadedBy(['inspect', 'YAA=']));
      assert.ok(ofToken.has('sspi') && !ofToken.has('tokenbinding'));
    });
  });

  describe('verify', () => {
    it('accepts a message of Microsoft Edge with its EKM, in hex or base64url', () => {
      const { status, stdout } = run([...verifying, message]);
      assert.equal(status, 0);
      assert.match(stdout, /^verified\n\[0\] provided ecdsap256 verified {2}tbh /);
      assert.ok(stdout.includes(tbh));
      const text = Buffer.from(ekm, 'hex').toString('base64url');
      const args = ['verify', '--ekm', text, '--key-type', 'ecdsap256', '--json', '-'];
      const json = JSON.parse(run(args, message).stdout);
      assert.equal(json.verified, true);
      assert.equal(json.bindings[0].tbh, tbh);
    });

    it("rejects a message with exit code 1 and the error's code", () => {
      const other = ['verify', '--ekm', '00'.repeat(32), '--key-type', 'ecdsap256'];
      const cases: [string[], string][] = [
        [[...other, message], 'ERR_TB_SIGNATURE'],
        [['verify', '--ekm', ekm, '--key-type', 'rsa2048_pss', message], 'ERR_TB_KEY_TYPE'],
        [[...verifying, 'AAA'], 'ERR_TB_MALFORMED'],
        [[...verifying, `${message}=`], 'ERR_TB_MALFORMED'],
        [[...verifying, vector('tb-40').message ?? ''], 'ERR_TB_UNUSABLE_KEY'],
      ];
      for (const [args, code] of cases) {
        const { status, stdout, stderr } = run(args);
        assert.equal(status, 1);
        assert.match(stdout, new RegExp(`^refused ${code}\n`));
        assert.equal(stderr, '');
        const json = JSON.parse(run([...args, '--json']).stdout);
        assert.equal(json.verified, false);
        assert.equal(json.error.code, code);
      }
    });
  });

  it('never reads a file whose name is the text', () => {
    // Valid base64url of a whole byte, and the name of a file with an accepted message.
    const names = ['AAAA', message.slice(0, 100), 'ab'.repeat(68)];
    for (const name of names) {
      writeFileSync(join(folder, name), message);
      const inFolder = (...args: string[]) =>
        spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
      const file = inFolder(...verifying, `@${name}`);
      assert.match(file.stdout, /^verified\n/);
      const asText = inFolder(...verifying, name);
      assert.equal(asText.status, 1, asText.stderr);
      assert.equal(asText.stdout, run([...verifying, name]).stdout);
      assert.equal(inFolder('inspect', name).stdout, run(['inspect', name]).stdout);
    }
  });

  describe('the EKM', () => {
    const withoutEkm = ['verify', '--key-type', 'ecdsap256'];
    const target = ['generate', '--target', 'https://example.com/', '--json'];

    it('comes from a file as text or bytes, or from the environment', () => {
      const text = Buffer.from(ekm, 'hex').toString('base64url');
      const contents = [ekm, `${text}\r\n`, Buffer.from(ekm, 'hex'), utf16(ekm)];
      for (const [index, content] of contents.entries()) {
        const file = join(folder, `ekm-${index}`);
        writeFileSync(file, content);
        const { status, stderr } = run([...withoutEkm, '--ekm-file', file, message]);
        assert.equal(status, 0, stderr);
        assert.equal(run([...target, '--ekm-file', file]).status, 0);
      }
      for (const value of [ekm, text]) {
        const env = { ...process.env, TOKENBINDING_EKM: value };
        assert.equal(run([...withoutEkm, message], '', env).status, 0);
        assert.equal(run(target, '', env).status, 0);
      }
    });

    it('in an argument overrides the environment', () => {
      const env = { ...process.env, TOKENBINDING_EKM: '00'.repeat(32) };
      assert.equal(run([...withoutEkm, message], '', env).status, 1);
      assert.equal(run([...withoutEkm, '--ekm', ekm, message], '', env).status, 0);
    });

    it('does not appear in errors', () => {
      const secret = ekm.slice(0, 63);
      const file = join(folder, 'half-an-ekm');
      writeFileSync(file, secret);
      for (const args of [
        ['--ekm', secret],
        ['--ekm', ekm, '--ekm-file', file],
        ['--ekm-file', file],
        ['--ekm-file', ekm],
        ['--ekm-file', `/${secret}`],
        ['--ekm-file', Buffer.from(ekm, 'hex').toString('base64url')],
        [],
      ]) {
        const env = { ...process.env, TOKENBINDING_EKM: secret };
        for (const command of [[...withoutEkm, message], target]) {
          const { status, stdout, stderr } = run([...command, ...args], '', env);
          assert.deepEqual([status, stdout], [2, '']);
          assert.ok(!stderr.includes(secret.slice(0, 20)), stderr);
        }
      }
    });

    it('of 32 characters is rejected, not read as bytes', () => {
      const file = join(folder, 'hex-of-16-bytes');
      writeFileSync(file, ekm.slice(0, 32));
      assert.equal(run([...withoutEkm, '--ekm-file', file, message]).status, 2);
    });
  });

  describe('generate', () => {
    const generating = ['generate', '--target', 'https://www.example.com/', '--ekm', ekm];

    it('prints a header line that verify accepts', () => {
      const { status, stdout, stderr } = run(generating);
      assert.equal(status, 0);
      assert.match(stdout, /^Sec-Token-Binding: [A-Za-z0-9_-]+\n$/);
      assert.match(stderr, /the key is not kept/);
      assert.equal(run([...verifying, '-'], stdout).status, 0);
    });

    it('keeps its key in a key store', () => {
      const keys = join(folder, 'keys');
      const tbhOf = () =>
        JSON.parse(run([...generating, '--key-store', keys, '--json']).stdout).tbh;
      assert.equal(tbhOf(), tbhOf());
      assert.deepEqual(readdirSync(keys), ['ecdsap256@example.com.pem']);
    });

    it('makes the requested binding type and key type', () => {
      const args = [...generating, '--binding-type', 'referred', '--key-type', 'rsa2048_pss'];
      const { bindingType, keyType, message } = JSON.parse(run([...args, '--json']).stdout);
      assert.equal(bindingType, 'referred');
      assert.equal(keyType, 'rsa2048_pss');
      assert.equal(run([...verifying, message]).status, 0);
    });
  });

  it('escapes control characters in repeated input', () => {
    for (const args of [
      ['\u001b]0;x\u0007'],
      ['inspect', './\u001b[2J'],
      ['inspect', '--\u009b'],
    ]) {
      const { stderr } = run(args);
      assert.match(stderr, /\\x(?:1b|9b)/);
      for (const code of [0x1b, 0x9b, 0x07]) assert.ok(!stderr.includes(String.fromCharCode(code)));
    }
  });

  it('does not repeat superfluous arguments', () => {
    const { stderr } = run(['generate', 'https://user:hunter2@example.com/']);
    assert.ok(!stderr.includes('hunter2'));
  });

  it('accepts a value that begins with a dash', () => {
    const dashed = Buffer.concat([Buffer.from([0xf8]), Buffer.alloc(31)]).toString('base64url');
    assert.equal(dashed[0], '-');
    const args = ['generate', '--target', 'https://example.com/', '--ekm', dashed, '--json'];
    assert.equal(run(args).status, 0);
  });

  it('waits for standard input', async () => {
    const child = spawn(process.execPath, [program, 'inspect', '-'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    setTimeout(() => child.stdin.end(message), 500);
    assert.deepEqual((await once(child, 'close'))[0], 0);
  });

  it('stops reading after the size limit', { skip: process.platform === 'win32' }, () => {
    const { status, stderr } = run(['inspect', '@/dev/zero']);
    assert.equal(status, 2);
    assert.match(stderr, /more than 1048576 bytes/);
  });

  it('accepts text as Windows tools write it', () => {
    const utf16 = Buffer.from(`\ufeff${message}\r\n`, 'utf16le');
    const utf8 = Buffer.from(`\ufeff${message}\r\n`);
    for (const form of [utf16, utf8]) assert.equal(run(['inspect', '-'], form).status, 0);
  });

  it('exits silently if its reader closes the pipe, and fails if it cannot write', {
    skip: process.platform === 'win32',
  }, () => {
    const shell = (script: string) =>
      spawnSync('sh', ['-c', script, process.execPath, program], { encoding: 'utf8' });
    assert.equal(shell('"$0" "$1" --help | true').stderr, '');
    const full = shell('"$0" "$1" status >/dev/full');
    assert.equal(full.status, 2);
    assert.match(full.stderr, /^tokenbinding: cannot write: ENOSPC/);
  });

  it('prints colours if they are forced, and none to a pipe', () => {
    const esc = String.fromCharCode(27);
    assert.ok(!run(['inspect', message]).stdout.includes(esc));
    const options = { env: { ...process.env, FORCE_COLOR: '1' }, encoding: 'utf8' } as const;
    const forced = spawnSync(process.execPath, [program, 'inspect', message], options);
    assert.ok(forced.stdout.includes(esc));
  });
});
