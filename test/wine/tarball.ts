import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { NODE_VERSIONS, type NodeVersion } from './node-exe.js';
import { windowsPath } from './prefix.js';
import { root, type Workplace } from './workplace.js';

const ADDON = 'node_modules/tokenbinding/prebuilds/win32-x64/tokenbinding.node';

const PRINT = `
  import { open } from 'tokenbinding';
  const libraryPath = process.env.LIBRARY;
  const say = (provider) => {
    try {
      const { name, reason, library } = open({ provider, libraryPath }).provider;
      return [name, reason, library === libraryPath].join(' ');
    } catch ({ code, reason, file }) {
      return [code, reason ?? file].join(' ');
    }
  };
  console.log(say('auto') + '|' + say('windows'));`;

/** The package as npm would install it, in node.exe. */
export function describeTarball(workplace: Workplace): void {
  describe('the packed tarball under Wine', () => {
    const consumer = join(workplace.folder, 'consumer');
    const addon = join(consumer, ADDON);
    const aside = `${addon}.aside`;

    before(() => {
      install(consumer);
      writeFileSync(join(consumer, 'print.mjs'), PRINT);
    });

    const seen = async (version: NodeVersion, environment: NodeJS.ProcessEnv = {}) => {
      const LIBRARY = windowsPath(workplace.standIn('tokenbinding.dll'));
      const args = [join(consumer, 'print.mjs')];
      const ending = await workplace.runInNode(version, args, { LIBRARY, ...environment });
      assert.equal(ending.status, 0, ending.output);
      return ending.output.trim();
    };

    const windows = 'windows found true|windows requested true';
    for (const version of NODE_VERSIONS) {
      it(`takes the OS path in node.exe ${version}`, async () => {
        assert.equal(await seen(version), windows);
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
        assert.equal(await seen('22.23.3', { [name]: value }), windows, name);
      }
    });

    it('is portable without an addon, and takes none from where a variable says', async () => {
      renameSync(addon, aside);
      try {
        const elsewhere = { TOKENBINDING_PREBUILD: windowsPath(root) };
        const missing = 'portable addon-missing false|ERR_TB_UNAVAILABLE addon-missing';
        assert.equal(await seen('20.20.2', elsewhere), missing);
        assert.equal(await seen('22.23.3'), missing);
      } finally {
        renameSync(aside, addon);
      }
    });

    it('does not fall back from an addon that does not load', async () => {
      renameSync(addon, aside);
      try {
        writeFileSync(addon, 'no addon');
        const unavailable = `ERR_TB_UNAVAILABLE ${windowsPath(addon)}`;
        assert.equal(await seen('20.20.2'), `${unavailable}|${unavailable}`);
      } finally {
        renameSync(aside, addon);
      }
    });
  });
}

function install(folder: string): void {
  const installed = join(folder, 'node_modules', 'tokenbinding');
  mkdirSync(installed, { recursive: true });
  const pack = ['pack', '--ignore-scripts', '--pack-destination', folder];
  execFileSync('npm', pack, { cwd: root, stdio: 'ignore' });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  const unpack = ['-xzf', join(folder, tarball), '--strip-components=1', '-C', installed];
  execFileSync('tar', unpack);
  for (const name of ['node-gyp-build', 'tldts', 'tldts-core']) {
    const target = join(folder, 'node_modules', name);
    cpSync(join(root, 'node_modules', name), target, { recursive: true });
  }
}
