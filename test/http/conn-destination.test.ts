import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { absoluteTarget, destinationOf } from '../../src/http/connection/destination.js';

describe('destinationOf', () => {
  for (const [from, hostname, port, origin] of [
    ['https://Intranet.Example.com', 'intranet.example.com', 443, 'https://intranet.example.com'],
    ['http://a:80/path?query', 'a', 80, 'http://a'],
    ['http://a:443', 'a', 443, 'http://a:443'],
    ['https://[::1]:8443/', '::1', 8443, 'https://[::1]:8443'],
    [
      new URL('https://bücher.example'),
      'xn--bcher-kva.example',
      443,
      'https://xn--bcher-kva.example',
    ],
  ] as const) {
    it(`reads ${from}`, () => {
      const { protocol } = new URL(from);
      assert.deepEqual(destinationOf(from), { protocol, hostname, port, origin });
    });
  }

  for (const [host, hostname] of [
    ['EXAMPLE.com', 'example.com'],
    ['127.1', '127.0.0.1'],
    ['::1', '::1'],
    ['[0:0::1]', '::1'],
  ] as const) {
    it(`reads the host ${host}`, () => {
      const expected = destinationOf(
        `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:81`,
      );
      assert.deepEqual(destinationOf({ protocol: 'http:', host, port: '81' }), expected);
      assert.equal(expected.hostname, hostname);
    });
  }

  it('takes the default port for an empty one', () => {
    assert.equal(destinationOf({ protocol: 'https:', host: 'a', port: '' }).port, 443);
  });

  for (const url of [
    '',
    'a',
    '//a',
    'ftp://a',
    'file:///a',
    'http://',
    'http://user@a',
    'http://:secret@a',
    'http://a:65536',
    'http://a b',
    'http://[::1',
  ]) {
    it(`rejects '${url}'`, () => {
      assert.throws(() => destinationOf(url), { code: 'ERR_OUT_OF_RANGE' });
    });
  }

  for (const host of ['', 'a/b', 'a?b', 'a#b', 'a@b', 'a\\b', 'a:1', '::1%eth0', 'a b', 'a\tb']) {
    it(`rejects the host ${JSON.stringify(host)}`, () => {
      const parts = { protocol: 'http:', host, port: 80 };
      assert.throws(() => destinationOf(parts), { code: 'ERR_OUT_OF_RANGE' });
    });
  }

  it('repeats no password in an error', () => {
    assert.throws(
      () => destinationOf('http://user:secret@a'),
      ({ message }: Error) => !message.includes('secret'),
    );
  });
});

describe('absoluteTarget', () => {
  const destination = destinationOf('http://a:8080');

  for (const [target, absolute] of [
    ['/', 'http://a:8080/'],
    ['/b?c', 'http://a:8080/b?c'],
    ['//b', 'http://a:8080//b'],
    ['*', 'http://a:8080'],
  ] as const) {
    it(`of ${target}`, () => assert.equal(absoluteTarget(destination, target), absolute));
  }

  for (const target of ['', '.evil.example/', '@evil.example/', 'http://evil.example/', '?b']) {
    it(`rejects '${target}'`, () => {
      assert.throws(() => absoluteTarget(destination, target), { code: 'ERR_OUT_OF_RANGE' });
    });
  }
});
