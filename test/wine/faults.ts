import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { windowsPath } from './prefix.js';
import { root, runScript, type StandInEnding, type Workplace } from './workplace.js';

/** A fault to plant in a copy of native/. */
interface Fault {
  readonly name: string;
  readonly file: string;
  readonly sound: string;
  readonly faulty: string;
  readonly assertCaught: (ending: StandInEnding) => void;
}

/** Where scripts/test.js keeps the objects of the addon that it builds. */
const soundObjects = join(root, 'build', 'objects');

const FREE = 'HeapFree(GetProcessHeap(), 0, memory_);';

/** The guard ended the process and said why. */
const violates = (fault: string) => (ending: StandInEnding) => {
  assert.equal(ending.status, 230);
  assert.ok(ending.guard.includes(`violation: HeapFree: ${fault}`), ending.guard);
};

/** An access violation ended the process before the guard could report its blocks. */
const crashes = ({ status, guard }: StandInEnding) => {
  assert.notEqual(status, 0);
  assert.equal(guard, '');
};

/** The adoption of the result of TokenBindingVerifyMessage. */
const RESULTS_BLOCK = `const ProcessHeapBlock block(memory);
  return FromStatus<std::vector<Result>>(`;

const FAULTS: readonly Fault[] = [
  {
    name: 'a block freed twice',
    file: 'process_heap.h',
    sound: FREE,
    faulty: `{ ${FREE} ${FREE} }`,
    assertCaught: violates('block was freed before'),
  },
  {
    name: 'a pointer into a block freed',
    file: 'process_heap.h',
    sound: FREE,
    faulty: FREE.replace('memory_', 'static_cast<char*>(memory_) + 8'),
    assertCaught: violates('interior pointer'),
  },
  {
    name: 'a block never freed',
    file: 'process_heap.h',
    sound: FREE,
    faulty: '{}',
    assertCaught: ({ guard }) => assert.match(guard, /outstanding=[1-9]/),
  },
  {
    name: 'a byte read beyond a block',
    file: 'results.cc',
    sound: 'Bytes(start, start + size)',
    faulty: 'Bytes(start, start + size + 1)',
    assertCaught: crashes,
  },
  {
    name: 'a block read after it was freed',
    file: 'tokenbinding.cc',
    sound: RESULTS_BLOCK,
    faulty: `{ const ProcessHeapBlock freed(memory); }
             ${RESULTS_BLOCK.replace('(memory)', '(memory->result_count == 1 ? nullptr : memory)')}`,
    assertCaught: crashes,
  },
];

/** Shows that the guarded stand-in detects memory errors of the addon. */
export function describeFaults(workplace: Workplace): void {
  describe('the guarded stand-in', () => {
    const objects = join(workplace.folder, 'objects');
    // The objects of the addon without faults: only changed sources are compiled.
    before(() => {
      if (existsSync(soundObjects)) cpSync(soundObjects, objects, { recursive: true });
    });

    for (const fault of FAULTS) {
      it(`detects ${fault.name} by the addon`, async () => {
        const folder = join(workplace.folder, fault.name.replaceAll(' ', '-'));
        buildFaulty(folder, objects, fault);
        const program = join(folder, 'verify.cjs');
        writeFileSync(
          program,
          `const { calls } = require('./tokenbinding.node').openTokenBinding(process.env.GUARD);
           const ekm = Buffer.alloc(32);
           const url = 'https://a.example/';
           const { tokenBinding } = calls.generateBindingSync(2, url, 0, ekm, 0, new Uint8Array(0)).value;
           const message = calls.generateMessageSync([tokenBinding]).value;
           calls.verifyMessageSync(message, 2, ekm);`,
        );
        const GUARD = windowsPath(workplace.standIn('tokenbinding-guard.dll'));
        fault.assertCaught(await workplace.runInNode('20.20.2', [program], { GUARD }));
      });
    }
  });
}

function buildFaulty(folder: string, objects: string, { file, sound, faulty }: Fault): void {
  const native = join(folder, 'native');
  cpSync(join(root, 'native'), native, { recursive: true });
  const parts = readFileSync(join(native, file), 'utf8').split(sound);
  assert.equal(parts.length, 2, `${file} no longer has one ${sound}`);
  writeFileSync(join(native, file), parts.join(faulty));
  const out = join(folder, 'tokenbinding.node');
  runScript('build-cross.js', '--native', native, '--out', out, '--objects', objects);
}
