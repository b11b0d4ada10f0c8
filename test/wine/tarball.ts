import assert from 'node:assert/strict';
import { cpSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { BUNDLERS } from '../support/bundles.js';
import { installPacked } from '../support/packed.js';
import { NODE_VERSIONS, type NodeVersion } from './node-exe.js';
import { windowsPath } from './prefix.js';
import { root, type Workplace } from './workplace.js';

const ADDON = 'node_modules/tokenbinding/prebuilds/win32-x64/tokenbinding.node';

const PRINT = `
  import { open } from 'tokenbinding';
  import { openSspi } from 'tokenbinding/sspi';
  const { LIBRARY: libraryPath, ADDON: addonPath } = process.env;
  const say = (opened) => {
    try {
      const { name, reason, library } = opened().provider;
      return [name, reason, library ?? ''].join(' ').trim();
    } catch ({ code, reason, file }) {
      return [code, reason ?? file].join(' ');
    }
  };
  for (const provider of ['auto', 'windows']) {
    console.log(say(() => open({ provider, libraryPath, addonPath })));
    console.log(say(() => openSspi({ provider, addonPath })));
  }`;

/** The output of {@link PRINT}: the providers `auto` and `windows` of Token Binding and SSPI. */
interface Said {
  readonly tokenBinding: readonly [auto: string, windows: string];
  readonly sspi: readonly [auto: string, windows: string];
  /** The number of warnings about the missing addon. */
  readonly warnings: number;
}

/** Tests the installed package in node.exe. */
export function describeTarball(workplace: Workplace): void {
  describe('the packed tarball under Wine', () => {
    const consumer = join(workplace.folder, 'consumer');
    const addon = join(consumer, ADDON);
    const aside = `${addon}.aside`;

    before(() => {
      installPacked(consumer, true);
      writeFileSync(join(consumer, 'print.mjs'), PRINT);
    });

    const LIBRARY = windowsPath(workplace.standIn('tokenbinding.dll'));
    const seen = async (
      version: NodeVersion,
      environment: NodeJS.ProcessEnv = {},
      program = join(consumer, 'print.mjs'),
    ): Promise<Said> => {
      const ending = await workplace.runInNode(version, [program], { LIBRARY, ...environment });
      assert.equal(ending.status, 0, ending.output);
      const [auto = '', sspiAuto = '', windows = '', sspiWindows = ''] = ending.stdout
        .trim()
        .split(/\r?\n/);
      const warnings = ending.stderr.match(/\[TB_NO_ADDON\]/g)?.length ?? 0;
      return { tokenBinding: [auto, windows], sspi: [sspiAuto, sspiWindows], warnings };
    };
    const unavailable = (reason: string): Said => ({
      // The program names a library, so the portable provider is not used.
      tokenBinding: [`ERR_TB_UNAVAILABLE ${reason}`, `ERR_TB_UNAVAILABLE ${reason}`],
      sspi: [`portable ${reason}`, `SEC_E_UNSUPPORTED_FUNCTION ${reason}`],
      warnings: 1,
    });

    const SECUR32 = 'C:\\windows\\system32\\secur32.dll';
    const windows: Said = {
      tokenBinding: [`windows found ${LIBRARY}`, `windows requested ${LIBRARY}`],
      sspi: [`windows found ${SECUR32}`, `windows requested ${SECUR32}`],
      warnings: 0,
    };
    for (const version of NODE_VERSIONS) {
      it(`opens the Windows provider in node.exe ${version}`, async () => {
        assert.deepEqual(await seen(version), windows);
      });
    }

    it('ignores the environment variables of node-gyp-build', async () => {
      const variables = {
        TOKENBINDING_PREBUILD: windowsPath(workplace.folder),
        PREBUILDS_ONLY: '1',
        npm_config_arch: 'arm64',
        npm_config_platform: 'linux',
      };
      for (const [name, value] of Object.entries(variables)) {
        assert.deepEqual(await seen('22.23.3', { [name]: value }), windows, name);
      }
    });

    it('uses the portable provider without an addon, and loads none from the path in a variable', async () => {
      renameSync(addon, aside);
      try {
        const elsewhere = { TOKENBINDING_PREBUILD: windowsPath(root) };
        const missing = unavailable('addon-missing');
        assert.deepEqual(await seen('20.20.2', elsewhere), missing);
        assert.deepEqual(await seen('22.23.3'), missing);
        const unnamed = await seen('22.23.3', { LIBRARY: undefined });
        assert.deepEqual(unnamed.tokenBinding, [
          'portable addon-missing',
          'ERR_TB_UNAVAILABLE addon-missing',
        ]);
        assert.equal(unnamed.warnings, 1);
      } finally {
        renameSync(aside, addon);
      }
    });

    it('does not fall back from an addon that does not load', async () => {
      renameSync(addon, aside);
      try {
        writeFileSync(addon, 'no addon');
        const broken = (code: string) => {
          const said = `${code} ${windowsPath(addon)}`;
          return [said, said] as const;
        };
        assert.deepEqual(await seen('20.20.2'), {
          tokenBinding: broken('ERR_TB_UNAVAILABLE'),
          sspi: broken('SEC_E_UNSUPPORTED_FUNCTION'),
          warnings: 0,
        });
      } finally {
        renameSync(aside, addon);
      }
    });

    for (const [name, bundle] of Object.entries(BUNDLERS)) {
      // Minifying takes webpack long and changes nothing here.
      if (name === 'webpack.cjs') continue;
      it(`loads only the named addon, and none in a folder above a bundle: ${name}`, async () => {
        const above = join(consumer, 'bundled');
        const program = join(above, 'a', 'b', 'c', name);
        const planted = join(above, 'prebuilds', 'win32-x64', 'tokenbinding.node');
        cpSync(addon, planted);
        await bundle(join(consumer, 'print.mjs'), program);
        assert.deepEqual(await seen('22.23.3', {}, program), unavailable('bundled'));
        const ADDON = windowsPath(planted);
        assert.deepEqual(await seen('22.23.3', { ADDON }, program), windows);
      });
    }
  });
}
