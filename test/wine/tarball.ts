import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { installPacked } from '../support/packed.js';
import { NODE_VERSIONS, type NodeVersion } from './node-exe.js';
import { windowsPath } from './prefix.js';
import { root, type Workplace } from './workplace.js';

const ADDON = 'node_modules/tokenbinding/prebuilds/win32-x64/tokenbinding.node';

const PRINT = `
  import { open } from 'tokenbinding';
  import { openSspi } from 'tokenbinding/sspi';
  const libraryPath = process.env.LIBRARY;
  const say = (opened) => {
    try {
      const { name, reason, library } = opened().provider;
      return [name, reason, library ?? ''].join(' ').trim();
    } catch ({ code, reason, file }) {
      return [code, reason ?? file].join(' ');
    }
  };
  for (const provider of ['auto', 'windows']) {
    console.log(say(() => open({ provider, libraryPath })));
    console.log(say(() => openSspi({ provider })));
  }`;

/** What the program above says of Token Binding and SSPI, each with the provider `auto` and `windows`. */
interface Said {
  readonly tokenBinding: readonly [auto: string, windows: string];
  readonly sspi: readonly [auto: string, windows: string];
}

/** The package as npm would install it, in node.exe. */
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
    ): Promise<Said> => {
      const args = [join(consumer, 'print.mjs')];
      const ending = await workplace.runInNode(version, args, { LIBRARY, ...environment });
      assert.equal(ending.status, 0, ending.output);
      const [auto = '', sspiAuto = '', windows = '', sspiWindows = ''] = ending.output
        .trim()
        .split(/\r?\n/);
      return { tokenBinding: [auto, windows], sspi: [sspiAuto, sspiWindows] };
    };

    const SECUR32 = 'C:\\windows\\system32\\secur32.dll';
    const windows: Said = {
      tokenBinding: [`windows found ${LIBRARY}`, `windows requested ${LIBRARY}`],
      sspi: [`windows found ${SECUR32}`, `windows requested ${SECUR32}`],
    };
    for (const version of NODE_VERSIONS) {
      it(`takes the OS path in node.exe ${version}`, async () => {
        assert.deepEqual(await seen(version), windows);
      });
    }

    it('takes it whatever node-gyp-build is told by the environment', async () => {
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

    it('is portable without an addon, and takes none from where a variable says', async () => {
      renameSync(addon, aside);
      try {
        const elsewhere = { TOKENBINDING_PREBUILD: windowsPath(root) };
        const missing: Said = {
          tokenBinding: ['portable addon-missing', 'ERR_TB_UNAVAILABLE addon-missing'],
          sspi: ['portable addon-missing', 'SEC_E_UNSUPPORTED_FUNCTION addon-missing'],
        };
        assert.deepEqual(await seen('20.20.2', elsewhere), missing);
        assert.deepEqual(await seen('22.23.3'), missing);
      } finally {
        renameSync(aside, addon);
      }
    });

    it('does not fall back from an addon that does not load', async () => {
      renameSync(addon, aside);
      try {
        writeFileSync(addon, 'no addon');
        const unavailable = (code: string) => {
          const said = `${code} ${windowsPath(addon)}`;
          return [said, said] as const;
        };
        assert.deepEqual(await seen('20.20.2'), {
          tokenBinding: unavailable('ERR_TB_UNAVAILABLE'),
          sspi: unavailable('SEC_E_UNSUPPORTED_FUNCTION'),
        });
      } finally {
        renameSync(aside, addon);
      }
    });
  });
}
