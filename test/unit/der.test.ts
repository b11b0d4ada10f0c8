import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readBytes, readInteger, readSequenceOf } from '../../src/bytes/read-der.js';
import { derElement, derInteger } from '../../src/bytes/write-der.js';
import { tokenReader } from '../../src/sspi/token-reader.js';
import { bytes, hex } from '../support/ntlm.js';

const read = (der: string, least = -(2 ** 47), most = 2 ** 47 - 1) => {
  const reader = tokenReader(bytes(der));
  const value = readInteger(reader, 'number', { least, most });
  reader.finish('number');
  return value;
};
const invalid = (problem: RegExp) => ({ code: 'SEC_E_INVALID_TOKEN', message: problem });

describe('INTEGER', () => {
  const NUMBERS: readonly (readonly [string, number])[] = [
    ['020100', 0],
    ['02017f', 127],
    ['02020080', 128],
    ['020200ff', 255],
    ['02020100', 256],
    ['0201ff', -1],
    ['020180', -128],
    ['0202ff7f', -129],
    ['02047fffffff', 2 ** 31 - 1],
    ['020480000000', -(2 ** 31)],
    ['0205ff7fffffff', -(2 ** 31) - 1],
    ['02050080000000', 2 ** 31],
    ['020500ffffffff', 2 ** 32 - 1],
    ['02067fffffffffff', 2 ** 47 - 1],
    ['0206800000000000', -(2 ** 47)],
  ];

  it('is read and written in the fewest bytes', () => {
    for (const [der, value] of NUMBERS) {
      assert.equal(read(der), value, der);
      assert.equal(hex(derInteger(value)), der);
    }
  });

  it('is rejected if it is empty, too long, not in the fewest bytes or outside its range', () => {
    assert.throws(() => read('0200'), invalid(/^number\.value: is empty \(at offset 2\)$/));
    assert.throws(() => read('02020001'), invalid(/fewest bytes/));
    assert.throws(() => read('0202ff80'), invalid(/fewest bytes/));
    assert.throws(() => read('020701000000000000'), invalid(/has 7 bytes, allowed are/));
    assert.throws(() => read('020106', 5, 5), invalid(/is 6, allowed are 5 to 5/));
    assert.throws(() => read('0201ff', 0), invalid(/is -1/));
    assert.throws(() => read('0a0100'), invalid(/^number\.tag: is 0x0a, not 0x02/));
    assert.throws(() => read('02028000'.slice(0, 6)), invalid(/needs 2 bytes, 1 left/));
  });
});

describe('the length of an element', () => {
  it('is written in the fewest bytes, and read', () => {
    const HEADERS: readonly (readonly [number, string])[] = [
      [0, '0400'],
      [127, '047f'],
      [128, '048180'],
      [255, '0481ff'],
      [256, '04820100'],
      [65_535, '0482ffff'],
      [65_536, '0483010000'],
    ];
    for (const [length, header] of HEADERS) {
      const content = new Uint8Array(length).fill(7);
      const element = derElement(0x04, content.subarray(0, 5), content.subarray(5));
      assert.equal(hex(element), header + hex(content));
      assert.deepEqual(readBytes(tokenReader(element), 'element', 0x04), content);
    }
  });
});

describe('SEQUENCE OF', () => {
  const numbers = (der: string, most: number) =>
    readSequenceOf(tokenReader(bytes(der)), 'list', 'item', most, (item) =>
      readInteger(item, '', { least: 0, most: 9 }),
    );

  it('is read up to its bound', () => {
    assert.deepEqual(numbers('3000', 0), []);
    assert.deepEqual(numbers('3006020101020102', 2), [1, 2]);
    const tooMany = /^list\.item\[1\]: is one more than the 1 allowed \(at offset 5\)$/;
    assert.throws(() => numbers('3006020101020102', 1), invalid(tooMany));
    assert.throws(() => numbers('300302010a', 1), invalid(/^list\.item\[0\]\.value: is 10/));
  });
});
