import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import express from 'express';
import Fastify from 'fastify';
import { fastifyNegotiate, koaNegotiate, negotiate } from '../../src/http-auth.js';
import { accounts } from './support/server-bench.js';
import { listen } from './support/server-listen.js';

const require = createRequire(import.meta.url);
const express4 = require('express4') as typeof express;
const Koa = require('koa') as new () => {
  use(middleware: unknown): void;
  on(event: 'error', listener: (error: unknown) => void): void;
  callback(): RequestListener;
};

/** Mounts middleware in an application. The result is the error of the application. */
type Attempt = (middleware: unknown) => Promise<unknown>;

/** Sends a request, which gets 500. */
async function send(listener: RequestListener): Promise<void> {
  await using running = await listen(createServer(listener));
  const { status } = await fetch(`http://127.0.0.1:${running.port}/`);
  assert.equal(status, 500);
}

const inExpress =
  (create: typeof express): Attempt =>
  async (middleware) => {
    const app = create();
    let seen: unknown;
    app.use(middleware as express.RequestHandler);
    app.use(((error, _request, response, _next) => {
      seen = error;
      response.status(500).end();
    }) as express.ErrorRequestHandler);
    await send(app);
    return seen;
  };

const inKoa: Attempt = async (middleware) => {
  const app = new Koa();
  let seen: unknown;
  app.on('error', (error) => {
    seen = error;
  });
  app.use(middleware);
  await send(app.callback());
  return seen;
};

const inFastify: Attempt = async (plugin) => {
  const app = Fastify();
  try {
    // Fastify does not catch what a plugin throws, unless it is asynchronous.
    await app.register(async (instance) => {
      (plugin as (...args: unknown[]) => unknown)(instance, { accounts }, () => {});
    });
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await app.close();
  }
};

const FORMS = {
  negotiate: 'call negotiate(options) first: app.use(negotiate({ accounts }))',
  koa: 'call koaNegotiate(options) first: app.use(koaNegotiate({ accounts }))',
  fastify: 'call fastifyNegotiate(options) first: app.register(fastifyNegotiate({ accounts }))',
};

const IN_EXPRESS = {
  negotiate: [FORMS.negotiate, undefined],
  koaNegotiate: 'koaNegotiate() is for Koa: use negotiate()',
  fastifyNegotiate: 'fastifyNegotiate() is for Fastify: use negotiate()',
} as const;

describe('middleware in the wrong place', () => {
  for (const [name, attempt, expected] of [
    ['Express 4', inExpress(express4), IN_EXPRESS],
    ['Express 5', inExpress(express), IN_EXPRESS],
    [
      'Koa',
      inKoa,
      {
        negotiate: 'for Koa use koaNegotiate()',
        koaNegotiate: [FORMS.koa, undefined],
        fastifyNegotiate: 'fastifyNegotiate() is for Fastify: use koaNegotiate()',
      },
    ],
    [
      'Fastify',
      inFastify,
      {
        negotiate: 'for Fastify use fastifyNegotiate()',
        koaNegotiate: 'koaNegotiate() is for Koa: use fastifyNegotiate()',
        fastifyNegotiate: [FORMS.fastify, undefined],
      },
    ],
  ] as const) {
    for (const factory of [negotiate, koaNegotiate, fastifyNegotiate]) {
      const texts = expected[factory.name as keyof typeof expected];
      const [unmade, made] = typeof texts === 'string' ? [texts, texts] : texts;
      it(`${factory.name} in ${name}, not called`, async () => {
        const error = await attempt(factory);
        assert.ok(error instanceof TypeError);
        assert.equal(error.message, unmade);
      });
      if (made === undefined) continue;
      it(`${factory.name}() in ${name}`, async () => {
        using middleware = factory({ accounts });
        const error = await attempt(middleware);
        assert.ok(error instanceof TypeError);
        assert.equal(error.message, made);
      });
    }
  }
});
