import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { it, describe as suite } from 'node:test';
import type { ConnectionOptions, TLSSocket, TlsOptions } from 'node:tls';
import Fastify from 'fastify';
import {
  fastifyTokenBinding,
  HttpTokenBindingError,
  koaTokenBinding,
  type TokenBindingOptions,
  tokenBinding,
  type VerifyOptions,
  verifyRequest,
} from '../../src/http.js';
import { open, type TokenBindingProvider } from '../../src/index.js';
import { binding, identifier, message, signedBinding, u8 } from '../support/messages.js';
import { Http2Client } from './support/binding-http2.js';
import { ekmOf, fieldFor, hashOf, KEY, KEYS, OTHER } from './support/binding-message.js';
import {
  certificate,
  describe,
  type RunningServer,
  run,
  startHttp2,
  startHttps,
} from './support/binding-servers.js';
import { fieldsOf, RawClient, requestOf } from './support/server-client.js';

/** Starts a server that answers with what `verifyRequest` returns or throws. */
function startVerify(options?: VerifyOptions, setup?: TlsOptions): Promise<RunningServer> {
  return run(
    createServer({ ...certificate, ...setup }, async (request, response) => {
      try {
        request.tokenBinding = await verifyRequest(request, options);
        response.end(describe(request));
      } catch (error) {
        if (!(error instanceof HttpTokenBindingError)) throw error;
        const { cause } = error;
        const code = cause instanceof Error && 'code' in cause ? cause.code : '';
        response.writeHead(error.status).end(`${error.code} ${code}`.trim());
      }
    }),
  );
}

/** A provider whose `verifyMessage` is another one. */
function providerWith(verifyMessage: TokenBindingProvider['verifyMessage']): TokenBindingProvider {
  return Object.assign(Object.create(open({ provider: 'portable' })), { verifyMessage });
}

async function answerOf(
  running: RunningServer,
  fields: (client: RawClient) => string[],
  tls: ConnectionOptions = {},
): Promise<string> {
  using client = await RawClient.open(running.port, tls);
  const { status, body } = await client.request(fields(client));
  return `${status} ${body}`;
}

suite('verifyRequest()', () => {
  it('returns the bindings, or throws an error with a code and a status', async () => {
    await using running = await startVerify();
    for (const [fields, wanted] of [
      [(client: RawClient) => [fieldFor(client, KEY)], `200 ${hashOf(KEY)}  0 0`],
      [() => [], '200 none'],
      [
        (client: RawClient) => [fieldFor(client, KEY), fieldFor(client, KEY)],
        '400 ERR_HTTP_TB_REPEATED',
      ],
      [() => ['Sec-Token-Binding: !'], '400 ERR_HTTP_TB_REJECTED ERR_TB_MALFORMED'],
      [
        (client: RawClient) => [fieldFor(client, KEYS.rsa2048_pss)],
        '400 ERR_HTTP_TB_REJECTED ERR_TB_KEY_TYPE',
      ],
      [(client: RawClient) => [fieldFor(client, [KEY, 1])], '400 ERR_HTTP_TB_BINDINGS'],
      [() => [`Sec-Token-Binding: ${'A'.repeat(8193)}`], '431 ERR_HTTP_TB_TOO_LONG'],
    ] as const) {
      assert.equal(await answerOf(running, fields), wanted);
    }
    await using strict = await startVerify({ required: true });
    assert.equal(await answerOf(strict, () => []), '400 ERR_HTTP_TB_REQUIRED');
  });

  for (const keyType of ['rsa2048_pss', 'rsa2048_pkcs1.5'] as const) {
    it(`takes provided bindings of the key type ${keyType} alone`, async () => {
      await using running = await startVerify({ keyType });
      const key = KEYS[keyType];
      const good = await answerOf(running, (client) => [fieldFor(client, key)]);
      assert.equal(good, `200 ${hashOf(key)}  0 0`);
      const wrong = await answerOf(running, (client) => [fieldFor(client, KEY)]);
      assert.equal(wrong, '400 ERR_HTTP_TB_REJECTED ERR_TB_KEY_TYPE');
    });
  }

  it('keeps bindings that nobody can verify apart', async () => {
    await using running = await startVerify();
    for (const type of [1, 44]) {
      const answer = await answerOf(running, (client) => {
        const unknown = binding({
          type,
          identifier: identifier(200, u8(1, 2, 3)),
          signature: Buffer.alloc(64),
        });
        const whole = message(signedBinding(KEY, ekmOf(client)), unknown);
        return [`Sec-Token-Binding: ${whole.toString('base64url')}`];
      });
      assert.equal(answer, `200 ${hashOf(KEY)}  0 1`);
    }
    const two = await answerOf(running, (client) => {
      const unknown = binding({
        type: 1,
        identifier: identifier(200, u8(1)),
        signature: Buffer.alloc(64),
      });
      const ekm = ekmOf(client);
      const whole = message(
        signedBinding(KEY, ekm),
        signedBinding(OTHER, ekm, { type: 1 }),
        unknown,
      );
      return [`Sec-Token-Binding: ${whole.toString('base64url')}`];
    });
    assert.equal(two, '400 ERR_HTTP_TB_BINDINGS');
  });

  it('returns copies: what one request does with them reaches no other', async () => {
    const seen: unknown[] = [];
    await using running = await run(
      createServer(certificate, async (request, response) => {
        const bindings = await verifyRequest(request);
        assert.ok(bindings !== undefined);
        seen.push(bindings.provided.identifier.slice());
        bindings.provided.identifier.fill(0);
        assert.throws(() => Object.assign(bindings, { provided: undefined }), TypeError);
        assert.throws(() => Object.assign(bindings.provided, { status: 'x' }), TypeError);
        assert.equal(Object.getPrototypeOf(bindings.provided.identifier), Uint8Array.prototype);
        response.end();
      }),
    );
    using client = await RawClient.open(running.port, {});
    for (let round = 0; round < 3; round++) await client.request([fieldFor(client, KEY)]);
    const field = fieldFor(client, KEY);
    for (let round = 0; round < 3; round++) await client.request([field]);
    assert.deepEqual(seen, Array(6).fill(new Uint8Array(KEY.identifier)));
  });

  it('reads the fields as they came, and not `headers`', async () => {
    await using running = await run(
      createServer(certificate, async (request, response) => {
        request.headers['sec-token-binding'] = String(request.headers['x-field']);
        request.tokenBinding = await verifyRequest(request);
        response.end(describe(request));
      }),
    );
    const answer = await answerOf(running, (client) => [fieldFor(client, KEY).replace('Sec', 'X')]);
    assert.equal(answer, '200 none');
  });

  it('refuses a request whose socket is another object', async () => {
    const codes: unknown[] = [];
    await using running = await run(
      createServer(certificate, async (request, response) => {
        const { socket } = request;
        for (const other of [{ ...socket }, Object.create(null), undefined, new EventTarget()]) {
          Object.defineProperty(request, 'socket', { value: other, configurable: true });
          await verifyRequest(request).catch(({ code }) => codes.push(code));
        }
        Object.defineProperty(request, 'socket', { value: socket, configurable: true });
        response.end();
      }),
    );
    await answerOf(running, (client) => [fieldFor(client, KEY)]);
    assert.deepEqual(codes, Array(4).fill('ERR_HTTP_TB_CONNECTION'));
  });

  it('refuses a message after the connection has ended', async () => {
    let done: (code: unknown) => void = () => {};
    const code = new Promise((resolve) => {
      done = resolve;
    });
    await using running = await run(
      createServer(certificate, (request) => {
        request.socket.once('close', () => {
          verifyRequest(request).then(done, (error) => done(error.code));
        });
        request.socket.destroy();
      }),
    );
    using client = await RawClient.open(running.port, {});
    client.write(requestOf([fieldFor(client, KEY)]));
    assert.equal(await code, 'ERR_HTTP_TB_CONNECTION');
  });

  it('rejects wrong arguments', async () => {
    const request = { rawHeaders: [] } as unknown as IncomingMessage;
    const wrong: [unknown, RegExp][] = [
      [{ keyType: 'rsa' }, /options.keyType must be one of/],
      [{ keyTypes: ['ecdsap256'] }, /options has no option keyTypes/],
      [{ required: 1 }, /options.required must be a boolean/],
      [{ tls12: 'allow' }, /options.tls12 must be one of/],
      [{ tls12: true }, /options.tls12 must be one of/],
      [{ maxTokenBindings: 0 }, /options.maxTokenBindings must be an integer from 1 to 15/],
      [{ maxTokenBindings: 16 }, /options.maxTokenBindings must be an integer from 1 to 15/],
      [{ maxTokenBindings: '2' }, /options.maxTokenBindings must be a number/],
      [{ negotiated: true }, /options.negotiated must be a function/],
      [{ negotiated: () => undefined, keyType: 'ecdsap256' }, /absent with negotiated/],
      [{ tokenBinding: {} }, /options.tokenBinding must be a provider/],
      [{ onRejected: () => 401 }, /options has no option onRejected/],
    ];
    for (const [options, text] of wrong) {
      await assert.rejects(verifyRequest(request, options as VerifyOptions), text);
      if (!String(text).includes('onRejected')) {
        assert.throws(() => tokenBinding(options as TokenBindingOptions), text);
      }
    }
    assert.throws(() => tokenBinding({ onRejected: 401 as never }), /must be a function/);
    for (const value of [undefined, null, 'request', {}]) {
      await assert.rejects(verifyRequest(value as unknown as IncomingMessage), TypeError);
    }
  });
});

suite('the option negotiated', () => {
  it('requires a message of its key type, or refuses each message', async () => {
    const byProtocol: VerifyOptions = {
      negotiated: ({ alpnProtocol }) => (alpnProtocol === 'tb' ? 'rsa2048_pss' : undefined),
    };
    const protocols = { ALPNProtocols: ['tb', 'http/1.1'] };
    await using running = await startVerify(byProtocol, protocols);
    const { rsa2048_pss: key } = KEYS;
    for (const [protocol, keys, wanted] of [
      ['tb', [key], `200 ${hashOf(key)}  0 0`],
      ['tb', [KEY], '400 ERR_HTTP_TB_REJECTED ERR_TB_KEY_TYPE'],
      ['tb', [], '400 ERR_HTTP_TB_REQUIRED'],
      ['http/1.1', [], '200 none'],
      ['http/1.1', [key], '400 ERR_HTTP_TB_NOT_NEGOTIATED'],
    ] as const) {
      const fields = (client: RawClient) => (keys.length === 0 ? [] : [fieldFor(client, ...keys)]);
      assert.equal(await answerOf(running, fields, { ALPNProtocols: [protocol] }), wanted);
    }
  });

  it('is asked for each request, with the socket of the connection', async () => {
    const sockets = new Set<TLSSocket>();
    const negotiated = (socket: TLSSocket) => {
      sockets.add(socket);
      return 'ecdsap256' as const;
    };
    await using running = await startVerify({ negotiated });
    assert.equal(await answerOf(running, () => []), '400 ERR_HTTP_TB_REQUIRED');
    assert.equal(
      await answerOf(running, (client) => [fieldFor(client, KEY)]),
      `200 ${hashOf(KEY)}  0 0`,
    );
    assert.equal(
      await answerOf(running, (client) => [fieldFor(client, KEYS.rsa2048_pss)]),
      '400 ERR_HTTP_TB_REJECTED ERR_TB_KEY_TYPE',
    );
    assert.equal(sockets.size, 3);
  });

  it('is asked with HTTP/2, where the socket tells its protocol', async () => {
    const negotiated = ({ alpnProtocol }: TLSSocket) =>
      alpnProtocol === 'h2' ? ('ecdsap256' as const) : undefined;
    await using running = await startHttp2({ negotiated });
    using client = await Http2Client.open(running.port);
    assert.equal((await client.request()).status, 400);
    assert.equal((await client.request([client.valueFor(KEY)])).status, 200);
  });

  it('is 500 if it throws, or returns a promise or another value', async () => {
    for (const negotiated of [
      () => {
        throw new Error('failed');
      },
      async () => 'ecdsap256',
      () => 'rsa',
      () => true,
      () => null,
    ]) {
      await using running = await startVerify({ negotiated: negotiated as never });
      for (const fields of [() => [], (client: RawClient) => [fieldFor(client, KEY)]]) {
        assert.match(await answerOf(running, fields), /^500 ERR_HTTP_TB_FAILED/);
      }
    }
  });
});

suite('the option onRejected', () => {
  it('chooses the status, sets fields or answers', async () => {
    const codes: string[] = [];
    await using running = await startHttps({
      required: true,
      onRejected: ({ code }, request, response) => {
        codes.push(code);
        if (request.url === '/status') response?.setHeader('WWW-Authenticate', 'Bearer');
        if (request.url === '/status') return 401;
        if (request.url === '/answer') response?.writeHead(403).end('own');
        return undefined;
      },
    });
    using client = await RawClient.open(running.port, {});
    const challenged = await client.request([], undefined, 'GET /status');
    assert.equal(challenged.status, 401);
    assert.deepEqual(fieldsOf(challenged, 'www-authenticate'), ['Bearer']);
    const own = await client.request([], undefined, 'GET /answer');
    assert.deepEqual([own.status, own.body], [403, 'own']);
    assert.equal((await client.request()).status, 400);
    const field = fieldFor(client, KEY);
    for (const line of ['GET /status', 'GET /answer']) {
      assert.equal((await client.request([field, field], undefined, line)).status, 400, line);
    }
    assert.deepEqual(codes, [
      ...Array(3).fill('ERR_HTTP_TB_REQUIRED'),
      ...Array(2).fill('ERR_HTTP_TB_REPEATED'),
    ]);
  });

  it('is 500 if it throws, or returns a promise or another value', async () => {
    for (const onRejected of [
      () => {
        throw new Error('failed');
      },
      async () => {
        throw new Error('failed');
      },
      () => 200,
      () => 399,
      () => 600,
      () => '401',
    ]) {
      await using running = await startHttps({ required: true, onRejected: onRejected as never });
      using client = await RawClient.open(running.port, {});
      assert.equal((await client.request()).status, 500);
      client.write(requestOf(['Connection: Upgrade', 'Upgrade: websocket']));
      assert.match(await client.closed(), /^HTTP\/1.1 500 /);
    }
  });

  it('is not needed: a failure of the provider is 500, without a reason for the client', async () => {
    const warnings: string[] = [];
    const warn = ({ message: text }: Error) => void warnings.push(text);
    process.on('warning', warn);
    const failing = providerWith(async () => {
      throw new Error('secret of the server');
    });
    await using running = await startHttps({ tokenBinding: failing });
    using client = await RawClient.open(running.port, {});
    for (let round = 0; round < 2; round++) {
      const { status, body } = await client.request([fieldFor(client, KEY)]);
      assert.deepEqual([status, body], [500, '']);
    }
    assert.deepEqual(warnings, [
      'A request was answered 500, because the provider failed: secret of the server',
    ]);
    process.off('warning', warn);
  });
});

suite('a provider that returns what it must not', () => {
  for (const [name, verifyMessage] of [
    ['no binding', async () => []],
    ['an unevaluated provided binding', async () => [{ ...RESULT(), status: 'unevaluated' }]],
  ] as const) {
    it(`is refused: ${name}`, async () => {
      const tokenBinding = providerWith(verifyMessage as TokenBindingProvider['verifyMessage']);
      await using running = await startVerify({ tokenBinding });
      const answer = await answerOf(running, (client) => [fieldFor(client, KEY)]);
      assert.equal(answer, '400 ERR_HTTP_TB_BINDINGS');
    });
  }

  function RESULT() {
    return {
      bindingType: 'provided',
      keyType: 'ecdsap256',
      identifier: new Uint8Array(68),
      extensionData: new Uint8Array(0),
    } as const;
  }
});

suite('the middleware', () => {
  it('removes what an earlier one has put into request.tokenBinding', async () => {
    const bind = tokenBinding();
    await using running = await run(
      createServer(certificate, (request, response) => {
        request.tokenBinding = { provided: 'forged' } as never;
        bind(request, response, () => response.end(describe(request)));
      }),
    );
    assert.equal(await answerOf(running, () => []), '200 none');
  });

  it('calls next without an argument, and never after a refusal', async () => {
    const calls: unknown[][] = [];
    const bind = tokenBinding();
    await using running = await run(
      createServer(certificate, (request, response) => {
        bind(request, response, (...args: unknown[]) => {
          calls.push(args);
          response.end();
        });
      }),
    );
    assert.match(
      await answerOf(running, () => ['Sec-Token-Binding: AAAA']),
      /^400 tokenbindings: /,
    );
    assert.match(await answerOf(running, (client) => [fieldFor(client, KEY)]), /^200/);
    assert.deepEqual(calls, [[]]);
  });

  it('tells which one belongs to which framework', () => {
    const app = Fastify();
    const request = { rawHeaders: [] };
    for (const [call, text] of [
      [() => tokenBinding(request as never), /call tokenBinding\(options\) first/],
      [() => fastifyTokenBinding(app as never), /call fastifyTokenBinding\(options\) first/],
      [() => koaTokenBinding({ req: {} } as never), /call koaTokenBinding\(options\) first/],
      [() => tokenBinding()({ req: {} } as never, {} as never, () => {}), /use koaTokenBinding/],
      [() => koaTokenBinding()(request as never, async () => {}), /use tokenBinding\(\)/],
      [() => tokenBinding()(request as never, {} as never, undefined as never), /next must be/],
    ] as const) {
      assert.throws(call, text);
    }
  });

  it('of Fastify is not registered where requests have another decorator tokenBinding', async () => {
    const app = Fastify();
    app.decorateRequest('tokenBinding');
    await assert.rejects(async () => app.register(fastifyTokenBinding()), {
      message:
        'requests already have a decorator tokenBinding, of another plugin: it would tell another key',
    });
    await app.close();
  });

  it('of Fastify refuses a message in inject(), which has no connection', async () => {
    const app = Fastify();
    await app.register(fastifyTokenBinding());
    await app.register(fastifyTokenBinding());
    app.get('/', async (request) => describe(request.raw));
    assert.equal((await app.inject('/')).body, 'none');
    const headers = { 'sec-token-binding': 'AAAA' };
    assert.equal((await app.inject({ url: '/', headers })).statusCode, 400);
    await app.close();
  });
});
