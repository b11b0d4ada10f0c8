import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './programs.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What `npm pack` reads, except dist/ and prebuilds/. */
const SOURCES = [
  ...['package.json', 'tsconfig.json', 'tsconfig.package.json', 'scripts', 'src', 'native'],
  ...['test/vectors', 'docs', 'examples', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'],
];

/** Variables that a parent npm sets for its scripts, and those that change how the package is packed. */
const NPMS_OWN = /^(?:npm_|TOKENBINDING_)/i;

/** Runs npm with only npm, Node and a shell on the PATH: no compiler and no Python. */
export function runNpm(
  folder: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): SpawnSyncReturns<string> {
  const tools = join(folder, '.tools');
  mkdirSync(tools);
  symlinkSync(process.execPath, join(tools, 'node'));
  for (const name of ['npm', 'sh']) symlinkSync(findProgram(name) ?? name, join(tools, name));
  return spawnSync(join(tools, 'npm'), args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NPMS_OWN.test(name))),
      PATH: tools,
      HOME: tools,
      npm_config_cache: output('npm', 'config', 'get', 'cache'),
      // User settings of npm could add warnings.
      npm_config_userconfig: join(tools, 'user-npmrc'),
      npm_config_globalconfig: join(tools, 'global-npmrc'),
      npm_config_update_notifier: 'false',
      ...environment,
    },
  });
}

/**
 * Runs `npm pack` without MinGW in a copy of this package, because other tests use its dist/.
 *
 * @param folder for the copy
 * @param prebuilds whether to copy the prebuilt addon
 */
export function runPack(
  folder: string,
  prebuilds: boolean,
  environment: NodeJS.ProcessEnv = {},
): SpawnSyncReturns<string> {
  for (const name of prebuilds ? [...SOURCES, 'prebuilds'] : SOURCES) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return runNpm(folder, ['pack'], environment);
}

/** The path of the packed tarball, made as for a release, but without the addon if it was not built. */
export function packed(folder: string, prebuilds: boolean): string {
  const environment = prebuilds ? {} : { TOKENBINDING_PACK_WITHOUT_ADDON: '1' };
  const { status, stderr } = runPack(folder, prebuilds, environment);
  const tarball = tarballIn(folder);
  if (status !== 0 || tarball === undefined) throw new Error(stderr);
  return join(folder, tarball);
}

/** Installs the tarball of {@link packed} and its dependencies where npm would. */
export function installPacked(folder: string, prebuilds: boolean): void {
  const copy = join(folder, 'copy');
  const installed = join(folder, 'node_modules', 'tokenbinding');
  for (const made of [copy, installed]) mkdirSync(made, { recursive: true });
  const tarball = packed(copy, prebuilds);
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  for (const name of ['node-gyp-build', 'tldts', 'tldts-core']) {
    const target = join(folder, 'node_modules', name);
    cpSync(join(root, 'node_modules', name), target, { recursive: true });
  }
}

export function tarballIn(folder: string): string | undefined {
  return readdirSync(folder).find((name) => name.endsWith('.tgz'));
}

function output(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' }).trim();
}
