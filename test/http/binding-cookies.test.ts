import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import { describe, it } from 'node:test';
import {
  type BoundCookieOptions,
  HttpTokenBindingError,
  openCookie,
  sealCookie,
  tokenBinding,
} from '../../src/http.js';
import { decodeBase64url } from '../../src/wire.js';
import { vectors } from '../support/vectors.js';
import { fieldFor, KEY, KEYS, OTHER } from './support/binding-message.js';
import { certificate, run } from './support/binding-servers.js';
import { fieldsOf, RawClient } from './support/server-client.js';

const name = '__Host-session';
const secrets = [randomBytes(32)];
const { identifier } = KEY;
const options: BoundCookieOptions = { name, secrets, identifier };
const inAnHour = () => new Date(Date.now() + 3_600_000);

/** What a client sends back: the name and the value, without the attributes. */
function pairOf(cookie: string): string {
  return cookie.split(';')[0] as string;
}

function sealFor(value: string, more: object = {}): string {
  return pairOf(sealCookie(value, { ...options, identifier, expires: inAnHour(), ...more }));
}

const failsWith = (code: string) => (error: unknown) => {
  assert.ok(error instanceof HttpTokenBindingError);
  assert.deepEqual([error.code, error.status], [code, 401]);
  return true;
};
const isMismatch = failsWith('ERR_HTTP_TB_MISMATCH');

/** The cookie with other bytes. */
function alter(pair: string, change: (bytes: Buffer) => Uint8Array): string {
  const [, text = ''] = pair.split('=');
  return `${name}=${Buffer.from(change(Buffer.from(text, 'base64url'))).toString('base64url')}`;
}

function flip(index: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const place = index < 0 ? bytes.length + index : index;
    bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
    return bytes;
  };
}

describe('sealCookie() and openCookie()', () => {
  it('keep a value for one key', () => {
    for (const value of ['', 'alice', '{"user":"ålice 🔑"}', '; Domain=evil', 'a'.repeat(2800)]) {
      const cookie = sealCookie(value, { ...options, identifier, expires: inAnHour() });
      const attributes = cookie.split('; ').slice(1);
      assert.match(
        attributes.join('; '),
        /^Path=\/; Expires=[\w, :]+ GMT; Secure; HttpOnly; SameSite=Lax$/,
      );
      assert.match(pairOf(cookie), /^__Host-session=[\w-]+$/);
      assert.equal(openCookie(pairOf(cookie), options), value);
      assert.ok(!cookie.includes(value) || value === '');
    }
  });

  it('work with each published identifier, and with no other', () => {
    const identifiers = vectors.flatMap(({ bindings = [] }) =>
      bindings.map(({ tokenBindingId }) => decodeBase64url(tokenBindingId)),
    );
    assert.ok(identifiers.length > 50);
    for (const own of identifiers) {
      const pair = sealFor('value', { identifier: own });
      assert.equal(openCookie(pair, { ...options, identifier: own }), 'value');
      assert.throws(() => openCookie(pair, options), isMismatch);
    }
  });

  it('make another cookie each time', () => {
    const cookies = new Set(Array.from({ length: 50 }, () => sealFor('alice')));
    assert.equal(cookies.size, 50);
  });

  it('take the secrets in turn', () => {
    const [old, current, next] = [randomBytes(32), randomBytes(64), randomBytes(32)] as const;
    const pair = sealFor('alice', { secrets: [current, old] });
    for (const usable of [[current], [current, old], [next, current], [next, old, current]]) {
      assert.equal(openCookie(pair, { ...options, secrets: usable }), 'alice');
    }
    for (const useless of [[old], [next], [next, old], [current.subarray(0, 32)]]) {
      assert.throws(() => openCookie(pair, { ...options, secrets: useless }), isMismatch);
    }
  });

  it('find the cookie among others', () => {
    const pair = sealFor('alice');
    for (const header of [
      pair,
      ` a=b;${pair} ; c`,
      `${name}=forged; ${pair}`,
      `x${name}=1; ${pair}; ${name}`,
      `${sealFor('thief', { identifier: OTHER.identifier })}; ${pair}`,
    ]) {
      assert.equal(openCookie(header, options), 'alice');
    }
    const others = [`\xa0${pair}`, `x${pair}`, pair.toLowerCase()];
    for (const header of [undefined, '', ';', 'a=b', name, ...others]) {
      assert.equal(openCookie(header, options), undefined);
    }
  });

  it('reject a cookie of another key, and one without a key', () => {
    const pair = sealFor('alice');
    for (const other of [OTHER, KEYS.rsa2048_pss]) {
      const stolen = { ...options, identifier: other.identifier };
      assert.throws(() => openCookie(pair, stolen), isMismatch);
    }
    assert.throws(() => openCookie(pair, { ...options, identifier: undefined }), isMismatch);
    assert.throws(() => openCookie(pair, { ...options, identifier: new Uint8Array() }), RangeError);
    const longer = Buffer.concat([identifier, Buffer.alloc(1)]);
    assert.throws(() => openCookie(pair, { ...options, identifier: longer }), isMismatch);
  });

  it('reject a cookie with another name', () => {
    const pair = sealFor('alice');
    const renamed = pair.replace(name, '__Host-admin');
    assert.throws(() => openCookie(renamed, { ...options, name: '__Host-admin' }), isMismatch);
  });

  it('reject a cookie with any other bit', () => {
    const pair = sealFor('alice');
    const { length } = Buffer.from(pair.split('=')[1] as string, 'base64url');
    assert.equal(length, 1 + 32 + 6 + 5 + 16);
    for (let index = 0; index < length; index++) {
      assert.throws(() => openCookie(alter(pair, flip(index)), options), isMismatch, `${index}`);
    }
  });

  it('reject each other text', () => {
    const pair = sealFor('alice');
    for (const text of [
      `${name}=`,
      `${name}=alice`,
      `${pair}=`,
      `${pair}A`,
      pair.slice(0, -1),
      pair.replace('=', '="').concat('"'),
      alter(pair, (bytes) => bytes.subarray(0, -1)),
      alter(pair, (bytes) => bytes.subarray(0, 54)),
      alter(pair, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])),
      alter(pair, (bytes) => Buffer.concat([Buffer.from([2]), bytes.subarray(1)])),
      `${name}=${'A'.repeat(5000)}`,
    ]) {
      assert.throws(() => openCookie(text, options), isMismatch, text.slice(0, 90));
    }
  });

  it('reject a cookie after its time, which nobody can change', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
    const expires = new Date(Date.now() + 500);
    const pair = sealFor('alice', { expires });
    assert.equal(openCookie(pair, options), 'alice');
    t.mock.timers.tick(500);
    assert.throws(() => openCookie(pair, options), failsWith('ERR_HTTP_TB_EXPIRED'));
    const past = sealFor('alice', { expires: new Date(0) });
    assert.throws(() => openCookie(past, options), failsWith('ERR_HTTP_TB_EXPIRED'));
    // Bytes 33 to 38 are the time.
    assert.throws(() => openCookie(alter(past, flip(33)), options), isMismatch);
    // Whoever has no key does not learn that the cookie was valid once.
    const { identifier: thief } = OTHER;
    assert.throws(() => openCookie(past, { ...options, identifier: thief }), isMismatch);
    assert.equal(openCookie(`${past}; ${sealFor('bob')}`, options), 'bob');
  });

  it('make no cookie of more than 4,096 bytes', () => {
    const sealed = (length: number) =>
      sealCookie('a'.repeat(length), { ...options, identifier, expires: inAnHour() });
    let length = 2900;
    while (sealed(length).length < 4094) length += 1;
    const longest = sealed(length);
    assert.ok(longest.length <= 4096);
    assert.equal(openCookie(pairOf(longest), options), 'a'.repeat(length));
    for (const more of [3, 4, 100_000]) assert.throws(() => sealed(length + more), RangeError);
    assert.throws(() => sealFor('é'.repeat(2000)), RangeError);
  });

  it('reject wrong arguments', () => {
    const expires = inAnHour();
    const good = { ...options, identifier, expires };
    for (const wrong of [
      { name: '' },
      { name: 'a b' },
      { name: 'a;b' },
      { name: 'a=b' },
      { name: 'a\r\nb' },
      { name: 'ä' },
      { secrets: [] },
      { secrets: [randomBytes(31)] },
      { secrets: [randomBytes(32), new Uint8Array(0)] },
      { secrets: Array.from({ length: 9 }, () => randomBytes(32)) },
      { expires: new Date(Number.NaN) },
      { expires: new Date(-1) },
      { expires: new Date(8.64e15) },
      { sameSite: 'lax' },
      { identifier: new Uint8Array(0) },
    ]) {
      assert.throws(() => sealCookie('', { ...good, ...wrong } as never), RangeError);
    }
    for (const wrong of [
      { name: undefined },
      { secrets: 'text' },
      { secrets: ['text'.repeat(8)] },
      { identifier: undefined },
      { identifier: 'key' },
      { expires: undefined },
      { expires: Date.now() },
      { sameSite: 1 },
      { maxAge: 1 },
    ]) {
      assert.throws(() => sealCookie('', { ...good, ...wrong } as never), TypeError);
    }
    assert.throws(() => sealCookie(Buffer.from('a') as never, good), TypeError);
    assert.throws(() => sealCookie('\ud800', good), RangeError);
    assert.throws(() => openCookie(['a'] as never, options), TypeError);
    assert.throws(() => openCookie('', { ...options, identifier: 'key' } as never), TypeError);
    assert.throws(() => openCookie('', { ...options, secrets: [] }), RangeError);
  });
});

describe('a server with bound cookies', () => {
  it('lets in the owner of a cookie, and no thief', async () => {
    const bind = tokenBinding();
    await using running = await run(
      createServer(certificate, (request, response) => {
        bind(request, response, () => {
          const proven = request.tokenBinding?.provided.identifier;
          if (request.url === '/login' && proven !== undefined) {
            const sealed = { ...options, identifier: proven, expires: inAnHour() };
            response.setHeader('Set-Cookie', sealCookie('alice', sealed)).end();
            return;
          }
          try {
            const user = openCookie(request.headers.cookie, { ...options, identifier: proven });
            response.writeHead(user === undefined ? 401 : 200).end(user);
          } catch (error) {
            response.writeHead((error as HttpTokenBindingError).status).end();
          }
        });
      }),
    );
    using owner = await RawClient.open(running.port, {});
    const field = fieldFor(owner, KEY);
    const login = await owner.request([field], undefined, 'GET /login');
    const cookie = `Cookie: ${pairOf(fieldsOf(login, 'set-cookie')[0] as string)}`;
    assert.equal((await owner.request([field, cookie])).body, 'alice');

    // The same key on a new connection.
    using again = await RawClient.open(running.port, {});
    assert.equal((await again.request([fieldFor(again, KEY), cookie])).body, 'alice');

    using thief = await RawClient.open(running.port, {});
    for (const [fields, status] of [
      [[cookie], 401],
      [[fieldFor(thief, OTHER), cookie], 401],
      [[fieldFor(thief, OTHER, [KEY, 1]), cookie], 401],
      [[fieldFor(thief, OTHER, [KEY, 7]), cookie], 401],
      [[field, cookie], 400],
      [[fieldFor(thief, KEY, OTHER), cookie], 400],
      [[fieldFor(thief, OTHER)], 401],
    ] as const) {
      assert.equal((await thief.request([...fields])).status, status);
    }
    assert.equal((await owner.request([cookie])).status, 401);
  });
});
