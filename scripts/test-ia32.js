// Runs test/windows and test/system in a 32-bit node.exe under Wine, with the addon for ia32. Needs Debian's debootstrap,
// root, and `npm run build`. The first run makes a 32-bit Debian with Wine of 1.2 GB in a folder, which later runs use.
//
//   node scripts/test-ia32.js [<folder of the 32-bit Debian>]
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CACHE, fetchPackage } from './fetch-package.js';
import { root } from './mingw.js';
import { Wine32, windowsPath } from './wine32.js';

const INSIDE = 'TOKENBINDING_TEST_IA32';
const debian = resolve(process.argv[2] ?? join(CACHE, 'debian-i386'));
/** The folder of the package in the 32-bit Debian. */
const PACKAGE = '/package';

if (process.env[INSIDE] === undefined) prepare();
else runSuites();

/** Builds, makes the 32-bit Debian, and starts this script again where its mounts vanish with it. */
function prepare() {
  run(process.execPath, [join(root, 'scripts/build-cross.js'), '--arch', 'ia32']);
  const standIns = join(root, 'build/stand-in-ia32');
  run(process.execPath, [join(root, 'scripts/build-stand-in.js'), '--arch', 'ia32', standIns]);
  if (!existsSync(join(debian, 'usr/bin/wine'))) {
    mkdirSync(debian, { recursive: true });
    run('debootstrap', ['--arch=i386', '--variant=minbase', 'bookworm', debian]);
    const install = [
      'apt-get',
      'install',
      '-qq',
      '-y',
      '--no-install-recommends',
      'wine',
      'winbind',
    ];
    run('chroot', [debian, ...install], { DEBIAN_FRONTEND: 'noninteractive' });
  }
  const again = ['--mount', process.execPath, process.argv[1], debian];
  const env = { ...process.env, [INSIDE]: '1' };
  process.exitCode = spawnSync('unshare', again, { stdio: 'inherit', env }).status ?? 1;
}

function runSuites() {
  mkdirSync(join(debian, PACKAGE), { recursive: true });
  run('mount', ['--bind', root, join(debian, PACKAGE)]);
  run('mount', ['-t', 'proc', 'proc', join(debian, 'proc')]);
  const work = mkdtempSync(join(debian, 'tmp', 'ia32-'));
  const wine = new Wine32(debian, work);
  try {
    wine.start();
    const windows = testsIn('windows').map((file) => runTest(wine, file));
    const dll = join(wine.system32, 'tokenbinding.dll');
    copyFileSync(join(root, 'build/stand-in-ia32/tokenbinding-guard.dll'), dll);
    const system = testsIn('system').map((file) => runTest(wine, file));
    const counts = [...windows, ...system];
    const sum = (name) => counts.reduce((total, count) => total + count[name], 0);
    console.log(`${sum('pass')} passed, ${sum('fail')} failed`);
    if (sum('fail') > 0) process.exitCode = 1;
  } finally {
    wine.stop();
    rmSync(work, { recursive: true });
  }
}

function testsIn(folder) {
  return readdirSync(join(root, 'dist/test', folder))
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => `${folder}/${file}`);
}

/** Runs a test file. A crash, which can look like a normal end, counts as one failure, and so does misused memory. */
function runTest(wine, file) {
  const node = join(fetchPackage('node-win-x86', '22.23.2'), 'bin', 'node.exe');
  const report = join(wine.work, `${file.replace('/', '-')}.guard`);
  const started = Date.now();
  const { status, output } = wine.run(
    [
      join(PACKAGE, relative(root, node)),
      ...['--expose-gc', '--enable-source-maps', '--test-reporter=spec'],
      windowsPath(`${PACKAGE}/dist/test/${file}`),
    ],
    {
      STAND_IN_FOLDER: windowsPath(`${PACKAGE}/build/stand-in-ia32`),
      STAND_IN_GUARD_REPORT: windowsPath(report.slice(debian.length)),
    },
  );
  const count = (name) => Number(new RegExp(`^ℹ ${name} (\\d+)`, 'm').exec(output)?.[1] ?? 0);
  const [pass, failed] = [count('pass'), count('fail') + count('cancelled')];
  const guard = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const isSound = /^(?:guard: pid=\d+ blocks=\d+ outstanding=0 keys=\d+\n)*$/.test(guard);
  const fail = failed === 0 && (status !== 0 || pass === 0 || !isSound) ? 1 : failed;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${file}: ${pass} passed, ${fail} failed, ${seconds} s`);
  if (fail > 0) console.log(output + guard);
  return { pass, fail };
}

function run(program, args, environment = {}) {
  execFileSync(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
}
