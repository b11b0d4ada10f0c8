import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RawCalls } from '../../src/native/raw.js';
import { isWine } from '../../src/native/wine.js';
import { newEkm } from '../support/messages.js';
import { ownAddon, ownAddonFile } from './own-addon.js';
import { standIn } from './stand-in.js';

type Any = (...args: unknown[]) => unknown;

const NOT_BYTES = [undefined, null, 7, 'x', [], {}, new Uint16Array(4), new ArrayBuffer(4)];
const NOT_NUMBERS = [undefined, null, '2', {}, 2n];
const NONE = new Uint8Array(0);
const NOT_STRINGS = [undefined, null, 7, {}];
const WRONG_NUMBERS = [-1, 1.5, NaN, Infinity, 2 ** 32];

describe('the addon', () => {
  const addon = ownAddon();
  const library = addon.openTokenBinding(standIn('-guard'));
  assert.ok('calls' in library);
  const calls = library.calls as RawCalls & Record<string, Any>;
  const ekm = newEkm();

  const GENERATION = [2, 'https://a/', 0, ekm, 0, NONE];

  it('is the same object each time', () => {
    assert.equal(ownAddon(), addon);
  });

  it('recognizes Wine by its ntdll.dll', () => {
    // Windows has no winecfg.exe.
    const isExpected = existsSync(
      join(String(process.env['SystemRoot']), 'system32', 'winecfg.exe'),
    );
    assert.equal(addon.isWine(), isExpected);
    assert.equal(isWine(), isExpected);
  });

  it('works as two copies in one process', () => {
    // The folder remains: Windows does not delete a loaded DLL.
    const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-'));
    const copies = ['one.node', 'other.node'].map((name) => join(folder, name));
    for (const copy of copies) copyFileSync(ownAddonFile(), copy);
    const identifiers = new Set<string>();
    for (const copy of copies) {
      const other = createRequire(import.meta.url)(copy) as typeof addon;
      assert.notEqual(other, addon);
      const { calls } = other.openTokenBinding(standIn()) as { calls: RawCalls };
      const { status, value } = calls.generateBindingSync(
        2,
        'https://copies.example/',
        0,
        ekm,
        0,
        NONE,
      );
      assert.equal(status, 0);
      identifiers.add(Buffer.from(value?.result.identifier ?? []).toString('hex'));
    }
    assert.equal(identifiers.size, 1);
  });

  it('accepts a path or undefined', () => {
    const open = addon.openTokenBinding as Any;
    for (const path of [null, 7, {}, Symbol('x')]) assert.throws(() => open(path), TypeError);
    assert.throws(() => open('C:\\a\0.dll'), RangeError);
  });

  it('rejects arguments of another type and numbers out of range, without a crash', () => {
    const wrong: [string, number, unknown[], readonly unknown[]][] = [
      ['verifyMessage', 0, [ekm, 2, ekm], NOT_BYTES],
      ['verifyMessage', 1, [ekm, 2, ekm], NOT_NUMBERS],
      ['verifyMessage', 2, [ekm, 2, ekm], NOT_BYTES],
      ['generateMessage', 0, [[ekm]], [...NOT_NUMBERS, [7], [undefined]]],
      ['generateBinding', 0, GENERATION, NOT_NUMBERS],
      ['generateBinding', 1, GENERATION, NOT_STRINGS],
      ['generateBinding', 2, GENERATION, NOT_NUMBERS],
      ['generateBinding', 3, GENERATION, NOT_BYTES],
      ['generateBinding', 4, GENERATION, NOT_NUMBERS],
      ['generateBinding', 5, GENERATION, NOT_BYTES],
      ['deleteBinding', 0, ['https://a/'], NOT_STRINGS],
      ['generateId', 0, [2, ekm], NOT_NUMBERS],
      ['generateId', 1, [2, ekm], NOT_BYTES],
      ['generateIdForUri', 0, [2, 'https://a/'], NOT_NUMBERS],
      ['generateIdForUri', 1, [2, 'https://a/'], NOT_STRINGS],
    ];
    for (const [name, index, args, values] of wrong) {
      for (const form of [name, `${name}Sync`].filter((form) => form in calls)) {
        const call = calls[form] as Any;
        for (const value of values) {
          assert.throws(() => call(...args.with(index, value)), TypeError, `${form} ${index}`);
        }
        assert.throws(() => call(), TypeError);
        if (values !== NOT_NUMBERS) continue;
        for (const value of WRONG_NUMBERS) {
          assert.throws(() => call(...args.with(index, value)), RangeError, `${form} ${value}`);
        }
      }
    }
  });

  it('rejects a target with U+0000, which would cut it short for the DLL', () => {
    const generate = calls['generateBindingSync'] as Any;
    assert.throws(() => generate(2, 'https://a/\0https://b/', 0, ekm), RangeError);
  });

  it('returns the status and no value when the DLL rejects a message', () => {
    const answer = calls.verifyMessageSync(new Uint8Array(139), 2, ekm);
    assert.deepEqual(answer, { status: 0x80090308 });
    assert.deepEqual(calls.verifyMessageSync(new Uint8Array(0), 2, ekm), { status: 0x80090308 });
  });

  it('treats a detached array as empty', () => {
    const message = new Uint8Array(139);
    structuredClone(message.buffer, { transfer: [message.buffer] });
    assert.deepEqual(calls.verifyMessageSync(message, 2, ekm), { status: 0x80090308 });
  });

  it('has functions that work with any `this`', async () => {
    const { getHighestSupportedVersion } = calls;
    const answer = await getHighestSupportedVersion.call({} as never);
    assert.deepEqual(answer, { status: 0, value: { major: 1, minor: 0 } });
    assert.throws(() => new (calls.verifyMessageSync as never as new () => unknown)(), TypeError);
  });
});
