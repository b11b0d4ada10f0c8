import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import axios from 'axios';
import type { HttpAuthErrorCode } from '../../src/http-auth.js';
import { HttpAuthError } from '../../src/http-auth.js';
import { decodeAuthenticate } from '../../src/sspi/ntlm/authenticate-message.js';
import { AV_ID } from '../../src/sspi/ntlm/av-pairs.js';
import { decodeChallenge, encodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { NTLM_FLAGS } from '../../src/sspi/ntlm/flags.js';
import { encodeNegTokenResp, NTLM } from '../../src/sspi/spnego/token.js';
import { PATIENT } from '../support/patience.js';
import { retry } from '../support/retry.js';
import { assertHidden } from '../support/secrets.js';
import { IDENTITY } from '../support/sspi.js';
import { agentsFor, call } from './support/client-calls.js';
import { certificate } from './support/client-certificates.js';
import {
  acceptor,
  answer,
  challenge,
  type RawHandler,
  type RawRequest,
  RawServer,
} from './support/client-raw-server.js';

type Options = Parameters<typeof agentsFor>[1];

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

async function serve(handler: RawHandler): Promise<RawServer> {
  const server = await RawServer.open(handler);
  closing.push(() => server.close());
  return server;
}

/** Asserts that a request to this server fails with an HttpAuthError, which has no secret. */
async function rejects(
  server: RawServer,
  code: HttpAuthErrorCode,
  options: Options = {},
): Promise<HttpAuthError> {
  const agents = agentsFor(server.origin, options);
  closing.push(() => agents.close());
  const error = await errorOf(server, agents);
  assert.equal(error.code, code, error.message);
  const { connections } = server;
  const isRemembered = code === 'ERR_HTTP_AUTH_REJECTED' && countProofs(server) > 0;
  if (isRemembered) assert.equal((await errorOf(server, agents)).message, error.message);
  if (isRemembered) assert.equal(server.connections, connections);
  assertHidden([error, agents, ...agents.events], [Buffer.from(IDENTITY.password)]);
  requireNtlmv2(server.tokens);
  assert.ok(server.requests.every(({ method, target }) => method === 'HEAD' && target === '/path'));
  return error;
}

async function errorOf(
  server: RawServer,
  agents: ReturnType<typeof agentsFor>,
): Promise<HttpAuthError> {
  const error = await call(`${server.origin}/path`, agents).then(
    ({ status }) => assert.fail(`it was answered ${status}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof HttpAuthError)) throw error;
  return error;
}

const type = (token: Buffer) => token.readUInt32LE(token.indexOf('NTLMSSP\0') + 8);

/** A CHALLENGE_MESSAGE with the bytes of a NEGOTIATE_MESSAGE in its target information, which the client repeats. */
function addNegotiateMessage(bytes: Buffer): Buffer {
  const { targetInfo, ...others } = decodeChallenge(bytes);
  const message = Buffer.from('NTLMSSP\0\x01\0\0\0', 'latin1');
  const more = new Map([...targetInfo, [AV_ID.MsvAvDnsTreeName, message]]);
  return Buffer.from(encodeChallenge({ ...others, targetInfo: more }, 'TESTDOM'));
}

/** The first NegTokenResp of an acceptor that chooses NTLM. */
function inSpnego(responseToken: Buffer): Buffer {
  const resp = { negState: 'accept-incomplete', supportedMech: NTLM, responseToken } as const;
  return Buffer.from(encodeNegTokenResp(resp));
}

function countProofs({ tokens }: RawServer): number {
  return tokens.filter((bytes) => bytes.includes('NTLMSSP\0') && type(bytes) === 3).length;
}

/** Makes requests, which fail, until the server has seen so many proofs. */
async function callUntil(
  server: RawServer,
  agents: ReturnType<typeof agentsFor>,
  proofs: number,
): Promise<void> {
  let attempts = 0;
  await retry(async () => {
    await assert.rejects(call(server.origin, agents));
    assert.ok(++attempts < 1000, `${countProofs(server)} proofs`);
    return countProofs(server) >= proofs || undefined;
  });
}

/** Every response is NTLMv2 with a MIC. */
function requireNtlmv2(tokens: readonly Buffer[]): void {
  for (const token of tokens.filter((bytes) => bytes.includes('NTLMSSP\0') && type(bytes) === 3)) {
    const message = token.subarray(token.indexOf('NTLMSSP\0'));
    const { response, mic } = decodeAuthenticate(message);
    assert.ok(response !== undefined && mic?.some((byte) => byte !== 0));
    // LmChallengeResponse (MS-NLMP 2.2.1.3)
    const [length, offset] = [message.readUInt16LE(12), message.readUInt32LE(16)];
    assert.deepEqual(message.subarray(offset, offset + length), Buffer.alloc(24));
  }
}

/** A server of NTLM. What `change` returns is the answer, unless it is undefined. */
async function ntlm(
  change: (request: RawRequest, token: string, done: boolean) => unknown,
): Promise<RawHandler> {
  const accept = await acceptor();
  return async (request) => {
    const isFirst = request.token === undefined;
    const { token, done } = isFirst ? { token: '', done: false } : await accept(request);
    const own = change(request, token, done);
    if (own !== undefined) return own;
    return done ? answer(200) : challenge(`NTLM ${token}`);
  };
}

describe('a hostile server gets an error', () => {
  it('for a 401 to every request, and sees the password proved once', async () => {
    const accept = await acceptor();
    const server = await serve(async (request) => {
      if (request.token === undefined) return challenge('NTLM');
      const isFirst = type(request.token) === 1;
      return isFirst ? challenge(`NTLM ${(await accept(request)).token}`) : challenge('NTLM');
    });
    const agents = agentsFor(server.origin);
    for (let count = 0; count < 5; count++) {
      await assert.rejects(call(server.origin, agents), {
        name: 'HttpAuthError',
        message:
          'the server rejected the credentials for HTTP/localhost: check user, domain and password. These agents do not try again: make new ones.',
        code: 'ERR_HTTP_AUTH_REJECTED',
        status: 401,
        scheme: 'NTLM',
        leg: 2,
        target: 'HTTP/localhost',
        peer: 'origin',
      });
    }
    assert.equal(server.tokens.filter((token) => type(token) === 3).length, 1);
    assert.equal(server.connections, 1);
    assert.deepEqual(
      agents.events.map(({ type }) => type),
      ['rejected'],
    );
    agents.close();
  });

  for (const name of ['NTLM', 'Negotiate'] as const) {
    for (const authenticate of ['connection', 'request'] as const) {
      it(`for a 401 after a challenge of ${name} that contains a NEGOTIATE_MESSAGE, per ${authenticate}`, async () => {
        const accept = await acceptor('NTLM');
        const server = await serve(async ({ token, ...request }) => {
          if (token === undefined) return challenge(name);
          const message = token.subarray(token.indexOf('NTLMSSP\0'));
          if (type(message) === 3) return challenge(name);
          const made = await accept({ ...request, token: message });
          const own = addNegotiateMessage(Buffer.from(made.token, 'base64'));
          return challenge(`${name} ${(name === 'NTLM' ? own : inSpnego(own)).toString('base64')}`);
        });
        const error = await rejects(server, 'ERR_HTTP_AUTH_REJECTED', {
          package: name,
          authenticate,
        });
        assert.equal(error.leg, 2);
        assert.equal(countProofs(server), 1);
      });
    }
  }

  const REFUSALS: readonly [string, string][] = [
    ['a malformed challenge', challenge('NTLM @@@')],
    ['several tokens', challenge('NTLM YWJj, NTLM YWJj')],
    ['a token that is not base64', challenge('NTLM abc')],
    ['another scheme', challenge('Basic realm="x"')],
    ['Connection: close', answer(401, 'WWW-Authenticate: NTLM', 'Connection: close')],
    [
      'a token and Connection: close',
      answer(401, 'WWW-Authenticate: NTLM YWJj', 'Connection: close'),
    ],
    ['a malformed length', 'HTTP/1.1 401 No\r\nContent-Length: 0, 0\r\n\r\n'],
    ['a body although it answers HEAD', `${challenge('NTLM')}abc`],
    ['a malformed field', 'HTTP/1.1 401 No\r\nWWW Authenticate: NTLM\r\n\r\n'],
  ];
  for (const [name, text] of REFUSALS) {
    it(`for a 401 to the proof with ${name}, and remembers it`, async () => {
      const server = await serve(await ntlm((_, __, done) => (done ? text : undefined)));
      const error = await rejects(server, 'ERR_HTTP_AUTH_REJECTED');
      assert.equal(error.status, 401);
      assert.equal(countProofs(server), 1);
    });
  }

  const VAGUE: readonly [string, HttpAuthErrorCode, (request: RawRequest) => unknown][] = [
    ['resets', 'ERR_HTTP_AUTH_CLOSED', ({ socket }) => void socket.resetAndDestroy()],
    ['closes', 'ERR_HTTP_AUTH_CLOSED', ({ socket }) => void socket.end()],
    ['leaves open', 'ERR_HTTP_AUTH_TIMEOUT', () => null],
    ['answers with garbage on', 'ERR_HTTP_AUTH_PROTOCOL', () => 'garbage\r\n\r\n'],
  ];
  for (const [name, code, last] of VAGUE) {
    const start = async (isGood: () => boolean) => {
      const server = await serve(
        await ntlm((request, _, done) => (done && !isGood() ? (last(request) ?? null) : undefined)),
      );
      const timeout = code === 'ERR_HTTP_AUTH_TIMEOUT' ? 2000 : PATIENT;
      const agents = agentsFor(server.origin, { timeout });
      closing.push(() => agents.close());
      return { server, agents };
    };

    it(`if it ${name} each connection after the proof, and sees two proofs`, async () => {
      const { server, agents } = await start(() => false);
      await callUntil(server, agents, 2);
      const { connections } = server;
      for (let count = 0; count < 3; count++) {
        const error = await errorOf(server, agents);
        assert.equal(error.code, code);
        assert.match(error.message, /^the server neither accepted nor rejected the credentials/);
      }
      assert.equal(countProofs(server), 2);
      assert.equal(server.connections, connections);
    });

    it(`if it ${name} the connections after a proof, and sees three if it accepted one before`, async () => {
      let isGood = true;
      // After two proofs without an answer in time, agents send none: each attempt has its own.
      const { server, agents } = await retry(async () => {
        const started = await start(() => isGood);
        const answer = await call(started.server.origin, started.agents).catch((error) => {
          if (error.code !== 'ERR_HTTP_AUTH_TIMEOUT') throw error;
        });
        return answer === undefined ? undefined : started;
      });
      agents.httpAgent.destroy();
      isGood = false;
      const proofs = countProofs(server);
      await callUntil(server, agents, proofs + 3);
      for (let count = 0; count < 2; count++) await assert.rejects(call(server.origin, agents));
      assert.equal(countProofs(server) - proofs, 3);
    });
  }

  it('for a rejection of one of many connections at once, and sees the password proved once', async () => {
    const accept = await acceptor();
    const server = await serve(async (request) => {
      if (request.token === undefined || type(request.token) === 3) return challenge('NTLM');
      return challenge(`NTLM ${(await accept(request)).token}`);
    });
    const agents = agentsFor(server.origin);
    const calls = Array.from({ length: 20 }, () => call(server.origin, agents));
    for (const result of await Promise.allSettled(calls)) {
      assert.equal(result.status, 'rejected');
      assert.equal(result.reason.code, 'ERR_HTTP_AUTH_REJECTED');
    }
    assert.equal(server.tokens.filter((token) => type(token) === 3).length, 1);
    agents.close();
  });

  it('for a new challenge after the last token', async () => {
    const accept = await acceptor();
    const server = await serve(async (request) => {
      if (request.token === undefined) return challenge('NTLM');
      if (type(request.token) === 1) return challenge(`NTLM ${(await accept(request)).token}`);
      return challenge(`NTLM ${Buffer.alloc(100, 'NTLMSSP\0').toString('base64')}`);
    });
    const error = await rejects(server, 'ERR_HTTP_AUTH_REJECTED');
    assert.equal(error.leg, 2);
    assert.equal(server.requests.length, 3);
  });

  it('for a 401 without a token after the first token', async () => {
    const server = await serve(() => challenge('NTLM'));
    const error = await rejects(server, 'ERR_HTTP_AUTH_REJECTED');
    assert.equal(error.status, 401);
    assert.equal(error.leg, 1);
    assert.equal(server.requests.length, 2);
  });

  it('for Basic and Digest', async () => {
    const server = await serve(() => challenge('Basic realm="x"', 'Digest realm="x", nonce="y"'));
    const error = await rejects(server, 'ERR_HTTP_AUTH_NO_SCHEME');
    assert.equal(error.status, 401);
    assert.match(error.message, /offers basic, digest, not NTLM$/);
    assert.equal(server.requests.length, 1);
  });

  it('for a 401 without a challenge', async () => {
    await rejects(await serve(() => answer(401)), 'ERR_HTTP_AUTH_NO_SCHEME');
  });

  it('for Negotiate where the package is NTLM, and the other way round', async () => {
    await rejects(await serve(() => challenge('Negotiate')), 'ERR_HTTP_AUTH_NO_SCHEME');
    const server = await serve(() => challenge('NTLM', 'NTLM'));
    const error = await rejects(server, 'ERR_HTTP_AUTH_REJECTED', { package: 'Negotiate' });
    assert.equal(error.scheme, 'NTLM');
  });

  const flags = (without: keyof typeof NTLM_FLAGS) => (bytes: Buffer) => {
    const { flags, serverChallenge, targetInfo } = decodeChallenge(bytes);
    const fewer = (flags & ~NTLM_FLAGS[without]) >>> 0;
    return encodeChallenge({ flags: fewer, serverChallenge, targetInfo }, 'TESTDOM');
  };
  const pairs = (without: number) => (bytes: Buffer) => {
    const { targetInfo, ...others } = decodeChallenge(bytes);
    const fewer = new Map(Array.from(targetInfo).filter(([id]) => id !== without));
    return encodeChallenge({ ...others, targetInfo: fewer }, 'TESTDOM');
  };
  const CHALLENGES: readonly [string, (bytes: Buffer) => Uint8Array][] = [
    ['without extended session security', flags('NEGOTIATE_EXTENDED_SESSIONSECURITY')],
    ['without target information', flags('NEGOTIATE_TARGET_INFO')],
    ['without Unicode', flags('NEGOTIATE_UNICODE')],
    ['without signing', flags('NEGOTIATE_SIGN')],
    ['without a key exchange', flags('NEGOTIATE_KEY_EXCH')],
    ['with a key of 56 bits', flags('NEGOTIATE_128')],
    ['without a timestamp', pairs(AV_ID.MsvAvTimestamp)],
    ['without a name of the computer', pairs(AV_ID.MsvAvNbComputerName)],
    ['without bytes', () => new Uint8Array(0)],
    ['of garbage', () => Buffer.from('garbage')],
    ['that is truncated', (bytes) => bytes.subarray(0, 40)],
    ['that is another message', (bytes) => bytes.fill(3, 8, 9)],
  ];
  for (const [name, change] of CHALLENGES) {
    it(`for a challenge ${name}, before the password is proved`, async () => {
      const server = await serve(
        await ntlm((_, token, done) => {
          if (token === '' || done) return undefined;
          const changed = change(Buffer.from(token, 'base64'));
          return challenge(`NTLM ${Buffer.from(changed).toString('base64')}`);
        }),
      );
      const isEmpty = name === 'without bytes';
      const error = await rejects(
        server,
        isEmpty ? 'ERR_HTTP_AUTH_REJECTED' : 'ERR_HTTP_AUTH_SSPI',
      );
      assert.equal(error.status, 401);
      if (!isEmpty) assert.equal((error.cause as Error).name, 'SspiError');
      assert.deepEqual(server.tokens.map(type), [1]);
    });

    it(`for a challenge ${name} in Negotiate, before the password is proved`, async () => {
      const accept = await acceptor('Negotiate');
      const server = await serve(async (request) => {
        if (request.token === undefined) return challenge('Negotiate');
        const token = Buffer.from((await accept(request)).token, 'base64');
        // The challenge is at the end of the token: a header of the same length fits around it.
        const start = token.indexOf('NTLMSSP\0');
        const changed = Buffer.from(change(token.subarray(start)));
        const same = Buffer.concat([changed, Buffer.alloc(1000)]).subarray(0, token.length - start);
        const bytes = Buffer.concat([token.subarray(0, start), same]);
        return challenge(`Negotiate ${bytes.toString('base64')}`);
      });
      const options = { package: 'Negotiate' };
      const error = await rejects(server, 'ERR_HTTP_AUTH_SSPI', options);
      assert.equal((error.cause as Error).name, 'SspiError');
      assert.deepEqual(server.tokens.map(type), [1]);
    });
  }

  for (const [name, value] of [
    ['that is not base64', 'NTLM abc'],
    ['of other characters', 'NTLM !!!!'],
    ['in base64url', 'NTLM TlRM-___'],
    ['beside another', 'NTLM TlRM, NTLM TlRM'],
    ['of more than 65,535 bytes', `NTLM ${Buffer.alloc(65_536).toString('base64')}`],
  ] as const) {
    it(`for a token ${name}`, async () => {
      const server = await serve(({ token }) => challenge(token === undefined ? 'NTLM' : value));
      const error = await rejects(server, 'ERR_HTTP_AUTH_PROTOCOL');
      assert.equal(error.status, 401);
      assert.equal(server.requests.length, 2);
    });
  }

  it('for a head of more than 128 KiB', async () => {
    const server = await serve(() => challenge(`NTLM ${'A'.repeat(140_000)}`));
    await rejects(server, 'ERR_HTTP_AUTH_PROTOCOL');
  });

  it('for a huge list of challenges', async () => {
    const server = await serve(() => challenge('Basic,'.repeat(20_000)));
    await rejects(server, 'ERR_HTTP_AUTH_NO_SCHEME');
  });

  it('for a body that never ends', async () => {
    const server = await serve(({ socket }) => {
      socket.write(
        'HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      const chunk = `${(1000).toString(16)}\r\n${'x'.repeat(1000)}\r\n`;
      for (let count = 0; count < 100; count++) socket.write(chunk);
    });
    // HEAD has no body, so that these bytes follow the answer.
    await rejects(server, 'ERR_HTTP_AUTH_PROTOCOL');
    const agents = agentsFor(server.origin, { probe: { method: 'GET' } });
    // Too much to drop: the handshake goes on with a new connection.
    await assert.rejects(call(server.origin, agents), { code: 'ERR_HTTP_AUTH_REJECTED', leg: 1 });
    assert.equal(server.connections, 3);
    agents.close();
  });

  for (const leg of [0, 1, 2]) {
    const at = async (own: (request: RawRequest) => unknown) =>
      serve(await ntlm((request) => (request.index === leg ? own(request) : undefined)));

    it(`for garbage in leg ${leg}`, async () => {
      await rejects(await at(() => 'garbage\r\n\r\n'), 'ERR_HTTP_AUTH_PROTOCOL');
    });

    it(`for bytes after the answer of leg ${leg}`, async () => {
      const server = await at(() => `${challenge('NTLM')}HTTP/1.1 200 OK\r\n\r\n`);
      await rejects(server, leg === 2 ? 'ERR_HTTP_AUTH_REJECTED' : 'ERR_HTTP_AUTH_PROTOCOL');
    });

    it(`for slow bytes in leg ${leg}, within the time limit`, async () => {
      const server = await at(({ socket }) => {
        const timer = setInterval(() => socket.write('H'.repeat(1)), 20);
        socket.on('close', () => clearInterval(timer));
        socket.write('HTTP/1.1 401 No\r\nA: ');
        return null;
      });
      await rejects(server, 'ERR_HTTP_AUTH_TIMEOUT', { timeout: 300 });
    });

    it(`for silence in leg ${leg}, and closes the connection`, async () => {
      const closed: Promise<unknown>[] = [];
      const server = await at(({ socket }) => {
        closed.push(new Promise((resolve) => socket.on('close', resolve)));
        return null;
      });
      await rejects(server, 'ERR_HTTP_AUTH_TIMEOUT', { timeout: 200 });
      await Promise.all(closed);
    });

    it(`for an answer with status 500 in leg ${leg} before the end`, async () => {
      const server = await serve(
        await ntlm((request, _, done) => {
          if (request.index !== leg) return undefined;
          return done ? answer(401) : answer(500);
        }),
      );
      if (leg === 0) return;
      const code = leg === 1 ? 'ERR_HTTP_AUTH_PROTOCOL' : 'ERR_HTTP_AUTH_REJECTED';
      const error = await rejects(server, code);
      assert.equal(error.status, leg === 1 ? 500 : 401);
    });

    it(`for the end of the connection in leg ${leg}`, async () => {
      const server = await serve(
        await ntlm(({ index, token, socket }) => {
          const own = index === leg || (leg === 1 && token !== undefined && type(token) === 1);
          if (!own) return undefined;
          socket.end();
          return null;
        }),
      );
      const error = await rejects(server, 'ERR_HTTP_AUTH_CLOSED');
      assert.equal(error.leg, leg === 0 ? undefined : leg);
      assert.equal(server.connections, leg === 1 ? 2 : 1);
      assert.equal(error.message.endsWith(': does this port speak https?'), leg === 0);
    });

    it(`for an abort in leg ${leg}, and closes the connection`, async () => {
      const controller = new AbortController();
      const closed: Promise<unknown>[] = [];
      const server = await at(({ socket }) => {
        closed.push(new Promise((resolve) => socket.on('close', resolve)));
        controller.abort(new Error('enough'));
        return null;
      });
      const error = await rejects(server, 'ERR_HTTP_AUTH_CLOSED', { signal: controller.signal });
      assert.equal((error.cause as Error).message, 'enough');
      await Promise.all(closed);
    });

    it(`for an abort of the request in leg ${leg}, and closes the connection`, async () => {
      const controller = new AbortController();
      const closed: Promise<unknown>[] = [];
      const server = await at(({ socket }) => {
        closed.push(new Promise((resolve) => socket.on('close', resolve)));
        controller.abort();
        return null;
      });
      const agents = agentsFor(server.origin);
      const { signal } = controller;
      await assert.rejects(call(server.origin, agents, { signal }), { name: 'AbortError' });
      await Promise.all(closed);
      agents.close();
    });
  }

  it('for a 200 in the middle', async () => {
    const server = await serve(({ index }) => (index === 0 ? challenge('NTLM') : answer(200)));
    const error = await rejects(server, 'ERR_HTTP_AUTH_PROTOCOL');
    assert.equal(error.status, 200);
    assert.equal(server.requests.length, 2);
  });

  it('for Connection: close in the answer to the first token', async () => {
    const server = await serve(
      await ntlm(({ index }, token) =>
        index === 1
          ? answer(401, `WWW-Authenticate: NTLM ${token}`, 'Connection: close')
          : undefined,
      ),
    );
    await rejects(server, 'ERR_HTTP_AUTH_CLOSED');
    assert.deepEqual(server.tokens.map(type), [1]);
  });

  it('for Connection: close in the last answer', async () => {
    const server = await serve(
      await ntlm((_, __, done) => (done ? answer(200, 'Connection: close') : undefined)),
    );
    const error = await rejects(server, 'ERR_HTTP_AUTH_NOT_PERSISTENT');
    assert.match(error.message, /authenticate: 'request'/);
  });

  it('for Persistent-Auth: false', async () => {
    const server = await serve(
      await ntlm((_, __, done) => (done ? answer(200, 'Persistent-Auth: false') : undefined)),
    );
    const options = { authenticate: 'connection' } as const;
    const error = await rejects(server, 'ERR_HTTP_AUTH_NOT_PERSISTENT', options);
    assert.match(error.message, /authenticate: 'request'/);
  });

  it('for Connection: close in each first answer, after two connections', async () => {
    const server = await serve(({ token }) =>
      answer(401, 'WWW-Authenticate: NTLM', ...(token ? [] : ['Connection: close'])),
    );
    await rejects(server, 'ERR_HTTP_AUTH_REJECTED');
    assert.equal(server.connections, 2);
    assert.equal(server.requests.length, 2);
  });

  it('for a token of NTLM in the last answer', async () => {
    const server = await serve(
      await ntlm((_, __, done) => (done ? answer(200, 'WWW-Authenticate: NTLM AAAA') : undefined)),
    );
    const error = await rejects(server, 'ERR_HTTP_AUTH_PROTOCOL');
    assert.equal(error.status, 200);
  });

  it('for endless legs', async () => {
    const accept = await acceptor('Negotiate');
    const server = await serve(async (request) => {
      if (request.token === undefined) return challenge('Negotiate');
      // accept-incomplete, with nothing more.
      const more = Buffer.from('a1073005a0030a0101', 'hex').toString('base64');
      const token = request.index === 1 ? (await accept(request)).token : more;
      return challenge(`Negotiate ${token}`);
    });
    await rejects(server, 'ERR_HTTP_AUTH_REJECTED', { package: 'Negotiate' });
    assert.equal(server.requests.length, 3);
  });

  const LAST: readonly [string, HttpAuthErrorCode, (token: Buffer) => string | undefined][] = [
    ['without a token', 'ERR_HTTP_AUTH_PROTOCOL', () => undefined],
    [
      'with a wrong MIC',
      'ERR_HTTP_AUTH_SSPI',
      (token) => token.fill(7, token.length - 3).toString('base64'),
    ],
    ['with the token of a reject', 'ERR_HTTP_AUTH_REJECTED', () => 'oQcwBaADCgEC'],
    ['without a MIC', 'ERR_HTTP_AUTH_SSPI', () => 'oQcwBaADCgEA'],
    ['with a malformed token', 'ERR_HTTP_AUTH_SSPI', () => 'AAAA'],
    ['with two tokens', 'ERR_HTTP_AUTH_PROTOCOL', () => 'AAAA, Negotiate AAAA'],
  ];
  for (const [name, code, change] of LAST) {
    it(`for a last answer of Negotiate ${name}`, async () => {
      const accept = await acceptor('Negotiate');
      const server = await serve(async (request) => {
        if (request.token === undefined) return challenge('Negotiate');
        const { token, done } = await accept(request);
        if (!done) return challenge(`Negotiate ${token}`);
        const last = change(Buffer.from(token, 'base64'));
        return answer(200, ...(last ? [`WWW-Authenticate: Negotiate ${last}`] : []));
      });
      const error = await rejects(server, code, { package: 'Negotiate' });
      assert.equal(error.status, 200);
      assert.equal(error.leg, 2);
      assert.equal(server.requests.length, 3);
    });
  }
});

describe('a redirect', () => {
  it('to another origin gets no connection there', async () => {
    const other = await serve(() => challenge('NTLM'));
    const target = `${other.origin}/stolen`;
    const server = await serve(
      await ntlm((_, __, done) => (done ? answer(302, `Location: ${target}`) : undefined)),
    );
    const agents = agentsFor(server.origin);
    const redirecting = await serve(async () => answer(302, `Location: ${target}`));
    const open = agentsFor(redirecting.origin);
    await assert.rejects(axios.get(redirecting.origin, open), (error: Error) => {
      assert.equal((error.cause as HttpAuthError | undefined)?.code, 'ERR_HTTP_AUTH_ORIGIN');
      return true;
    });
    await assert.rejects(
      fetch(redirecting.origin, { dispatcher: open.dispatcher as never }),
      (error: Error) => {
        assert.equal((error.cause as HttpAuthError).code, 'ERR_HTTP_AUTH_ORIGIN');
        return true;
      },
    );
    await assert.rejects(call(target, agents), {
      code: 'ERR_HTTP_AUTH_ORIGIN',
      message: `${new URL(target).origin} is not one of the origins that get the credentials: add it to the option origins, or if it is a proxy of the environment, pass proxy: false to axios`,
    });
    assert.equal(other.connections, 0);
    agents.close();
    open.close();
  });

  it('to http: gets no connection there', async () => {
    const { key, cert } = await certificate('P-256', 'sha256');
    const plain = await serve(() => challenge('NTLM'));
    const secure = https.createServer({ key, cert }, (_, response) => {
      response.writeHead(302, { Location: plain.origin, 'Content-Length': 0 }).end();
    });
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const origin = `https://localhost:${(secure.address() as AddressInfo).port}`;
    const agents = agentsFor(origin, { tls: { ca: cert } });
    const isOrigin = (error: Error) =>
      (error.cause as HttpAuthError | undefined)?.code === 'ERR_HTTP_AUTH_ORIGIN';
    await assert.rejects(axios.get(origin, agents), isOrigin);
    const { dispatcher } = agents;
    await assert.rejects(fetch(origin, { dispatcher } as RequestInit), isOrigin);
    assert.equal(plain.connections, 0);
    agents.close();
    secure.close();
    secure.closeAllConnections();
  });

  it('to another name of the same server gets no connection there', async () => {
    const server = await serve(() => answer(200));
    const agents = agentsFor(server.origin);
    const url = `http://127.0.0.1:${server.port}`;
    await assert.rejects(call(url, agents), { code: 'ERR_HTTP_AUTH_ORIGIN' });
    const socketPath = '/nowhere/socket';
    await assert.rejects(call(server.origin, agents, { socketPath }));
    assert.equal(server.connections, 0);
    agents.close();
  });
});
