import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkList, checkOneOf, checkOptions } from '../../src/bytes/check.js';

const NAMES = ['one', 'two'] as const;

/** Runs `work` while Object.prototype has an accessor of this name, which intercepts assignments. */
function withAccessor<T>(name: string, value: unknown, work: () => T): T {
  Object.defineProperty(Object.prototype, name, {
    get: () => value,
    set: () => {},
    configurable: true,
  });
  try {
    return work();
  } finally {
    Reflect.deleteProperty(Object.prototype, name);
  }
}

describe('options', () => {
  it('are read unchanged, with any accessor on Object.prototype', () => {
    for (const value of ['evil', undefined]) {
      const read = withAccessor('one', value, () => {
        const { one, two } = checkOptions('options', { one: 1 }, NAMES);
        return [one, two];
      });
      assert.deepEqual(read, [1, undefined]);
      const absent = withAccessor('one', value, () => checkOptions('options', {}, NAMES).one);
      assert.equal(absent, undefined);
    }
  });

  it('that are inherited are a TypeError, even if Object.prototype has the name', () => {
    class Options {
      get one(): number {
        return 1;
      }
    }
    const check = () => checkOptions('options', new Options(), NAMES);
    const error = { name: 'TypeError', message: /^options\.one must be an own property/ };
    assert.throws(check, error);
    withAccessor('one', 2, () => assert.throws(check, error));
    assert.throws(() => checkOptions('options', Object.create({ two: 2 }), NAMES), TypeError);
  });

  it('with an unknown name, and values that are not an options object, are a TypeError', () => {
    for (const value of [{ three: 3 }, { one: 1, three: undefined }, [], new Uint8Array(0), null]) {
      assert.throws(() => checkOptions('options', value, NAMES), TypeError);
    }
  });
});

describe('a name out of a list', () => {
  const WANTED = "one of 'one', 'two'";

  it('that is another one is an error with the list, and with the name if it is short', () => {
    assert.equal(checkOneOf('options.name', 'two', NAMES), 'two');
    for (const [value, error] of [
      ['One', { name: 'RangeError', message: `options.name must be ${WANTED}, not 'One'` }],
      ['a'.repeat(32), { name: 'RangeError', message: `options.name must be ${WANTED}` }],
      [1, { name: 'TypeError', message: `options.name must be ${WANTED}` }],
    ] as const) {
      assert.throws(() => checkOneOf('options.name', value, NAMES), error);
    }
  });

  it('is an error with its index in an array, and outside of one an error with the list', () => {
    assert.deepEqual(checkList('options.names', ['two', 'one'], NAMES), ['two', 'one']);
    for (const [value, message] of [
      [['one', 'TWO'], `options.names[1] must be ${WANTED}, not 'TWO'`],
      ['two', "options.names must be an array with some of 'one', 'two'"],
    ] as const) {
      assert.throws(() => checkList('options.names', value, NAMES), { message });
    }
  });

  it('stays in an array, with any accessor on Object.prototype', () => {
    const list = withAccessor('0', 'evil', () => checkList('options.names', ['two'], NAMES));
    assert.deepEqual(list, ['two']);
  });
});
