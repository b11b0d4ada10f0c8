// Compares native/*_abi.h with the headers of Windows for an architecture: on Windows with MSVC and the Windows SDK, on
// Linux with MinGW, whose headers lack tokenbinding.h: that of the stand-ins replaces it.
//
//   node scripts/compare-abi.js [x64|ia32|arm64]
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DEFINES, mingwTool, root, TARGETS } from './mingw.js';

const SOURCES = ['test/native/sspi_sdk.cc', 'test/native/tokenbinding_sdk.cc'];
/** The arguments of vcvarsall.bat. */
const VCVARS = { x64: 'amd64', ia32: 'amd64_x86', arm64: 'amd64_arm64' };

const [arch = 'x64'] = process.argv.slice(2);
if (!Object.hasOwn(VCVARS, arch)) fail(`unknown architecture: ${arch}`);
if (process.platform === 'win32') compareWithMsvc();
else if (Object.hasOwn(TARGETS, arch)) compareWithMingw();
else fail(`MinGW has no compiler for ${arch}`);
console.log(`native/ has the declarations of Windows' headers for ${arch}`);

function compareWithMsvc() {
  const installer = join(process.env['ProgramFiles(x86)'], 'Microsoft Visual Studio', 'Installer');
  const find = ['-latest', '-products', '*', '-property', 'installationPath'];
  const found = execFileSync(join(installer, 'vswhere.exe'), find, { encoding: 'utf8' }).trim();
  const vcvars = join(found, 'VC', 'Auxiliary', 'Build', 'vcvarsall.bat');
  const compile = `cl /nologo /std:c++17 /permissive- /W4 /WX /Zs ${SOURCES.join(' ')}`;
  // cmd removes the outer quotation marks.
  const command = `"call "${vcvars}" ${VCVARS[arch]} && ${compile}"`;
  run('cmd.exe', ['/d', '/s', '/c', command], { windowsVerbatimArguments: true });
}

function compareWithMingw() {
  const flags = ['-std=c++17', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', ...DEFINES];
  const standIn = ['-isystem', join(root, 'test/native/stand_in_sdk')];
  for (const source of SOURCES) run(mingwTool('g++', arch), [...flags, ...standIn, source], {});
}

function run(program, args, options) {
  try {
    execFileSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  } catch {
    fail(`${SOURCES.join(' or ')} does not compile`);
  }
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
