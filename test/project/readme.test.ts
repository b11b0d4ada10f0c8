import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { runConformance } from '../../src/conformance.js';
import type { TokenBindingErrorCode } from '../../src/errors.js';
import type { ProviderDescription } from '../../src/index.js';
import { temporaryFolder } from '../support/folders.js';
import { newServiceKey } from '../support/kerberos-ticket.js';
import { kerberosHandshake } from '../support/kerberos-tokens.js';
import { deadLinks } from '../support/links.js';
import { blocksOf } from '../support/markdown.js';
import { skipWithout } from '../support/programs.js';
import { Project } from '../support/project.js';
import { vector } from '../support/vectors.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const command = join(root, 'dist', 'src', 'cli.js');

/**
 * What the JavaScript blocks of each page print, in their order. Those without a text run in tests of `test/http/` and in
 * `test/peers/kerberos-samba.test.ts`.
 */
const OUTPUTS: Readonly<Record<string, readonly (RegExp | undefined)[] | undefined>> = {
  'README.md': [undefined, /^200 Hello alice\n401\n$/, /^EXAMPLE\\alice a message\n$/],
  'docs/command.md': [],
  'docs/conformance.md': [/^0 true\n$/, /^3 \{ compared: 1, differed: 0, skipped: 0 \}\n$/],
  'docs/errors.md': [/^ERR_TB_MALFORMED tokenbindings 0\n$/],
  'docs/http-auth.md': undefined,
  'docs/http.md': undefined,
  'docs/kerberos.md': undefined,
  'docs/performance.md': [],
  'docs/recordings.md': [],
  'docs/sspi.md': [/^NTLM \[ 'Negotiate', 'Kerberos', 'NTLM' \]\n$/],
  'docs/token-binding.md': [
    /^provided verified [A-Za-z0-9_-]{43}\n$/,
    /^200 [A-Za-z0-9_-]{43}\n$/,
    /^68\n$/,
  ],
  'docs/windows.md': [/^portable portable\n$/],
};

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join(folder, file)));
}

describe('README and docs', () => {
  const project = new Project();

  before(async () => {
    await project.writeCertificate();
    const { message, ekm } = vector('tb-00');
    writeFileSync(join(project.folder, 'message.txt'), message ?? '');
    writeFileSync(join(project.folder, 'ekm.bin'), ekm ?? '');
    const serviceKey = newServiceKey(18);
    writeFileSync(join(project.folder, 'web.keytab'), encodeKeytab(serviceKey));
    writeFileSync(join(project.folder, 'token.txt'), kerberosHandshake(serviceKey).request);
    const record = join(project.folder, 'windows.jsonl');
    const groups = ['identifiers'] as const;
    await runConformance({ sides: ['portable', 'specification'], groups, mutations: 0, record });
    for (const name of ['windows-10.jsonl', 'windows-11.jsonl', 'other.jsonl']) {
      copyFileSync(record, join(project.folder, name));
    }
  });

  it('are the pages tested here', () => {
    const pages = readdirSync(join(root, 'docs')).map((name) => `docs/${name}`);
    assert.deepEqual(Object.keys(OUTPUTS), ['README.md', ...pages.sort()]);
    assert.ok(read('README.md').split('\n').length <= 150);
  });

  for (const [page, outputs] of Object.entries(OUTPUTS)) {
    if (outputs === undefined) continue;
    it(`has JavaScript that runs as it stands: ${page}`, () => {
      const blocks = blocksOf(read(page), 'js');
      assert.equal(blocks.length, outputs.length);
      for (const [index, code] of blocks.entries()) {
        const output = outputs[index];
        if (output === undefined) continue;
        const onAnyPort = code
          .replace('listen(8443)', 'listen(0)')
          .replace('port: 8443', 'port: server.address().port');
        assert.match(project.run(onAnyPort), output);
      }
    });
  }

  it('have commands that run, except those for Windows', () => {
    const lines = Object.keys(OUTPUTS).flatMap((page) =>
      blocksOf(read(page), 'sh').join('').split('\n'),
    );
    const commands = lines
      .filter((line) => line.startsWith('npx tokenbinding '))
      .map((line) => line.replace(/ #.*/, '').trim());
    assert.ok(commands.length > 10);
    for (const text of new Set(commands)) {
      const args = [command, ...text.split(' ').slice(2)];
      const { status, stderr } = spawnSync(process.execPath, args, {
        cwd: project.folder,
        encoding: 'utf8',
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      if (status !== 0) assert.match(stderr, /this is not Windows/, `${text}: ${stderr}`);
    }
  });

  // README's commands need openssl, the tests only Node. The gate requires both.
  it('make a certificate for localhost', { skip: skipWithout('openssl') }, () => {
    const [line = ''] = blocksOf(read('README.md'), 'sh').filter((block) =>
      block.startsWith('openssl'),
    );
    const folder = temporaryFolder();
    const { status, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const certificate = new X509Certificate(readFileSync(join(folder, 'cert.pem')));
    assert.equal(certificate.subjectAltName, 'DNS:localhost');
  });

  const examples = readdirSync(join(root, 'examples')).map((name) => `examples/${name}/README.md`);
  const others = ['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', ...examples];
  const pages = [...Object.keys(OUTPUTS), ...others].filter((page) => existsSync(join(root, page)));

  it('have no dead links, nor has any other page', () => {
    assert.deepEqual(deadLinks(root, pages), []);
  });

  it('name only scripts of package.json, as does any other page', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = pages.flatMap((page) => read(page).match(/(?<=\bnpm run )[a-z][\w:-]*/g) ?? []);
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter((name) => !Object.hasOwn(scripts, name)),
      [],
    );
  });

  it('list every error code', () => {
    const codes: Record<TokenBindingErrorCode, true> = {
      ERR_TB_MALFORMED: true,
      ERR_TB_SIGNATURE: true,
      ERR_TB_KEY_TYPE: true,
      ERR_TB_UNUSABLE_KEY: true,
      ERR_TB_NEGOTIATION: true,
      ERR_TB_NOT_SUPPORTED: true,
      ERR_TB_KEY_NOT_FOUND: true,
      ERR_TB_KEY_STORE: true,
      ERR_TB_RECORDING: true,
      ERR_TB_UNAVAILABLE: true,
      ERR_TB_OS: true,
    };
    const [table = ''] = read('docs/errors.md').split('## SspiError', 1);
    assert.deepEqual(table.match(/(?<=^\| `)ERR_TB_\w+(?=`)/gm), Object.keys(codes));
  });

  it('list every reason for a provider', () => {
    const reasons: Record<ProviderDescription['reason'], true> = {
      requested: true,
      found: true,
      'not-windows': true,
      'addon-missing': true,
      bundled: true,
      'library-missing': true,
      'library-too-old': true,
      'symbol-missing': true,
    };
    const page = read('docs/windows.md');
    const [, table = ''] = /^\| `provider\.reason` .*\n\|.*\n((?:\|.*\n)+)/m.exec(page) ?? [];
    assert.deepEqual(table.match(/(?<=^\| `)[a-z-]+(?=`)/gm), Object.keys(reasons));
  });

  it('list the statuses with which SSPI itself fails, and no others, as SspiError does', () => {
    const used = sourcesIn('src/sspi').flatMap(
      (source) => source.match(/(?<=')(?:SEC_E|ERR_SSPI)_\w+(?=')/g) ?? [],
    );
    const rows = read('docs/sspi.md').match(/(?<=^\| `)(?:SEC_E|ERR_SSPI)_\w+(?=`)/gm) ?? [];
    assert.deepEqual(rows.toSorted(), [...new Set(used)].toSorted());
    const documented = sourcesIn('src').flatMap(
      (source) => source.match(/(?<=^ \* - `)(?:SEC_E|ERR_SSPI)_\w+(?=`)/gm) ?? [],
    );
    assert.deepEqual(documented, rows);
  });
});
