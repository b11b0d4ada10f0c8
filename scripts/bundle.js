// Makes the code that is shipped, dist/src of a package's folder: the modules of src/ in a few files, because Node needs
// time for each file, and the declarations that the exports need. Comments are in the declarations only. The argument is
// the folder; default is this one.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { rollup } from 'rollup';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const target = join(resolve(process.argv[2] ?? root), 'dist', 'src');

/** What package.json exports. */
const EXPORTS = ['index', 'errors', 'http', 'http-auth', 'sspi', 'wire', 'conformance'];
/** The other files that package.json names. */
const INTERNAL = ['cli', 'tokenbinding/public-suffixes', 'tokenbinding/public-suffixes-lazy'];

/**
 * Chunks, and the modules or folders that begin each: it has all that they import and no earlier chunk has. Rollup
 * finds a place for the other modules.
 */
const CHUNKS = {
  base: [
    ...['bytes/', 'native/', 'tls/', 'sspi/error', 'tokenbinding/error'],
    ...['http/auth/error', 'http/tokenbinding/error'],
    // For tokenbinding/wire.
    ...['tokenbinding/negotiation', 'tokenbinding/message', 'tokenbinding/decode-base64url'],
  ],
  'token-binding': [
    ...['tokenbinding/default-provider', 'tokenbinding/exporter', 'tokenbinding/file-key-store'],
    'tokenbinding/inspect',
  ],
  // The client of HTTP authentication reads a CHALLENGE_MESSAGE.
  sspi: ['sspi/open', 'sspi/channel-bindings', 'sspi/nt-hash', 'sspi/ntlm/challenge-message'],
  'http-connections': ['http/connection/', 'http/server/'],
  ntlm: ['sspi/portable/ntlm'],
  kerberos: ['sspi/portable/kerberos-client', 'sspi/portable/kerberos-server'],
  commands: ['cli/command', 'cli/output', 'conformance/package-version'],
  'conformance-core': [
    ...['conformance/run-conformance', 'conformance/known-deviations'],
    ...['conformance/page/to-html', 'conformance/shadow/shadow'],
  ],
  'conformance-cases': [
    ...['conformance/token-binding/open-side', 'conformance/token-binding/cases/all'],
    ...['conformance/sspi/open-side', 'conformance/sspi/cases', 'conformance/run'],
  ],
};

rmSync(target, { recursive: true, force: true });
writeDeclarations();
await writeChunks();

/** Writes the declarations that those of the exports import. */
function writeDeclarations() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = ['--project', 'tsconfig.package.json', '--outDir', dirname(target)];
  // npm prints the result of packing on standard output.
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  execFileSync(process.execPath, [tsc, ...args], options);
  const used = new Set(EXPORTS.map((name) => `${name}.d.ts`));
  for (const file of used) {
    const text = readFileSync(join(target, file), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)\.js'/g)) {
      used.add(posix.join(dirname(file), `${specifier}.d.ts`));
    }
  }
  for (const file of list(target)) if (!used.has(file)) rmSync(join(target, file));
}

async function writeChunks() {
  const bundle = await rollup({
    input: Object.fromEntries([...EXPORTS, ...INTERNAL].map((name) => [name, modulePath(name)])),
    external: [/^node:/, 'tldts', '#public-suffixes'],
    plugins: [{ name: 'typescript', resolveId, transform: removeTypes }],
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  const modules = list(source).flatMap((file) => file.match(/^.*(?=\.ts$)/) ?? []);
  const modulesOf = (name) =>
    name.endsWith('/') ? modules.filter((module) => module.startsWith(name)) : [name];
  const chunks = Object.entries(CHUNKS).map(([chunk, names]) => [
    chunk,
    names.flatMap(modulesOf).map(modulePath),
  ]);
  await bundle.write({
    dir: target,
    chunkFileNames: 'chunks/[name].js',
    manualChunks: Object.fromEntries(chunks),
    // Each would add imports of files, or change names.
    hoistTransitiveImports: false,
    minifyInternalExports: false,
  });
  await bundle.close();
}

function modulePath(name) {
  return join(source, `${name}.ts`);
}

function resolveId(specifier, importer) {
  if (importer === undefined || !specifier.startsWith('.')) return null;
  return join(dirname(importer), specifier.replace(/\.js$/, '.ts'));
}

/** Removes types, and all comments: esbuild prints those of class members unless it minifies. */
async function removeTypes(code) {
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  const settings = { loader: 'ts', target: 'es2023', tsconfigRaw };
  const minified = await transform(code, { ...settings, minifyWhitespace: true });
  return (await transform(minified.code, { target: 'es2023' })).code;
}

/** The files below a folder, with slashes. */
function list(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}
