import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field, Reader } from '../../src/bytes/reader.js';
import { readerOf } from '../../src/tokenbinding/structure-reader.js';
import { refused } from '../support/refused.js';

const at = (bytes: number[], read: (reader: Reader) => unknown) => {
  const reader = readerOf(Uint8Array.from(bytes));
  const error = refused('ERR_TB_MALFORMED', () => read(reader));
  return [error.path, error.offset];
};

describe('Reader', () => {
  it('reads numbers big-endian and vectors by their length', () => {
    const reader = readerOf(Uint8Array.of(1, 2, 3, 2, 8, 9, 0, 1, 7));
    assert.equal(reader.uint8('a'), 1);
    assert.equal(reader.uint16('b'), 0x0203);
    assert.deepEqual([...reader.opaque8('c', 0)], [8, 9]);
    assert.deepEqual([...reader.opaque16('d', 0)], [7]);
    reader.finish('all');
  });

  it('cannot read past the end', () => {
    assert.deepEqual(
      at([], (reader) => reader.uint8('a')),
      ['a', 0],
    );
    assert.deepEqual(
      at([1], (reader) => reader.uint16('a')),
      ['a', 0],
    );
    assert.deepEqual(
      at([3, 1, 2], (reader) => reader.opaque8('a', 0)),
      ['a', 1],
    );
    assert.deepEqual(
      at([0, 3, 1, 2], (reader) => reader.opaque16('a', 0)),
      ['a', 2],
    );
  });

  it('cannot read past the end of the enclosing structure, even if bytes follow', () => {
    const inner = (reader: Reader) => reader.structure('outer', 2, () => reader.opaque8('a', 0));
    assert.deepEqual(at([2, 1, 2, 3, 4], inner), ['a', 1]);
  });

  it('reads little-endian numbers, and structures at another offset', () => {
    const reader = readerOf(Uint8Array.of(1, 2, 0xff, 0, 0, 0x80, 7, 8));
    assert.equal(
      reader.at('a', 0, 6, 2, (there) => there.uint16('b')),
      0x0708,
    );
    assert.equal(
      reader.at('a', 0, 0, 0, (there) => there.remaining),
      0,
    );
    assert.equal(reader.uint16le('a'), 0x0201);
    assert.equal(reader.uint32le('b'), 0x800000ff);
    assert.deepEqual([reader.remaining, reader.peek()], [2, 7]);
    assert.deepEqual([...reader.opaque('c', 2)], [7, 8]);
    assert.equal(reader.peek(), undefined);
  });

  it('cannot read past the end of a structure at another offset', () => {
    const there = (offset: number, length: number) => (reader: Reader) =>
      reader.at('a', 7, offset, length, (inner) => inner.opaque('b', 2));
    assert.deepEqual(at([1, 2, 3], there(2, 2)), ['a', 7]);
    assert.deepEqual(at([1, 2, 3], there(0xffffffff, 2)), ['a', 7]);
    assert.deepEqual(at([1, 2, 3], there(1, 1)), ['b', 1]);
    assert.deepEqual(
      at([1, 2], (reader) => reader.uint32le('a')),
      ['a', 0],
    );
  });

  it('rejects vectors below their minimum length', () => {
    assert.deepEqual(
      at([2, 1, 2], (reader) => reader.opaque8('a', 3)),
      ['a', 0],
    );
    assert.deepEqual(
      at([0, 2, 1, 2], (reader) => reader.opaque16('a', 3)),
      ['a', 0],
    );
    assert.deepEqual(
      at([0, 2, 1, 2], (reader) => reader.list16('a', 3, () => reader.uint8('b'))),
      ['a', 0],
    );
  });

  it('rejects bytes left over', () => {
    assert.deepEqual(
      at([1, 2], (reader) => {
        reader.uint8('a');
        reader.finish('all');
      }),
      ['all', 1],
    );
    assert.deepEqual(
      at([1, 2], (reader) => reader.structure('all', 2, () => reader.uint8('a'))),
      ['all', 1],
    );
  });

  it('names fields by their path', () => {
    const list = (reader: Reader) =>
      reader.list16('list', 0, () => reader.group('item', () => reader.uint16('number')));
    assert.deepEqual(at([0, 5, 0, 1, 0, 2, 0], list), ['list[2].item.number', 6]);
  });

  it('reports every field, and returns no bytes inside withoutViews', () => {
    const fields: Field[] = [];
    const bytes = Uint8Array.of(1, 7, 0, 1, 9);
    const reader = readerOf(bytes, (field) => fields.push(field));
    reader.group('root', () => {
      reader.withoutViews(() => reader.opaque8('a', 0));
      reader.withoutViews(() => reader.opaque16('b', 0));
    });
    assert.deepEqual(
      fields.map(({ path, offset, length }) => [path, offset, length]),
      [
        ['root.a', 1, 1],
        ['root.b', 4, 1],
      ],
    );
    const silent = readerOf(bytes);
    silent.withoutViews(() => assert.equal(silent.opaque8('a', 0).length, 0));
    assert.deepEqual([...silent.opaque16('b', 0)], [9]);
  });
});
