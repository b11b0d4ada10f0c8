import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTarget } from '../../src/tokenbinding/target.js';

const SCOPES: [url: string, scope: string][] = [
  ['https://example.com/', 'example.com'],
  ['https://a.b.example.com:8443/path?q#f', 'example.com'],
  ['wss://example.com/', 'example.com'],
  ['HTTPS://EXAMPLE.COM', 'example.com'],
  ['https://example.com./', 'example.com'],
  ['https://user:password@www.example.com/', 'example.com'],
  ['https://a.example.co.uk/', 'example.co.uk'],
  ['https://co.uk/', 'co.uk'],
  ['https://com/', 'com'],
  ['https://a.github.io/', 'a.github.io'],
  ['https://b.a.github.io/', 'a.github.io'],
  ['https://github.io/', 'github.io'],
  ['https://bucket.s3.amazonaws.com/', 'bucket.s3.amazonaws.com'],
  ['https://m\u00fcnchen.example.de/', 'example.de'],
  ['https://www.m\u00fcnchen.de/', 'xn--mnchen-3ya.de'],
  ['https://localhost/', 'localhost'],
  ['https://localhost./', 'localhost'],
  ['https://intranet/', 'intranet'],
  ['https://127.0.0.1/', '127.0.0.1'],
  ['https://0x7f.1/', '127.0.0.1'],
  ['https://[::1]:443/', '[::1]'],
  ['https://a.b.unknown-tld/', 'b.unknown-tld'],
];

describe('key scope', () => {
  for (const [url, scope] of SCOPES) {
    it(`${url} -> ${scope}`, () => {
      assert.deepEqual(parseTarget(url), { url, scope });
      assert.deepEqual(parseTarget(url), { url, scope });
    });
  }

  it('is undefined for any other text', () => {
    const schemes = ['http://example.com/', 'ftp://example.com/', 'https:', 'example.com', ''];
    const hosts = ['https://./', 'https://../', `https://example.com/${'a'.repeat(4096)}`];
    for (const text of [...schemes, ...hosts]) {
      assert.equal(parseTarget(text), undefined, text);
    }
  });
});
