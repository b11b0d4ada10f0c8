// Runs every compiled *.test.js below dist/test, or below the folders named on the command line.
// Node 20 takes no glob after --test and Node 22 takes no folder, so the files are listed here.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, delimiter, join, resolve } from 'node:path';

const MINGW = 'x86_64-w64-mingw32-g++';
const INSTALL = 'apt-get install -y --no-install-recommends';
const SAMBA = 'python3-samba python3-dnspython samba-dsdb-modules samba-ad-provision';
const PYTHON_MODULES = '/usr/lib/python3/dist-packages';
const GSS = [
  '/usr/bin/python3',
  '/etc/gss/mech.d/mech.ntlmssp.conf',
  `${PYTHON_MODULES}/gssapi/__init__.py`,
];
const GSS_PACKAGES = 'gss-ntlmssp python3-gssapi';
const KERBEROS = 'krb5-kdc krb5-admin-server krb5-user';

/**
 * Suites that need more than Node: programs on the PATH, or files by their full path. Without them they
 * are left out, unless they are asked for.
 */
const NEEDS = {
  native: {
    tools: ['g++', MINGW, 'clang-format', 'clang-tidy', 'cppcheck'],
    install: `${INSTALL} g++ g++-mingw-w64-x86-64-posix clang-format clang-tidy cppcheck`,
  },
  page: {
    tools: ['chromium'],
    install: `${INSTALL} chromium`,
  },
  peers: {
    tools: [
      'curl',
      ...GSS,
      `${PYTHON_MODULES}/samba/provision/__init__.py`,
      `${PYTHON_MODULES}/dns/__init__.py`,
      '/usr/share/samba/setup',
    ],
    install: `${INSTALL} curl ${GSS_PACKAGES} ${SAMBA}`,
  },
  wine: {
    tools: [
      'wine',
      'wineserver',
      'ntlm_auth',
      MINGW,
      ...GSS,
      '/usr/sbin/krb5kdc',
      '/usr/sbin/kadmin.local',
      '/usr/bin/kinit',
    ],
    install: `${INSTALL} wine wine64 winbind g++-mingw-w64-x86-64-posix ${GSS_PACKAGES} ${KERBEROS}`,
  },
};
/** Suites of Windows' node.exe, and never unasked: the suite named wine runs them there. */
const ON_WINDOWS = ['system', 'windows'];

const asked = process.argv.slice(2);
const mayLeaveOut = asked.length === 0 && process.env.CI === undefined;
const folders = asked.length > 0 ? asked : list('dist/test').map((name) => join('dist/test', name));
const files = folders.filter(canRun).flatMap(testsBelow);
if (files.length === 0) {
  console.error(
    `no *.test.js to run below ${asked.join(', ') || 'dist/test'}: npm run build makes them`,
  );
  process.exit(2);
}
const flags = ['--enable-source-maps', '--test', '--test-reporter=spec'];
const run = spawnSync(process.execPath, [...flags, ...files], { stdio: 'inherit' });
process.exit(run.status ?? 1);

function canRun(folder) {
  const suite = basename(resolve(folder));
  if (ON_WINDOWS.includes(suite)) return asked.length > 0 && requireWindows(folder);
  const { tools, install } = NEEDS[suite] ?? { tools: [] };
  const missing = tools.filter((tool) => !isThere(tool));
  if (missing.length === 0) return true;
  const reason = `${folder} needs ${missing.join(', ')}; on Debian: ${install}`;
  console.error(mayLeaveOut ? `not run: ${reason}` : reason);
  if (!mayLeaveOut) process.exit(2);
  return false;
}

function requireWindows(folder) {
  if (process.platform === 'win32') return true;
  console.error(`${folder} needs Windows; npm run test:windows runs it in node.exe under Wine`);
  process.exit(2);
}

function isThere(tool) {
  return (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(resolve(path, tool)));
}

function list(folder, options) {
  return existsSync(folder) ? readdirSync(folder, options) : [];
}

function testsBelow(folder) {
  return list(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join(folder, file))
    .sort();
}
