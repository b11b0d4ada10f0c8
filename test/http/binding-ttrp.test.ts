import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { TLSSocket } from 'node:tls';
import {
  forwardHeaders,
  type ReverseProxy,
  type TokenBindingOptions,
  tokenBinding,
  verifyRequest,
} from '../../src/http.js';
import { decodeBase64url, encodeBase64url } from '../../src/wire.js';
import { newEkm } from '../support/messages.js';
import { ttrpExamples, vector } from '../support/vectors.js';
import { Http2Client } from './support/binding-http2.js';
import { fieldFor, hashOf, KEY, KEYS, OTHER, valueFor } from './support/binding-message.js';
import { BY_ADDRESS, CONTEXT_BY_ADDRESS } from './support/binding-proxy.js';
import {
  certificate,
  describe as describeRequest,
  HTTP2_SERVERS,
  type RunningServer,
  run,
  SERVERS,
  startHttps,
} from './support/binding-servers.js';
import { newCertificate } from './support/server-certificates.js';
import { RawClient } from './support/server-client.js';

const provided = `Sec-Provided-Token-Binding-ID: ${encodeBase64url(KEY.identifier)}`;
const referred = `Sec-Referred-Token-Binding-ID: ${encodeBase64url(OTHER.identifier)}`;
const itemOf = (type: string, identifier = OTHER.identifier) =>
  `${type}.${encodeBase64url(identifier)}`;
const other = (...items: string[]) => `Sec-Other-Token-Binding-ID: ${items.join(',')}`;

const ekm = newEkm();
const contextOf = (head: number[], material: Uint8Array = ekm) =>
  `Sec-Token-Binding-Context: ${encodeBase64url(Buffer.concat([Buffer.from(head), material]))}`;
const context = contextOf([1, 0, 2]);
const message = `Sec-Token-Binding: ${valueFor(ekm, KEY)}`;

/** A request of a connection that has the keying material of an example. */
function requestOn(
  material: Uint8Array,
  fields: Readonly<Record<string, string>>,
  remoteAddress = '127.0.0.1',
): IncomingMessage {
  const socket = Object.create(TLSSocket.prototype, {
    exportKeyingMaterial: { value: () => Buffer.from(material) },
    getProtocol: { value: () => 'TLSv1.3' },
    getSession: { value: () => undefined },
    remoteAddress: { value: remoteAddress },
  });
  const headers = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const rawHeaders = Object.entries(fields).flat();
  return { socket, rawHeaders, headers, complete: true, readableLength: 0 } as never;
}

/** A backend without TLS. */
function startPlain(options: TokenBindingOptions): Promise<RunningServer> {
  const bind = tokenBinding(options);
  return run(
    createServer((request, response) => {
      bind(request, response, () => void response.end(describeRequest(request)));
    }).on('upgrade', async (request, socket) => {
      if (!(await bind.verifyUpgrade(request, socket))) return;
      socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${describeRequest(request)}`);
    }),
  );
}

async function answerOf(
  running: RunningServer,
  fields: readonly string[],
  tls?: object,
): Promise<string> {
  using client = await RawClient.open(running.port, tls);
  const { status, body } = await client.request(fields);
  return `${status} ${body}`;
}

describe('the published examples of reverse proxies', () => {
  for (const { figures, ekm: material, message: sent, ttrpHeaders } of ttrpExamples) {
    it(`are what forwardHeaders() makes: figures ${figures}`, async () => {
      const request = requestOn(decodeBase64url(material), { 'Sec-Token-Binding': sent });
      const headers = await forwardHeaders(request);
      // The type of a binding is hexadecimal in any case.
      const typeInLowerCase = (value: string) => value.replace(',B.', ',b.');
      assert.deepEqual(
        headers,
        Object.fromEntries(
          Object.entries(ttrpHeaders).map(([name, value]) => [
            name.toLowerCase(),
            typeInLowerCase(value),
          ]),
        ),
      );
    });

    it(`are what a backend reads: figures ${figures}`, async () => {
      const request = requestOn(decodeBase64url(material), { 'Sec-Token-Binding': sent });
      const bindings = await verifyRequest(request);
      const proxied = await verifyRequest(requestOn(newEkm(), ttrpHeaders), BY_ADDRESS);
      assert.deepEqual(proxied, bindings);
    });
  }

  it('of a context are what a backend reads', async () => {
    const { message: sent, ekm: material, bindings = [], tokenBindingContext } = vector('tb-34');
    assert.ok(sent !== null && material !== null && tokenBindingContext !== undefined);
    const fields = { 'Sec-Token-Binding': sent, 'Sec-Token-Binding-Context': tokenBindingContext };
    const verified = await verifyRequest(requestOn(newEkm(), fields), CONTEXT_BY_ADDRESS);
    const identifier = encodeBase64url(verified?.provided.identifier as Uint8Array);
    assert.equal(identifier, bindings[0]?.tokenBindingId);
    // The proxy of this package sends version 1.0.
    const own = requestOn(Buffer.from(material, 'hex'), { 'Sec-Token-Binding': sent });
    assert.deepEqual(await forwardHeaders(own, { fields: 'context' }), {
      'sec-token-binding': sent,
      'sec-token-binding-context': tokenBindingContext.replace(/^AA0C/, 'AQAC'),
    });
  });
});

describe('a backend that names its proxy', () => {
  for (const [framework, start] of Object.entries(SERVERS)) {
    it(`accepts verified identifiers: ${framework}`, async () => {
      await using running = await start(BY_ADDRESS);
      for (const [fields, text] of [
        [[], 'none'],
        [[provided], `${hashOf(KEY)}  0 0`],
        [[provided, referred], `${hashOf(KEY)} ${hashOf(OTHER)} 0 0`],
        [[provided, other(itemOf('4d'), ` ${itemOf('B')} `)], `${hashOf(KEY)}  2 0`],
        [[provided, other(itemOf('4D')), other(itemOf('b'))], `${hashOf(KEY)}  2 0`],
        [[provided, other('', itemOf('4d'), ' ', '\t', itemOf('b'), '')], `${hashOf(KEY)}  2 0`],
        [[provided, other(itemOf('2'), itemOf('3'), ',,', itemOf('4'))], `${hashOf(KEY)}  3 0`],
        [[provided, other()], `${hashOf(KEY)}  0 0`],
        [[provided.toLowerCase().replace(/: .*/, provided.slice(29))], `${hashOf(KEY)}  0 0`],
      ] as const) {
        assert.equal(await answerOf(running, fields, {}), `200 ${text}`);
      }
    });

    it(`verifies a message for the keying material in a context: ${framework}`, async () => {
      await using running = await start({ ...CONTEXT_BY_ADDRESS, required: true });
      assert.equal(await answerOf(running, [message, context], {}), `200 ${hashOf(KEY)}  0 0`);
      assert.match(
        await answerOf(running, [message, contextOf([1, 0, 2], newEkm())], {}),
        /^400 .*is not valid for this keying material/,
      );
      assert.match(await answerOf(running, [], {}), /^400 the request has no field/);
    });
  }

  const WRONG: Readonly<Record<string, readonly [fields: readonly string[], text: RegExp]>> = {
    'two provided fields': [[provided, provided], /^400 the request has more than one field Sec-P/],
    'two referred fields': [
      [provided, referred, referred.toUpperCase()],
      /^400 the request has more than one field Sec-R/,
    ],
    'a list of provided identifiers': [
      [`${provided},${encodeBase64url(OTHER.identifier)}`],
      /^400 Sec-Provided-Token-Binding-ID: has ','/,
    ],
    padding: [[`${provided}=`], /^400 .*padding is not allowed/],
    'white space': [[provided.replace(/.{9}$/, ' $&')], /^400 .*has ' '/],
    'an empty provided field': [['Sec-Provided-Token-Binding-ID:'], /^400 /],
    'a truncated identifier': [
      [`Sec-Provided-Token-Binding-ID: ${encodeBase64url(KEY.identifier.subarray(0, -3))}`],
      /^400 tokenbindingid/,
    ],
    'an identifier with another byte': [[`${provided}A`], /^400 /],
    'only a referred identifier': [[referred], /^400 exactly one provided binding is required/],
    'only other identifiers': [[other(itemOf('4d'))], /^400 exactly one provided binding/],
    'a provided identifier among the others': [
      [provided, other(itemOf('0'))],
      /^400 .*a type with a field of its own/,
    ],
    'a referred identifier among the others': [
      [provided, other(itemOf('01'))],
      /^400 .*a type with a field of its own/,
    ],
    'an item without a type': [
      [provided, other(encodeBase64url(OTHER.identifier))],
      /^400 an item/,
    ],
    'an item with three digits': [[provided, other(itemOf('04d'))], /^400 an item/],
    'an item with another digit': [[provided, other(itemOf('g'))], /^400 an item/],
    'an empty list alone': [[other()], /^400 exactly one provided binding/],
    'too many identifiers': [
      [provided, referred, other(itemOf('2'), itemOf('3'), itemOf('4'))],
      /^400 .*exceeds the limit of 4/,
    ],
    'unknown key parameters': [
      [provided, other(itemOf('4d', Buffer.from([99, 0, 1, 0])))],
      /^400 .*key parameters 99/,
    ],
    'a long field': [[`Sec-Provided-Token-Binding-ID: ${'A'.repeat(8193)}`], /^431 /],
    'a long list': [
      Array.from({ length: 90 }, () => other(itemOf('4d'))),
      /^431 the field Sec-Other-Token-Binding-ID has more than 8192/,
    ],
    'a message that the proxy has not removed': [
      [provided, message],
      /^400 the proxy must not send the field Sec-Token-Binding$/,
    ],
    'a message alone': [[message], /^400 the proxy must not send the field Sec-Token-Binding$/],
    'a context': [[provided, context], /^400 the proxy must not send .*-Context$/],
    'a name that can be taken for the field': [
      [provided, 'Sec_Provided_Token_Binding_ID: AAAA'],
      /^400 the proxy does not remove Sec_Provided_Token_Binding_ID$/,
    ],
    'early data': [[provided, 'Early-Data: 1'], /^425 the request came as early data/],
    'early data with another value': [[provided, 'early-data: 0', 'Early-Data: 1'], /^425 /],
  };

  it('refuses each wrong set of identifiers', async () => {
    await using running = await startPlain(BY_ADDRESS);
    for (const [name, [fields, text]] of Object.entries(WRONG)) {
      assert.match(await answerOf(running, fields), text, name);
    }
    assert.equal(await answerOf(running, ['Early-Data: 1']), '200 none');
    assert.equal(await answerOf(running, [provided]), `200 ${hashOf(KEY)}  0 0`);
  });

  it('refuses each wrong context', async () => {
    await using running = await startPlain(CONTEXT_BY_ADDRESS);
    const rsa = `Sec-Token-Binding: ${valueFor(ekm, KEYS.rsa2048_pss)}`;
    for (const [fields, text] of [
      [[message], /^400 .*Token Binding was not negotiated/],
      [[context], /^400 the request has no field Sec-Token-Binding, though/],
      [[message, context, context], /^400 .*more than one field Sec-Token-Binding-Context/],
      [[message, message, context], /^400 .*more than one field Sec-Token-Binding$/],
      [[message, contextOf([1, 0, 1])], /^400 .*negotiated was rsa2048_pss/],
      [[message, contextOf([1, 0, 99])], /^400 .*unknown key parameters, 99/],
      [[message, contextOf([1, 1, 2])], /^400 .*the version 1\.1/],
      [[message, contextOf([0, 9, 2])], /^400 .*the version 0\.9/],
      [[message, contextOf([2, 0, 2])], /^400 .*the version 2\.0/],
      [[message, contextOf([1, 0, 2], ekm.subarray(0, 31))], /^400 .*34 bytes, not 35/],
      [[message, contextOf([1, 0, 2], Buffer.alloc(48))], /^400 .*51 bytes, not 35/],
      [[message, `${context}=`], /^400 .*padding/],
      [[message, `${context},${context.slice(27)}`], /^400 .*has ','/],
      [[message, 'Sec-Token-Binding-Context:'], /^400 .*0 bytes, not 35/],
      [[rsa, context], /^400 .*negotiated was ecdsap256/],
      [[`Sec-Token-Binding: ${valueFor(ekm, [KEY, 1])}`, context], /^400 exactly one provided/],
      [[message, context, provided], /^400 the proxy must not send .*Sec-Provided-/],
      [[provided], /^400 the proxy must not send .*Sec-Provided-/],
      [[message, context, referred], /^400 the proxy must not send .*Sec-Referred-/],
      [[message, context, 'Token-Binding-Context: AAAA'], /^400 the proxy does not remove Token-/],
      [[message, context, 'Early-Data: 1'], /^425 /],
      [[message, contextOf([1, 0, 2], newEkm()), 'Early-Data: 1'], /^425 /],
    ] as const) {
      assert.match(await answerOf(running, fields), text);
    }
    assert.equal(await answerOf(running, []), '200 none');
    assert.equal(
      await answerOf(running, [rsa, contextOf([0, 13, 1])]),
      `200 ${hashOf(KEYS.rsa2048_pss)}  0 0`,
    );
  });

  it('answers a repeated field with 400, whatever the application chooses', async () => {
    await using running = await startPlain({ ...BY_ADDRESS, onRejected: () => 401 });
    assert.match(await answerOf(running, [provided, provided]), /^400 /);
    assert.match(await answerOf(running, [`${provided}=`]), /^401 /);
  });

  it('requires the fields if it requires a binding', async () => {
    await using running = await startPlain({ ...BY_ADDRESS, required: true });
    assert.match(await answerOf(running, []), /^400 the request has no field Sec-Provided-/);
    assert.match(await answerOf(running, [provided]), /^200 /);
  });

  it('trusts the same peers for upgrades', async () => {
    const upgrade = ['Connection: Upgrade', 'Upgrade: x'];
    for (const [options, fields, status, text] of [
      [BY_ADDRESS, [provided], 101, hashOf(KEY)],
      [BY_ADDRESS, [provided, 'Early-Data: 1'], 425, ''],
      [BY_ADDRESS, [`${provided}=`], 400, ''],
      [{ reverseProxies: [{ address: '127.0.0.2' }] }, [provided], 400, ''],
    ] as const) {
      await using running = await startPlain(options);
      using client = await RawClient.open(running.port);
      client.write(`GET / HTTP/1.1\r\nHost: a\r\n${[...upgrade, ...fields].join('\r\n')}\r\n\r\n`);
      const answer = await client.closed();
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      assert.ok(answer.includes(text));
    }
  });
});

describe('a request with more fields than Node shows', () => {
  const padding = (count: number) => Array.from({ length: count }, () => 'a:');
  /** Some versions of Node refuse it themselves, without a text. */
  const REFUSED = /^(?:the request has \d{4} fields, and Node may hide others)?$/;

  it('is refused, whatever it may hide', async () => {
    await using direct = await startHttps({});
    await using proxied = await startPlain(BY_ADDRESS);
    await using context = await startPlain(CONTEXT_BY_ADDRESS);
    for (const count of [1000, 1050]) {
      for (const make of [
        () => [],
        (own: string) => [own],
        (own: string) => [own, ...padding(count), own],
        () => [...padding(count), provided],
        () => [...padding(count), 'Sec_Token_Binding: AAAA'],
      ]) {
        using client = await RawClient.open(direct.port, {});
        const fields = [...make(fieldFor(client, KEY)), ...padding(count)];
        const { status, body } = await client.request(fields);
        assert.equal(status, 431);
        assert.match(body, REFUSED);
      }
      for (const fields of [
        ['a: b'],
        [provided],
        [provided, ...padding(count), 'Early-Data: 1'],
        [provided, ...padding(count), provided],
        [provided, ...padding(count), other(itemOf('4d'))],
      ]) {
        assert.match(await answerOf(proxied, [...fields, ...padding(count)]), /^431 /);
      }
      const early = [message, contextOf([1, 0, 2]), ...padding(count), 'Early-Data: 1'];
      assert.match(await answerOf(context, early), /^431 /);
    }
    using client = await RawClient.open(direct.port, {});
    const field = fieldFor(client, KEY);
    // With Host these are 999 and 1,000.
    assert.equal((await client.request([...padding(997), field])).body, `${hashOf(KEY)}  0 0`);
    const { status, body } = await client.request([...padding(998), field]);
    assert.equal(status, 431);
    assert.match(body, /^the request has 1000 fields/);
    assert.equal((await client.request([...padding(996), field, field])).status, 400);
  });

  it('is refused at the limit of its server', async () => {
    for (const [limit, last, refused] of [
      [100, 98, true],
      [100, 97, false],
      [31.9, 29, true],
      [31.9, 28, false],
      [0, 1050, false],
      [-1, 1050, false],
      [2000, 1998, true],
      [2000, 1050, false],
      [null, 998, true],
    ] as const) {
      await using running = await startHttps({});
      Object.assign(running.server, { maxHeadersCount: limit });
      using client = await RawClient.open(running.port, {});
      const fields = [fieldFor(client, KEY), ...padding(last)];
      assert.equal((await client.request(fields)).status, refused ? 431 : 200, `${limit} ${last}`);
      if (refused) continue;
      assert.equal((await client.request([...fields.slice(1), fields[0] as string])).status, 200);
    }
  });

  it('is reset by Node for HTTP/2, and else shown whole', async () => {
    const start = HTTP2_SERVERS['node:http2'] as (typeof HTTP2_SERVERS)[string];
    await using running = await start({});
    using client = await Http2Client.open(running.port);
    const fields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, '1']));
    const own = client.valueFor(KEY);
    assert.equal((await client.request([own], fields(100))).body, `${hashOf(KEY)}  0 0`);
    const repeated = client.session.request({
      ...fields(110),
      'sec-token-binding': [own, own],
    });
    const [{ ':status': status }] = await once(repeated.resume(), 'response');
    assert.equal(status, 400);
    await assert.rejects(client.request([own], fields(200)));
  });

  it('is refused for an upgrade', async () => {
    await using running = await startPlain(BY_ADDRESS);
    using client = await RawClient.open(running.port);
    const fields = ['Connection: Upgrade', 'Upgrade: x', provided, ...padding(1000)];
    client.write(`GET / HTTP/1.1\r\nHost: a\r\n${fields.join('\r\n')}\r\n\r\n`);
    assert.match(await client.closed(), /^HTTP\/1.1 431 /);
  });
});

describe('a proxy with a link-local address', () => {
  const fields = { 'Sec-Provided-Token-Binding-ID': encodeBase64url(KEY.identifier) };
  const verify = (address: string, peer: string) =>
    verifyRequest(requestOn(newEkm(), fields, peer), { reverseProxies: [{ address }] });

  it('is known by its zone, too', async () => {
    for (const [address, peer] of [
      ['fe80::1%eth0', 'fe80::1%eth0'],
      ['FE80:0::1%eth0', 'fe80::1%eth0'],
      ['fe80::1%br-0.1_a', 'fe80::1%br-0.1_a'],
      ['febf::1%2', 'febf::1%2'],
    ] as const) {
      assert.ok(await verify(address, peer), address);
    }
    for (const [address, peer] of [
      ['fe80::1%lo', 'fe80::1%eth0'],
      ['fe80::1%eth0', 'fe80::1%ETH0'],
      ['fe80::1%eth0', 'fe80::1'],
      ['fe80::1%eth0', 'fe80::2%eth0'],
      ['::1', '::1%lo'],
    ] as const) {
      await assert.rejects(verify(address, peer), { code: 'ERR_HTTP_TB_PROXY' }, address);
    }
  });

  it('needs its zone, and no other address has one', async () => {
    for (const address of ['fe80::1', 'febf::1', 'fe80::1%', '::1%lo', '127.0.0.1%lo', '%lo']) {
      await assert.rejects(verify(address, '127.0.0.1'), RangeError, address);
    }
  });
});

describe('a peer that the backend does not name', async () => {
  const [proxy, stranger] = [await newCertificate(), await newCertificate()];
  const { fingerprint256 } = new X509Certificate(proxy.cert);
  const setup = { requestCert: true, rejectUnauthorized: false };
  const LOCAL = '127.0.0.1';
  const REFUSED = /^400 a reverse proxy must be named to send the field Sec-/;

  const spoofed = [
    [provided],
    [referred],
    [other(itemOf('4d'))],
    [context],
    [provided.toUpperCase()],
    ['Sec_Provided_Token_Binding_ID: AAAA'],
    ['Sec-Provided-Token-Binding-ID:'],
  ];

  it('is refused with each field, and verified without', async () => {
    for (const reverseProxies of [
      undefined,
      [],
      [{ address: '127.0.0.2' }],
      [{ address: '::1' }],
      [{ certificate: fingerprint256 }],
      [{ certificate: fingerprint256, address: LOCAL }],
    ]) {
      await using running = await startHttps({ reverseProxies }, setup);
      for (const fields of spoofed) {
        assert.match(await answerOf(running, fields, {}), /^400 a reverse proxy must be named/);
        assert.match(await answerOf(running, fields, stranger), /^400 a reverse proxy must be/);
      }
      using client = await RawClient.open(running.port, {});
      assert.equal((await client.request([fieldFor(client, KEY)])).body, `${hashOf(KEY)}  0 0`);
      assert.match((await client.request([fieldFor(client, KEY), provided])).body, /must be named/);
      assert.equal((await client.request(['Early-Data: 1', fieldFor(client, KEY)])).status, 200);
      assert.equal((await client.request()).body, 'none');
    }
  });

  it('is told from the proxy by its certificate', async () => {
    for (const certificateName of [fingerprint256, fingerprint256.toLowerCase()]) {
      const reverseProxies = [{ certificate: certificateName }];
      await using running = await startHttps({ reverseProxies }, setup);
      assert.equal(await answerOf(running, [provided], proxy), `200 ${hashOf(KEY)}  0 0`);
      for (const tls of [stranger, {}]) {
        assert.match(await answerOf(running, [provided], tls), REFUSED);
      }
      // TLS 1.2 is accepted from a named proxy: the keying material is not that of this connection.
      const old = { ...proxy, maxVersion: 'TLSv1.2' };
      assert.equal(await answerOf(running, [provided], old), `200 ${hashOf(KEY)}  0 0`);
    }
  });

  for (const [framework, start] of Object.entries(HTTP2_SERVERS)) {
    it(`is told from the proxy by its certificate over HTTP/2: ${framework}`, async () => {
      await using running = await start(
        { reverseProxies: [{ certificate: fingerprint256 }] },
        setup,
      );
      const [name = '', value] = provided.split(': ');
      for (const [tls, status] of [
        [proxy, 200],
        [stranger, 400],
        [{}, 400],
      ] as const) {
        using client = await Http2Client.open(running.port, tls);
        const answer = await client.request([], { [name]: value });
        assert.equal(answer.status, status);
        if (status === 200) assert.equal(answer.body, `${hashOf(KEY)}  0 0`);
      }
    });
  }

  it('is told from the proxy by certificate and address together', async () => {
    const only = (entry: ReverseProxy) => startHttps({ reverseProxies: [entry] }, setup);
    await using both = await only({ certificate: fingerprint256, address: LOCAL });
    assert.match(await answerOf(both, [provided], proxy), /^200 /);
    assert.match(await answerOf(both, [provided], stranger), REFUSED);
    await using elsewhere = await only({ certificate: fingerprint256, address: '127.0.0.2' });
    assert.match(await answerOf(elsewhere, [provided], proxy), REFUSED);
  });

  it('is refused if the server does not ask for certificates, or has no TLS', async () => {
    const reverseProxies = [{ certificate: fingerprint256 }];
    await using running = await startHttps({ reverseProxies });
    assert.match(await answerOf(running, [provided], proxy), REFUSED);
    await using plain = await startPlain({ reverseProxies });
    assert.match(await answerOf(plain, [provided]), REFUSED);
  });

  it('is told by each entry: proxies can add different fields', async () => {
    const reverseProxies = [
      { certificate: fingerprint256, fields: 'context' },
      { address: LOCAL },
    ] as const;
    await using running = await startHttps({ reverseProxies }, setup);
    assert.match(await answerOf(running, [message, context], proxy), /^200 /);
    assert.match(await answerOf(running, [provided], proxy), /^400 the proxy must not send/);
    assert.match(await answerOf(running, [provided], stranger), /^200 /);
    assert.match(await answerOf(running, [message, context], stranger), /^400 the proxy must not/);
  });
});

describe('the option reverseProxies', () => {
  it('rejects wrong values', () => {
    const { fingerprint256, fingerprint } = new X509Certificate(certificate.cert);
    for (const [reverseProxies, kind] of [
      [{}, TypeError],
      ['127.0.0.1', TypeError],
      [['127.0.0.1'], TypeError],
      [[{}], TypeError],
      [[undefined], TypeError],
      [[{ fields: 'context' }], TypeError],
      [[{ address: 1 }], TypeError],
      [[{ address: '10.0.0.0/8' }], RangeError],
      [[{ address: 'proxy.example' }], RangeError],
      [[{ address: '' }], RangeError],
      [[{ certificate: 1 }], TypeError],
      [[{ certificate: '' }], RangeError],
      [[{ certificate: fingerprint }], RangeError],
      [[{ certificate: fingerprint256.replaceAll(':', '') }], RangeError],
      [[{ certificate: `${fingerprint256}:00` }], RangeError],
      [[{ address: '127.0.0.1', fields: 'both' }], RangeError],
      [[{ address: '127.0.0.1', trust: true }], TypeError],
    ] as const) {
      assert.throws(() => tokenBinding({ reverseProxies } as never), kind);
    }
  });
});
