// Runs every compiled *.test.js below dist/test, or below the folders named on the command line.
// It lists and orders the files itself: node --test would sort them, and Node 20 takes no glob.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const MINGW = 'x86_64-w64-mingw32-g++';
const MINGW_IA32 = 'i686-w64-mingw32-g++';
const INSTALL = 'apt-get install -y --no-install-recommends';
const PYTHON_MODULES = '/usr/lib/python3/dist-packages';
const GSS = [
  '/usr/bin/python3',
  '/etc/gss/mech.d/mech.ntlmssp.conf',
  `${PYTHON_MODULES}/gssapi/__init__.py`,
];
const GSS_PACKAGES = 'gss-ntlmssp python3-gssapi';
const SAMBA = [
  '/usr/sbin/samba',
  '/usr/share/samba/setup',
  `${PYTHON_MODULES}/samba/provision/__init__.py`,
  `${PYTHON_MODULES}/dns/__init__.py`,
];
const SAMBA_PACKAGES =
  'samba python3-samba python3-dnspython samba-dsdb-modules samba-ad-provision';
const LIBRARIES = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
const LDAP = ['/usr/sbin/slapd', `${LIBRARIES}/sasl2/libgssapiv2.so`];
const LDAP_PACKAGES = 'slapd libsasl2-modules-gssapi-mit';
const HTTP = [
  '/usr/sbin/apache2',
  '/usr/lib/apache2/modules/mod_auth_gssapi.so',
  '/usr/sbin/squid',
  '/usr/bin/ntlm_auth',
  '/usr/bin/chromium',
  `${PYTHON_MODULES}/requests_ntlm/__init__.py`,
  `${PYTHON_MODULES}/cryptography/__init__.py`,
];
const HTTP_PACKAGES =
  'apache2 libapache2-mod-auth-gssapi squid winbind chromium python3-requests-ntlm python3-cryptography';
const KDC = ['/usr/sbin/krb5kdc', '/usr/sbin/kadmin.local', '/usr/bin/kinit'];
const KDC_PACKAGES = 'krb5-kdc krb5-admin-server krb5-user';

/** Unpacks the package. Windows has it too. */
const TAR = {
  tools: [process.platform === 'win32' ? 'tar.exe' : 'tar'],
  install: `${INSTALL} tar`,
};

/**
 * Suites that need more than Node: programs on the PATH, or files by their full path. If one is missing, the suite is
 * skipped, or is an error if the command line names it.
 */
const NEEDS = {
  installed: TAR,
  native: {
    tools: ['g++', MINGW, MINGW_IA32, 'clang-format', 'clang-tidy', 'cppcheck'],
    install: `${INSTALL} g++ g++-mingw-w64-x86-64-posix g++-mingw-w64-i686-posix clang-format clang-tidy cppcheck`,
  },
  package: TAR,
  page: {
    tools: ['chromium'],
    install: `${INSTALL} chromium`,
  },
  peers: {
    tools: ['curl', ...GSS, ...KDC, ...SAMBA, ...LDAP, ...HTTP],
    install: `${INSTALL} curl ${GSS_PACKAGES} ${KDC_PACKAGES} ${SAMBA_PACKAGES} ${LDAP_PACKAGES} ${HTTP_PACKAGES}`,
  },
  wine: {
    tools: ['wine', 'wineserver', 'ntlm_auth', MINGW, ...GSS, ...KDC],
    install: `${INSTALL} wine wine64 winbind g++-mingw-w64-x86-64-posix ${GSS_PACKAGES} ${KDC_PACKAGES}`,
    build: [['build-cross.js', '--objects', 'build/objects'], ['build-stand-in.js']],
  },
};
/** These start first: they mostly wait, or have one long file. */
const FIRST = ['wine/sspi-conformance', 'wine/peers', 'wine/', 'peers/', 'native/', 'package/'];
/** Suites for Windows' node.exe. They run only if named; the suite wine runs them in node.exe. */
const ON_WINDOWS = ['system', 'windows'];

const asked = process.argv.slice(2);
const mayLeaveOut = asked.length === 0 && process.env.CI === undefined;
const folders = asked.length > 0 ? asked : list('dist/test').map((name) => join('dist/test', name));
const suites = folders.filter(canRun);
/** The suite of each file, by the file's full path. */
const suiteOf = new Map(
  suites.flatMap((folder) =>
    testsBelow(folder).map((file) => [resolve(file), basename(resolve(folder))]),
  ),
);
const files = Array.from(suiteOf.keys()).sort((one, other) => rank(one) - rank(other));
if (files.length === 0) {
  console.error(
    `no *.test.js to run below ${asked.join(', ') || 'dist/test'}: npm run build makes them`,
  );
  process.exit(2);
}
for (const [script, ...args] of new Set(suites.flatMap((folder) => needsOf(folder).build ?? []))) {
  execFileSync(process.execPath, [join('scripts', script), ...args], { stdio: 'inherit' });
}
// The processes of the test files inherit this.
process.execArgv.push('--enable-source-maps');
// One more than the number of cores, because some mostly wait.
run({ files, concurrency: availableParallelism() + 1 })
  .on('test:fail', ({ todo }) => {
    if (!todo) process.exitCode = 1;
  })
  .compose(withEndOfFiles)
  .compose(withTable)
  .compose(new spec())
  .pipe(process.stdout);

/** Adds a line as soon as a file ends: the runner prints the results of each file in the order of the list. */
async function* withEndOfFiles(events) {
  for await (const event of events) {
    const { type, data } = event;
    if (type === 'test:complete' && data.name === data.file) {
      const { duration_ms, passed } = data.details;
      const name = `${suiteOf.get(data.file)}/${basename(data.file)}`;
      const message = `${name} ${passed ? 'passed' : 'failed'}, ${(duration_ms / 1000).toFixed(1)} s\n`;
      yield { type: 'test:stdout', data: { file: data.file, message } };
    }
    yield event;
  }
}

/** Adds a table before the runner's own counts: the tests of each suite, and the seconds that its files took together. */
async function* withTable(events) {
  const rows = new Map();
  for await (const event of events) {
    const { type, data } = event;
    if (type === 'test:complete' && data.details.type !== 'suite') {
      const suite = suiteOfTest(data);
      const { tests = 0, seconds = 0 } = rows.get(suite) ?? {};
      const isFile = data.name === data.file;
      rows.set(suite, {
        tests: isFile ? tests : tests + 1,
        seconds: isFile ? seconds + data.details.duration_ms / 1000 : seconds,
      });
    }
    if (type === 'test:diagnostic' && /^tests \d+$/.test(data.message)) {
      const { node } = process.versions;
      const table = Array.from(rows, ([suite, { tests, seconds }]) =>
        tableRow(suite, node, tests, seconds.toFixed(1)),
      );
      for (const message of [tableRow('suite', 'Node', 'tests', 'seconds'), ...table]) {
        yield { type, data: { ...data, message } };
      }
    }
    yield event;
  }
}

/** .ci/run finds the rows by their form. */
function tableRow(suite, node, tests, seconds) {
  return `${suite.padEnd(12)} ${node.padEnd(8)} ${String(tests).padStart(6)} ${seconds.padStart(8)}`;
}

/** The source map of a file names its TypeScript. Tests that several suites run belong to the folder that has them. */
function suiteOfTest({ file }) {
  return suiteOf.get(file) ?? /[\\/]test[\\/](\w+)[\\/]/.exec(file)?.[1] ?? 'other';
}

function needsOf(folder) {
  return NEEDS[basename(resolve(folder))] ?? { tools: [] };
}

function rank(file) {
  const name = `${suiteOf.get(file)}/${basename(file)}`;
  const place = FIRST.findIndex((start) => name.startsWith(start));
  return place === -1 ? FIRST.length : place;
}

function canRun(folder) {
  const suite = basename(resolve(folder));
  if (ON_WINDOWS.includes(suite)) return asked.length > 0 && requireWindows(folder);
  const { tools, install } = needsOf(folder);
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
