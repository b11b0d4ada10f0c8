import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { STATUS } from '../../src/native/status.js';
import { ATTRIBUTES, QOP, SECBUFFER } from '../../src/sspi/windows/buffers.js';
import { ASC_REQ_ALLOW_MISSING_BINDINGS, ROLES } from '../../src/sspi/windows/flags.js';
import { temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = temporaryFolder();
// The script has no types.
const { DEFINES, mingwTool }: { DEFINES: string[]; mingwTool: (name: string) => string } =
  await import(`${root}/scripts/mingw.js`);
/** The files of the Node-API layer. All others are the OS layer, which does not use Node-API. */
const NODE_API_LAYER = [
  'addon.cc',
  'convert.cc',
  'exports.cc',
  'sspi_convert.cc',
  'sspi_exports.cc',
];

function run(command: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

describe('the OS layer under AddressSanitizer and UndefinedBehaviorSanitizer', () => {
  const filesOf = (path: string) =>
    readdirSync(join(root, path))
      .filter((file) => file.endsWith('.cc') && !NODE_API_LAYER.includes(file))
      .map((file) => `${path}/${file}`);
  const sources = [...filesOf('native'), ...filesOf('test/native/fake')];
  const tests = filesOf('test/native').filter((file) => file.endsWith('_test.cc'));
  assert.equal(tests.length, 5);
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

  const compile = (source: string) => {
    const object = join(folder, basename(source).replace('.cc', '.o'));
    const flags = ['-std=c++17', '-g', '-O0', '-Wall', '-Wextra', '-Werror', '-Itest/native/fake'];
    run('g++', [...flags, ...sanitizers, '-c', source, '-o', object]);
    return object;
  };
  let objects: string[];
  before(() => {
    objects = sources.map(compile);
  });

  for (const test of tests) {
    it(basename(test), () => {
      const program = join(folder, basename(test, '.cc'));
      run('g++', [...sanitizers, compile(test), ...objects, '-o', program]);
      assert.match(run(program, []), /^[1-9]\d+ checks passed\n$/);
    });
  }
});

describe('the sources of the addon', () => {
  const SDK_FLAGS = ['-std=c++17', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', ...DEFINES];
  const STAND_IN_SDK = ['-isystem', join(root, 'test/native/stand_in_sdk')];

  it('declare secur32.dll as the sspi.h of MinGW does', () => {
    run(mingwTool('g++'), [...SDK_FLAGS, 'test/native/sspi_sdk.cc']);
  });

  it('declare tokenbinding.dll as the stand-ins do', () => {
    run(mingwTool('g++'), [...SDK_FLAGS, ...STAND_IN_SDK, 'test/native/tokenbinding_sdk.cc']);
  });

  describe('do not compile with a wrong declaration', () => {
    /** Wrong declarations. Some have the same size on x64. */
    const WRONG = {
      sspi: [
        ['uint32_t use,\n', 'uint16_t use,\n'],
        ['void* logon_id,', 'uint64_t logon_id,'],
        ['PackageInfo** packages);', 'PackageInfo* packages);'],
        ['uint32_t* attributes, TimeStamp* expiry);', 'uint64_t* attributes, TimeStamp* expiry);'],
        ['wchar_t* user_name = nullptr;', 'uint64_t user_name = 0;'],
        [
          'uint32_t initiator_size = 0;\n  uint32_t initiator_offset',
          'uint32_t initiator_offset = 0;\n  uint32_t initiator_size',
        ],
      ],
      tokenbinding: [
        ['void** token_binding,\n', 'void* token_binding,\n'],
        ['ResultList** result_list);', 'ResultList* result_list);'],
        ['uint8_t* minor_version);', 'uint32_t* minor_version);'],
        ['const uint32_t* key_type;', 'const uint8_t* key_type;'],
      ],
    } as const;

    for (const [name, edits] of Object.entries(WRONG)) {
      const header = readFileSync(join(root, `native/${name}_abi.h`), 'utf8');
      for (const [right, wrong] of edits) {
        it(`${name}: ${wrong.trim()}`, () => {
          assert.ok(header.includes(right));
          const copy = mkdtempSync(join(folder, 'abi-'));
          cpSync(join(root, 'native'), join(copy, 'native'), { recursive: true });
          cpSync(join(root, 'test/native'), join(copy, 'test/native'), { recursive: true });
          writeFileSync(join(copy, `native/${name}_abi.h`), header.replace(right, wrong));
          const file = join(copy, `test/native/${name}_sdk.cc`);
          const args = [...SDK_FLAGS, ...STAND_IN_SDK, file];
          const { status, stderr } = spawnSync(mingwTool('g++'), args, { encoding: 'utf8' });
          assert.equal(status, 1);
          assert.match(stderr, /static assertion failed/);
        });
      }
    }
  });

  it('pass clang-format, cppcheck and clang-tidy, with the ABI of x64, x86 and ARM64', () => {
    assert.match(run(process.execPath, ['scripts/lint-native.js']), /^\d+ files checked\n$/);
  });

  it('are those that binding.gyp builds, and only on Windows', () => {
    const gyp = readFileSync(join(root, 'binding.gyp'), 'utf8');
    assert.match(gyp, /\['OS=="win"', \{/);
    assert.match(gyp, /'type': 'none'/);
    const [, script = ''] = /<!@\(node -p "(.*?)"\)/.exec(gyp) ?? [];
    const [, block = ''] = /'defines': \[(.*?)\]/s.exec(gyp) ?? [];
    const defines = Array.from(block.matchAll(/'(\S+)'/g), ([, define]) => `-D${define}`);
    const only = ['-D_HAS_EXCEPTIONS=1', '-DBUILDING_NODE_EXTENSION'];
    const common = (list: readonly string[]) => list.filter((name) => !only.includes(name)).sort();
    assert.deepEqual(common(defines), common(DEFINES));
    const listed = run(process.execPath, ['-p', script.replaceAll("\\'", "'")])
      .trim()
      .split(' ');
    const present = readdirSync(join(root, 'native')).filter((file) => file.endsWith('.cc'));
    assert.deepEqual(
      listed,
      present.map((file) => `native/${file}`),
    );
  });
});

describe('the status numbers in TypeScript', () => {
  it('match winerror.h and ntstatus.h', () => {
    const headers = ['winerror.h', 'ntstatus.h'].map((name) =>
      readFileSync(join('/usr/share/mingw-w64/include', name), 'utf8'),
    );
    for (const [name, status] of Object.entries(STATUS)) {
      const pattern = new RegExp(`#define ${name}\\s.*?\\(?(0x[0-9A-Fa-f]+|\\d+)\\)`);
      assert.equal(Number(pattern.exec(headers.join('\n'))?.[1]), status, name);
    }
  });
});

describe('the numbers of sspi.h in TypeScript', () => {
  const header = readFileSync('/usr/share/mingw-w64/include/sspi.h', 'utf8');
  const numberOf = (name: string) => {
    const [, number] = new RegExp(`#define ${name}\\s+(0x[0-9a-fA-F]+|\\d+)`).exec(header) ?? [];
    return Number(number);
  };
  const NAMES = {
    'mutual-auth': 'MUTUAL_AUTH',
    'replay-detect': 'REPLAY_DETECT',
    'sequence-detect': 'SEQUENCE_DETECT',
    confidentiality: 'CONFIDENTIALITY',
    datagram: 'DATAGRAM',
    integrity: 'INTEGRITY',
    identify: 'IDENTIFY',
  };

  it('match the flags of requests and results', () => {
    for (const [role, letters] of [
      ['client', 'ISC'],
      ['server', 'ASC'],
    ] as const) {
      const { bits, nullSession } = ROLES[role];
      for (const [flag, name] of Object.entries(NAMES)) {
        for (const way of ['REQ', 'RET']) {
          const bit = bits[flag as keyof typeof NAMES];
          assert.equal(numberOf(`${letters}_${way}_${name}`), bit, `${letters}_${way}_${name}`);
        }
      }
      assert.equal(numberOf(`${letters}_RET_NULL_SESSION`), nullSession);
    }
    assert.equal(numberOf('ASC_REQ_ALLOW_MISSING_BINDINGS'), ASC_REQ_ALLOW_MISSING_BINDINGS);
  });

  it('match the types of buffers and their attributes', () => {
    for (const [name, type] of Object.entries(SECBUFFER)) {
      assert.equal(numberOf(`SECBUFFER_${name}`), type, name);
    }
    for (const [flag, bit] of Object.entries(ATTRIBUTES)) {
      const name = flag.replace('read-only', 'readonly').replaceAll('-', '_').toUpperCase();
      assert.equal(numberOf(`SECBUFFER_${name}`), bit, name);
    }
    assert.equal(numberOf('SECQOP_WRAP_NO_ENCRYPT'), QOP.noEncrypt);
  });
});

const ENTRY_POINTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];
const PROTECTIONS = ['HIGH_ENTROPY_VA', 'DYNAMIC_BASE', 'NX_COMPAT'];
const MINGW_IMPORTS = ['KERNEL32.dll', 'msvcrt.dll'];
const ARCHITECTURES = [
  { arch: 'x64', imports: /^(?:KERNEL32|msvcrt)\.dll$/, protections: PROTECTIONS },
  // There are no high addresses.
  { arch: 'ia32', imports: /^(?:KERNEL32|msvcrt)\.dll$/, protections: PROTECTIONS.slice(1) },
  // The C runtime of Windows 10.
  {
    arch: 'arm64',
    imports: /^(?:KERNEL32|api-ms-win-crt-[a-z]+-l1-1-0)\.dll$/,
    protections: PROTECTIONS,
  },
];

/** What {@link readPortableExecutable} returns. The script has no types. */
interface PortableExecutable {
  readonly arch: string;
  readonly imports: readonly string[];
  readonly delayedImports: readonly string[];
  readonly exports: readonly string[];
  readonly protections: readonly string[];
}
const { readPortableExecutable }: { readPortableExecutable: (file: string) => PortableExecutable } =
  await import(`${root}/scripts/portable-executable.js`);

describe('the addon as built on Linux', () => {
  const build = (native: string, name: string, ...options: string[]) => {
    const out = join(folder, name);
    run(process.execPath, ['scripts/build-cross.js', '--native', native, '--out', out, ...options]);
    return out;
  };
  /** A copy of native/ in another folder. */
  const copyTo = (name: string) => {
    const copy = join(folder, name, 'native');
    mkdirSync(copy, { recursive: true });
    cpSync(join(root, 'native'), copy, { recursive: true });
    return copy;
  };
  const objects = join(folder, 'objects');
  before(() => {
    // Objects of the current sources, which scripts/test.js may have kept.
    const left = join(root, 'build', 'objects');
    if (existsSync(left)) cpSync(left, objects, { recursive: true });
  });

  for (const { arch, imports, protections } of ARCHITECTURES) {
    describe(`for ${arch}`, () => {
      let addon: string;
      before(() => {
        const options = ['--arch', arch, '--objects', objects];
        addon = build(join(root, 'native'), `${arch}.node`, ...options);
      });

      it('has the same bytes whenever and wherever it is built', () => {
        const elsewhere = copyTo(`another place ${arch}`);
        const other = build(elsewhere, `other-${arch}.node`, '--arch', arch);
        assert.equal(hashOf(other), hashOf(addon));
      });

      it('imports system DLLs only, exports the two entry points, and has ASLR and NX', () => {
        const found = readPortableExecutable(addon);
        assert.equal(found.arch, arch);
        assert.ok(found.imports.includes('KERNEL32.dll'));
        for (const name of found.imports) assert.match(name, imports);
        assert.deepEqual(found.delayedImports, []);
        assert.deepEqual(found.exports, ENTRY_POINTS);
        assert.deepEqual(found.protections, protections);
      });
    });
  }

  it('is read here as binutils reads it', () => {
    const addon = join(folder, 'x64.node');
    const dump = execFileSync('x86_64-w64-mingw32-objdump', ['-p', addon], { encoding: 'utf8' });
    const dlls = Array.from(dump.matchAll(/DLL Name: (\S+)/g), ([, name]) => name);
    assert.deepEqual(dlls.sort(), MINGW_IMPORTS);
    assert.deepEqual(readPortableExecutable(addon).imports.toSorted(), dlls);
  });

  it('is found by node-gyp-build for each architecture', () => {
    const project = join(folder, 'project');
    for (const { arch } of ARCHITECTURES) {
      const prebuild = join(project, 'prebuilds', `win32-${arch}`);
      mkdirSync(prebuild, { recursive: true });
      cpSync(join(folder, `${arch}.node`), join(prebuild, 'tokenbinding.node'));
    }
    const find = "process.stdout.write(require('node-gyp-build').resolve(process.argv[1]))";
    for (const { arch } of ARCHITECTURES) {
      const env = { ...process.env, npm_config_arch: arch, npm_config_platform: 'win32' };
      const args = ['--eval', find, project];
      const found = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', env });
      assert.equal(found, join(project, 'prebuilds', `win32-${arch}`, 'tokenbinding.node'));
    }
  });

  it('is built from kept objects only as far as its sources are the same', () => {
    const addon = join(folder, 'x64.node');
    const copy = copyTo('edited');
    const kept = readdirSync(objects).length;
    assert.equal(hashOf(build(copy, 'same.node', '--objects', objects)), hashOf(addon));
    assert.equal(readdirSync(objects).length, kept);
    const header = join(copy, 'process_heap.h');
    const sound = 'HeapFree(GetProcessHeap(), 0,';
    writeFileSync(header, readFileSync(header, 'utf8').replace(sound, sound.replace('0', '1')));
    assert.notEqual(hashOf(build(copy, 'edited.node', '--objects', objects)), hashOf(addon));
    assert.ok(readdirSync(objects).length > kept);
  });
});

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
