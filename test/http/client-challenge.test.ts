import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseChallenges } from '../../src/http/auth/challenge.js';

/** The challenges in short: `ntlm`, `ntlm=token`, `ntlm!` for a malformed one. */
function short(...values: string[]): string[] {
  return parseChallenges(values).map(({ scheme, token68, isMalformed }) => {
    if (isMalformed) return `${scheme}!`;
    return token68 === undefined ? scheme : `${scheme}=${token68}`;
  });
}

const VALID: readonly [string, readonly string[]][] = [
  ['', []],
  [' , ,', []],
  ['NTLM', ['ntlm']],
  ['NTLM ', ['ntlm']],
  ['nTlM,NEGOTIATE', ['ntlm', 'negotiate']],
  ['Negotiate, NTLM, Basic realm="x, NTLM"', ['negotiate', 'ntlm', 'basic']],
  ['Basic realm="a \\" b", charset="UTF-8", NTLM', ['basic', 'ntlm']],
  ['NTLM TlRM+/AA==', ['ntlm=TlRM+/AA==']],
  ['NTLM realm=', ['ntlm=realm=']],
  ['Negotiate oYG=, NTLM', ['negotiate=oYG=', 'ntlm']],
  ['Digest realm = "x" , nonce=abc , , Negotiate', ['digest', 'negotiate']],
  ['Bearer, Basic realm=x, NTLM abc', ['bearer', 'basic', 'ntlm=abc']],
  ['Basic realm=x NTLM', ['basic!']],
];

const MALFORMED: readonly string[] = [
  'NTLM !!!',
  'NTLM abc def',
  'NTLM abc==x',
  'NTLM realm="unfinished',
  'NTLM a=b c',
  'NTLM =abc',
  'NTLM\x7fabc',
  'NTLM "abc"',
  'NTLM ä',
];

describe('parseChallenges', () => {
  for (const [value, expected] of VALID) {
    it(`reads ${JSON.stringify(value)}`, () => assert.deepEqual(short(value), expected));
  }

  it('reads several fields in order', () => {
    assert.deepEqual(short('Negotiate', 'NTLM', 'Basic realm="x"'), ['negotiate', 'ntlm', 'basic']);
  });

  for (const value of MALFORMED) {
    it(`marks ${JSON.stringify(value)} as malformed`, () => {
      assert.deepEqual(short(value), ['ntlm!']);
    });
  }

  it('reads what comes before a malformed challenge, and the other fields', () => {
    assert.deepEqual(short('NTLM, Basic realm=a b', 'Negotiate'), ['ntlm', 'basic!', 'negotiate']);
  });

  it('reads nothing of a field that begins with no scheme', () => {
    assert.deepEqual(short('"NTLM"', '=', 'NTLM'), ['ntlm']);
  });

  for (const [name, unit] of [
    ['schemes', 'A,'],
    ['commas', ','],
    ['spaces', ' '],
    ['parameters', 'a=b,'],
    ['equals signs', '='],
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['letters', 'a'],
    ['letters and spaces', 'a '],
  ] as const) {
    // Quadratic time would be hours.
    it(`reads a million ${name} in linear time`, () => {
      assert.equal(parseChallenges([`NTLM ${unit.repeat(1_000_000)}`])[0]?.scheme, 'ntlm');
    });
  }
});
