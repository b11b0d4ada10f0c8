import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What `npm pack` reads, dist/ and prebuilds/ apart. */
const SOURCES = [
  ...['package.json', 'tsconfig.json', 'tsconfig.package.json', 'scripts', 'src', 'native'],
  ...['test/vectors', 'docs', 'examples', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'],
];

/** What an npm above this process has told its scripts, and what changes how the package is packed. */
const NPMS_OWN = /^(?:npm_|TOKENBINDING_)/i;

/** Runs npm with nothing on the PATH but npm, Node and a shell: no compiler and no Python. */
export function runNpm(
  folder: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): SpawnSyncReturns<string> {
  const tools = join(folder, '.tools');
  mkdirSync(tools);
  symlinkSync(process.execPath, join(tools, 'node'));
  for (const name of ['npm', 'sh']) symlinkSync(output('which', name), join(tools, name));
  return spawnSync(join(tools, 'npm'), args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NPMS_OWN.test(name))),
      PATH: tools,
      HOME: tools,
      npm_config_cache: output('npm', 'config', 'get', 'cache'),
      // The machine's own settings could bring warnings of their own.
      npm_config_userconfig: join(tools, 'user-npmrc'),
      npm_config_globalconfig: join(tools, 'global-npmrc'),
      ...environment,
    },
  });
}

/**
 * Runs `npm pack` in a copy of this package, whose dist/ other tests are using, without MinGW.
 *
 * @param folder for the copy
 * @param prebuilds whether the addon is there, built before
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

/** The path of the packed tarball, made as for a release but, where there is none, without the addon. */
export function packed(folder: string, prebuilds: boolean): string {
  const environment = prebuilds ? {} : { TOKENBINDING_PACK_WITHOUT_ADDON: '1' };
  const { status, stderr } = runPack(folder, prebuilds, environment);
  const tarball = tarballIn(folder);
  if (status !== 0 || tarball === undefined) throw new Error(stderr);
  return join(folder, tarball);
}

/** Puts the package, packed as {@link packed} does, and its dependencies where npm would install them. */
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
