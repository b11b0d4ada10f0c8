import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TokenBindingErrorCode } from '../../src/errors.js';
import type { ProviderDescription } from '../../src/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');

describe('README', () => {
  const blocks = Array.from(readme.matchAll(/^```js\n(.*?)^```$/gms), ([, code = '']) => code);

  it('has code that runs as it stands', () => {
    const outputs = [
      /^provided verified [A-Za-z0-9_-]{43}\n$/,
      /^portable\n$/,
      /^3 \{ compared: 1, differed: 0, skipped: 0 \}\n$/,
      /^EXAMPLE\\alice a message\n$/,
    ];
    assert.equal(blocks.length, outputs.length);
    for (const [index, code] of blocks.entries()) {
      const args = ['--input-type=module', '--eval', code];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: root,
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      assert.match(stdout, outputs[index] ?? /^$/);
    }
  });

  it('lists every error code', () => {
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
    const rows = Array.from(readme.matchAll(/^\| `(ERR_TB_\w+)`/gm), ([, code]) => code);
    assert.deepEqual(rows, Object.keys(codes));
  });

  it('lists every reason for a provider', () => {
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
    const [, table = ''] = /^\| reason .*\n\|.*\n((?:\|.*\n)+)/m.exec(readme) ?? [];
    const rows = Array.from(table.matchAll(/^\| `([a-z-]+)`/gm), ([, reason]) => reason);
    assert.deepEqual(rows, Object.keys(reasons));
  });

  it('lists the statuses that SSPI fails with of itself, and no others, as SspiError does', () => {
    const sources = readdirSync(`${root}/src/sspi`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(`${root}/src/sspi/${file}`, 'utf8'));
    const used = sources.flatMap(
      (source) => source.match(/(?<=')(?:SEC_E|ERR_SSPI)_\w+(?=')/g) ?? [],
    );
    const rows = Array.from(
      readme.matchAll(/^\| `((?:SEC_E|ERR_SSPI)_\w+)`/gm),
      ([, code]) => code,
    );
    assert.deepEqual(rows.toSorted(), [...new Set(used)].toSorted());
    const errors = readFileSync(`${root}/src/sspi/error.ts`, 'utf8');
    const documented = Array.from(
      errors.matchAll(/^ \* - `((?:SEC_E|ERR_SSPI)_\w+)`/gm),
      ([, code]) => code,
    );
    assert.deepEqual(documented, rows);
  });
});
