import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boundAgents } from '../../src/http.js';
import { FileKeyStore, open } from '../../src/index.js';
import { temporaryFolder } from '../support/folders.js';
import { certificate } from './support/binding-servers.js';

const INVALID = 'ERR_INVALID_ARG_TYPE';
const RANGE = 'ERR_OUT_OF_RANGE';
const ORIGINS = ['https://www.example.com'];

/** Wrong options, with the code of the error and the argument that it names. */
const WRONG: readonly (readonly [options: unknown, code: string, name: string])[] = [
  [null, INVALID, 'options'],
  ['ecdsap256', INVALID, 'options'],
  [[], INVALID, 'options'],
  [{ keytype: 'ecdsap256' }, INVALID, 'options has no option keytype'],
  [Object.create({ keyType: 'ecdsap256' }), INVALID, 'options.keyType'],
  [{ keyType: 2 }, INVALID, 'options.keyType'],
  [{ keyType: 'ecdsa' }, RANGE, 'options.keyType'],
  [{ keyType: 'anyexisting' }, RANGE, 'options.keyType'],
  [{ origins: 'https://www.example.com' }, INVALID, 'options.origins'],
  [{ origins: [] }, RANGE, 'options.origins'],
  [{ origins: [7] }, INVALID, 'options.origins[0]'],
  [{ origins: [...ORIGINS, 'www.example.com'] }, RANGE, 'options.origins[1]'],
  [{ origins: ['http://www.example.com'] }, RANGE, 'options.origins[0]'],
  [{ origins: ['https://www.example.com/path'] }, RANGE, 'options.origins[0]'],
  [{ origins: ['https://*.example.com'] }, RANGE, 'options.origins[0]'],
  [{ tokenBinding: null }, INVALID, 'options.tokenBinding'],
  [{ tokenBinding: { verifyMessage() {} } }, INVALID, 'options.tokenBinding'],
  [{ referred: 'https://api.example/' }, INVALID, 'options.origins'],
  [{ referred: 7, origins: ORIGINS }, INVALID, 'options.referred'],
  [{ referred: 'http://api.example/', origins: ORIGINS }, RANGE, 'options.referred'],
  [{ referred: 'api.example', origins: ORIGINS }, RANGE, 'options.referred'],
  [{ referred: {}, origins: ORIGINS }, INVALID, 'options.referred.targetUrl'],
  [
    { referred: { targetUrl: 'https://api.example/', keyType: 'x' }, origins: ORIGINS },
    RANGE,
    'options.referred.keyType',
  ],
  [{ referred: { url: 'https://api.example/' }, origins: ORIGINS }, INVALID, 'options.referred'],
  [{ timeout: '1' }, INVALID, 'options.timeout'],
  [{ timeout: 0 }, RANGE, 'options.timeout'],
  [{ timeout: 2 ** 31 }, RANGE, 'options.timeout'],
  [{ signal: {} }, INVALID, 'options.signal'],
  [{ maxSockets: 0 }, RANGE, 'options.maxSockets'],
  [{ maxSockets: null }, INVALID, 'options.maxSockets'],
  [{ ca: 'x' }, INVALID, 'options.ca'],
  [{ tls: null }, INVALID, 'options.tls'],
  [{ tls: { rejectUnauthorised: false } }, INVALID, 'options.tls'],
  [{ tls: { rejectUnauthorized: 0 } }, INVALID, 'options.tls.rejectUnauthorized'],
  [{ undici: {} }, INVALID, 'options.undici.Agent'],
  [{ httpAgent: {} }, INVALID, 'options has no option httpAgent'],
];

describe('boundAgents()', () => {
  for (const [options, code, name] of WRONG) {
    it(`names ${name} for ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => boundAgents(options as never),
        (error: NodeJS.ErrnoException) => {
          assert.equal(error.code, code);
          assert.ok(error instanceof (code === RANGE ? RangeError : TypeError));
          assert.ok(error.message.startsWith(name), error.message);
          return true;
        },
      );
    });
  }

  it('repeats no secret in an error', () => {
    const secret = 'https://user:hunter2@api.example';
    for (const options of [{ origins: [secret] }, { referred: `${secret}:x/`, origins: ORIGINS }]) {
      assert.throws(
        () => boundAgents(options),
        (error: Error) => !error.message.includes('hunter2'),
      );
    }
  });

  it('takes every option', () => {
    const { signal } = new AbortController();
    boundAgents({
      keyType: 'rsa2048_pkcs1.5',
      origins: ORIGINS,
      tokenBinding: open({ provider: 'portable', keyStore: new FileKeyStore(temporaryFolder()) }),
      referred: { targetUrl: 'https://api.example/', keyType: 'ecdsap256' },
      timeout: 1000,
      signal,
      maxSockets: Number.POSITIVE_INFINITY,
      tls: { ca: certificate.cert, minVersion: 'TLSv1.2' },
    }).close();
  });

  it('takes none', () => {
    using agents = boundAgents();
    assert.equal(agents.httpsAgent.options.maxCachedSessions, 0);
    assert.equal(agents.dispatcher, agents.dispatcher);
  });

  it('reports wrong keys of TLS at once', () => {
    assert.throws(() => boundAgents({ tls: { key: 'no key' } }), /PEM|no start line|DECODER/i);
  });
});

/** Wrong responses, with the code of the error and the argument that it names. */
const WRONG_RESPONSES: readonly (readonly [response: unknown, code: string, name: string])[] = [
  [null, INVALID, 'response'],
  [{ url: 7, status: 302, headers: {} }, INVALID, 'response.url'],
  [{ url: '/path', status: 302, headers: {} }, RANGE, 'response.url'],
  [{ url: 'https://a.example/', headers: {} }, INVALID, 'response.status'],
  [{ url: 'https://a.example/', status: '302', headers: {} }, INVALID, 'response.status'],
  [{ url: 'https://a.example/', status: 302 }, INVALID, 'response.headers'],
];

describe('readRedirect()', () => {
  for (const [response, code, name] of WRONG_RESPONSES) {
    it(`names ${name} for ${JSON.stringify(response)}`, () => {
      using agents = boundAgents();
      assert.throws(
        () => agents.readRedirect(response as never),
        (error: NodeJS.ErrnoException) => {
          assert.equal(error.code, code);
          assert.ok(error.message.startsWith(name), error.message);
          return true;
        },
      );
    });
  }

  for (const headers of [
    { Location: '../end?x#y' },
    { LOCATION: '../end?x#y' },
    new Headers({ location: '../end?x#y' }),
    new Response(null, { headers: { location: '../end?x#y' } }).headers,
  ]) {
    it(`resolves a location in ${headers.constructor.name} ${Object.keys(headers)}`, () => {
      using agents = boundAgents();
      const answer = { url: 'https://a.example/a/b/', status: 307, headers };
      assert.equal(agents.readRedirect(answer)?.url, 'https://a.example/a/end?x#y');
    });
  }

  it('ignores two locations', () => {
    using agents = boundAgents();
    for (const headers of [{ location: ['/a', '/b'] }, { location: '/a', Location: '/b' }]) {
      const answer = { url: 'https://a.example/', status: 302, headers };
      assert.equal(agents.readRedirect(answer), undefined);
    }
  });
});
