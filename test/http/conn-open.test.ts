import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import net, { type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import tls from 'node:tls';
import { destinationOf } from '../../src/http/connection/destination.js';
import { ConnectAgain } from '../../src/http/connection/hooks.js';
import { openConnection } from '../../src/http/connection/open-connection.js';
import { PATIENT } from '../support/patience.js';
import {
  certificate,
  listen,
  prepareToy,
  ToyHooks,
  ToyServer,
  withCode,
} from './support/conn-bench.js';
import { codeOf, listenersOf, until } from './support/conn-checks.js';

const PROTOCOLS = ['http:', 'https:'] as const;
type Protocol = (typeof PROTOCOLS)[number];

/** A place where a connection in the making waits for the server until the test acts. */
interface Stall {
  readonly hooks: ToyHooks;
  readonly origin: string;
  /** Resolves when the connection waits there. */
  readonly reached: Promise<unknown>;
  /** The end of the server. Absent if there is no connection yet. */
  readonly peer: () => Socket | undefined;
}

const STALLS: Readonly<Record<string, (t: TestContext) => Promise<Stall>>> = {
  connect: stallInConnect,
  TLS: stallInTls,
  'the preparation over TLS': (t) => stallInPrepare(t, 'https:'),
  'the preparation': (t) => stallInPrepare(t, 'http:'),
};

async function stallInConnect(t: TestContext): Promise<Stall> {
  const server = await ToyServer.open();
  t.after(() => server.close());
  const hooks = new ToyHooks(server.origin);
  const reached = new Promise((resolve) => {
    hooks.connect = () => new Promise(() => resolve(undefined));
  });
  return { hooks, origin: server.origin, reached, peer: () => undefined };
}

async function stallInTls(t: TestContext): Promise<Stall> {
  const sockets: Socket[] = [];
  const server = net.createServer((socket) => sockets.push(socket.on('error', () => {})));
  t.after(() => {
    server.close();
    sockets[0]?.destroy();
  });
  const origin = `https://127.0.0.1:${await listen(server)}`;
  const reached = once(server, 'connection').then(([socket]) => once(socket, 'data'));
  return { hooks: new ToyHooks(origin), origin, reached, peer: () => sockets[0] };
}

async function stallInPrepare(t: TestContext, protocol: Protocol): Promise<Stall> {
  const server = await ToyServer.open(protocol);
  t.after(() => server.close());
  const reached = new Promise<void>((resolve) => {
    server.prepare = () => resolve();
  });
  const hooks = new ToyHooks(server.origin);
  return { hooks, origin: server.origin, reached, peer: () => server.rawSockets[0] };
}

async function open(hooks: ToyHooks, url: string, signals: readonly AbortSignal[] = []) {
  const tls = { ca: (await certificate()).cert };
  return openConnection(hooks, { destination: destinationOf(url), path: '/', tls, signals });
}

describe('openConnection', () => {
  for (const protocol of PROTOCOLS) {
    it(`leaves nothing behind on the socket (${protocol})`, async (t) => {
      const server = await ToyServer.open(protocol);
      t.after(() => server.close());
      const hooks = new ToyHooks(server.origin);
      hooks.givesFields = true;
      const fresh =
        protocol === 'http:'
          ? net.connect(server.port, '127.0.0.1')
          : tls.connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
      t.after(() => fresh.destroy());
      await once(fresh, protocol === 'http:' ? 'connect' : 'secureConnect');
      const timers = countTimers();
      const signal = new AbortController().signal;
      const { socket, fields } = await open(hooks, server.origin, [signal]);
      t.after(() => socket.destroy());
      assert.deepEqual(fields, { authorization: 'Toy 1' });
      assert.deepEqual(listenersOf(socket), listenersOf(fresh));
      assert.equal(socket.timeout, undefined);
      assert.equal(socket.readableLength, 0);
      assert.equal(countTimers(), timers);
      assert.deepEqual(getEventListeners(hooks.signal, 'abort'), []);
      assert.deepEqual(getEventListeners(signal, 'abort'), []);
      assert.deepEqual(getEventListeners(hooks.connections[0]?.signal as EventTarget, 'abort'), []);
      socket.on('data', () => {});
      assert.notEqual(socket.readableFlowing, false);
    });
  }

  it('rejects a destination before anything is connected', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    const hooks = new ToyHooks('http://elsewhere.example');
    hooks.connect = () => assert.fail('it connected');
    assert.equal(await codeOf(open(hooks, server.origin)), 'TOY_ORIGIN');
    assert.equal(server.sockets.length, 0);
  });

  it('passes on the error of a port where nobody listens', async () => {
    const server = await ToyServer.open();
    server.close();
    const hooks = new ToyHooks(server.origin);
    assert.equal(await codeOf(open(hooks, server.origin)), 'ECONNREFUSED');
  });

  it('passes on the error of the connect hook', async () => {
    const hooks = new ToyHooks('http://127.0.0.1:1');
    hooks.connect = async () => {
      throw withCode('TOY_PROXY');
    };
    assert.equal(await codeOf(open(hooks, 'http://127.0.0.1:1')), 'TOY_PROXY');
  });

  for (const [stage, stall] of Object.entries(STALLS)) {
    it(`ends at the time limit in ${stage}`, async (t) => {
      const { hooks, origin, peer } = await stall(t);
      hooks.timeout = 20;
      assert.equal(await codeOf(open(hooks, origin)), 'TOY_TIMEOUT');
      await until(() => peer()?.destroyed !== false);
    });

    it(`ends with the reason of a signal in ${stage}`, async (t) => {
      const { hooks, origin, reached, peer } = await stall(t);
      const controller = new AbortController();
      const opening = open(hooks, origin, [controller.signal]);
      await reached;
      controller.abort(withCode('TOY_ABORTED'));
      assert.equal(await codeOf(opening), 'TOY_ABORTED');
      await until(() => peer()?.destroyed !== false);
      assert.deepEqual(getEventListeners(controller.signal, 'abort'), []);
    });

    it(`ends in ${stage} when the agents are closed`, async (t) => {
      const { hooks, origin, reached, peer } = await stall(t);
      const opening = open(hooks, origin);
      await reached;
      hooks.close();
      assert.equal(await codeOf(opening), 'TOY_CLOSED');
      await until(() => peer()?.destroyed !== false);
    });

    if (stage === 'connect') continue;
    it(`fails when the server closes in ${stage}`, async (t) => {
      const { hooks, origin, reached, peer } = await stall(t);
      const opening = open(hooks, origin);
      await reached;
      peer()?.destroy();
      const code = stage === 'TLS' ? 'ECONNRESET' : 'TOY_ENDED';
      assert.equal(await codeOf(opening), code);
    });

    it(`fails when the server resets in ${stage}`, async (t) => {
      const { hooks, origin, reached, peer } = await stall(t);
      const opening = open(hooks, origin);
      await reached;
      peer()?.resetAndDestroy();
      assert.equal(await codeOf(opening), 'ECONNRESET');
    });
  }

  it('does not start when the agents are closed', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    hooks.close();
    assert.equal(await codeOf(open(hooks, server.origin)), 'TOY_CLOSED');
    assert.equal(server.sockets.length, 0);
  });

  it('destroys a socket of the connect hook that comes after the time limit', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    hooks.timeout = 20;
    let deliver: (socket: Socket) => void = () => {};
    hooks.connect = () => new Promise((resolve) => (deliver = resolve));
    assert.equal(await codeOf(open(hooks, server.origin)), 'TOY_TIMEOUT');
    const late = net.connect(server.port, '127.0.0.1');
    deliver(late);
    await once(late, 'close');
  });

  it('ignores an error of the connect hook that comes after the time limit', async () => {
    const hooks = new ToyHooks('http://127.0.0.1:1');
    hooks.connect = (_, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => setImmediate(reject)));
    hooks.timeout = 20;
    assert.equal(await codeOf(open(hooks, 'http://127.0.0.1:1')), 'TOY_TIMEOUT');
  });

  it('rejects a socket of the connect hook that is closed', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    hooks.connect = async () => net.connect(server.port, '127.0.0.1').destroy();
    hooks.instead = () => new Promise(() => {});
    assert.equal(await codeOf(open(hooks, server.origin)), 'ECONNRESET');
  });

  it('ends at the time limit a preparation that does not look at its signal', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    hooks.instead = () => new Promise(() => {});
    for (hooks.timeout = 20; hooks.connections.length === 0; hooks.timeout *= 2) {
      assert.ok(hooks.timeout < PATIENT);
      assert.equal(await codeOf(open(hooks, server.origin)), 'TOY_TIMEOUT');
    }
    assert.equal(hooks.connections[0]?.socket.destroyed, true);
  });

  it('destroys the socket of a preparation that failed', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    server.prepare = (_, response) => response.writeHead(500).end();
    const hooks = new ToyHooks(server.origin);
    assert.equal(await codeOf(open(hooks, server.origin)), 'TOY_REFUSED');
    assert.equal(hooks.connections[0]?.socket.destroyed, true);
    await until(() => server.openSockets === 0);
  });

  it('destroys the socket of a preparation that throws at once', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    hooks.prepare = (connection) => {
      hooks.connections.push(connection);
      throw withCode('TOY_THROWN');
    };
    assert.equal(await codeOf(open(hooks, server.origin)), 'TOY_THROWN');
    assert.equal(hooks.connections[0]?.socket.destroyed, true);
  });

  it('makes a new connection where the preparation asks for it', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    const left: Socket[] = [];
    hooks.instead = async ({ socket }) => {
      left.push(socket);
      return new ConnectAgain((connection) => prepareToy(connection, 2));
    };
    const { socket, fields } = await open(hooks, server.origin);
    t.after(() => socket.destroy());
    assert.deepEqual(fields, { authorization: 'Toy 2' });
    assert.equal(left[0]?.destroyed, true);
    await until(() => server.openSockets === 1);
    assert.equal(server.rawSockets.length, 2);
  });

  it('does not make new connections for ever', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    const again = new ConnectAgain(async () => again);
    hooks.instead = async () => again;
    assert.equal(await codeOf(open(hooks, server.origin)), 'ECONNRESET');
    await until(() => server.openSockets === 0);
    assert.equal(server.rawSockets.length, 4);
  });

  it('has one time limit for all connections in place of one', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    server.prepare = () => {};
    const hooks = new ToyHooks(server.origin);
    hooks.timeout = 20;
    hooks.instead = async () => new ConnectAgain((connection) => prepareToy(connection, 2));
    assert.equal(await codeOf(open(hooks, server.origin)), 'TOY_TIMEOUT');
    await until(() => server.openSockets === 0);
  });

  it('rejects data that the server sends without a request', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    server.prepare = ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n');
    };
    const hooks = new ToyHooks(server.origin);
    hooks.instead = async (connection) => {
      const { socket } = connection;
      socket.write('HEAD / HTTP/1.1\r\nhost: toy\r\nx-secret: 1\r\n\r\n');
      while (socket.readableLength < 20) await once(socket, 'readable');
      socket.read(19);
      return undefined;
    };
    assert.equal(await codeOf(open(hooks, server.origin)), 'EPROTO');
    assert.equal(hooks.connections[0]?.socket.destroyed, true);
  });

  it('rejects a connection that the preparation closed', async (t) => {
    const server = await ToyServer.open();
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    hooks.instead = async ({ socket }) => void socket.end();
    assert.equal(await codeOf(open(hooks, server.origin)), 'ECONNRESET');
  });
});

describe('openConnection with TLS', () => {
  it('rejects a certificate that is not trusted, before the preparation', async (t) => {
    const server = await ToyServer.open('https:');
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    const destination = destinationOf(server.origin);
    const opening = openConnection(hooks, { destination, path: '/' });
    assert.equal(await codeOf(opening), 'DEPTH_ZERO_SELF_SIGNED_CERT');
    assert.equal(hooks.connections.length, 0);
    await until(() => server.openSockets === 0);
  });

  it('rejects a certificate of another name', async (t) => {
    const server = await ToyServer.open('https:');
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    const own = { ca: (await certificate()).cert, servername: 'other.example' };
    const destination = destinationOf(server.origin);
    const opening = openConnection(hooks, { destination, path: '/', tls: own });
    assert.equal(await codeOf(opening), 'ERR_TLS_CERT_ALTNAME_INVALID');
    assert.equal(hooks.connections.length, 0);
  });

  it('rejects options that tls.connect rejects', async (t) => {
    const server = await ToyServer.open('https:');
    t.after(() => server.close());
    const hooks = new ToyHooks(server.origin);
    const own = { ca: 'no certificate', ciphers: 'NONE' };
    const destination = destinationOf(server.origin);
    await assert.rejects(openConnection(hooks, { destination, path: '/', tls: own }));
    await until(() => server.openSockets === 0);
  });

  for (const [offered, chosen] of [
    [['h2', 'http/1.1'], 'http/1.1'],
    [['http/1.1'], 'http/1.1'],
    [undefined, false],
  ] as const) {
    it(`speaks HTTP/1.1 to a server with ${offered?.join(' and ') ?? 'no ALPN'}`, async (t) => {
      const origin = await openTlsServer(t, offered);
      const hooks = new ToyHooks(origin);
      hooks.instead = async () => undefined;
      const { socket } = await open(hooks, origin);
      t.after(() => socket.destroy());
      assert.equal((socket as tls.TLSSocket).alpnProtocol, chosen);
    });
  }

  it('rejects a server that speaks only HTTP/2', async (t) => {
    const origin = await openTlsServer(t, ['h2']);
    const hooks = new ToyHooks(origin);
    await assert.rejects(open(hooks, origin));
    assert.equal(hooks.connections.length, 0);
  });

  it('offers no session, not even one of the caller', async (t) => {
    const origin = await openTlsServer(t, undefined);
    const hooks = new ToyHooks(origin);
    let session: Buffer | undefined;
    hooks.instead = async ({ socket }) => {
      [session] = await once(socket, 'session');
      return undefined;
    };
    const first = await open(hooks, origin);
    first.socket.destroy();
    hooks.instead = async () => undefined;
    const own = { ca: (await certificate()).cert, session };
    const destination = destinationOf(origin);
    const { socket } = await openConnection(hooks, { destination, path: '/', tls: own });
    t.after(() => socket.destroy());
    assert.equal((socket as tls.TLSSocket).isSessionReused(), false);
    assert.notEqual((socket as tls.TLSSocket).getPeerCertificate().raw, undefined);
  });

  it('completes TLS over the socket of the connect hook', async (t) => {
    const server = await ToyServer.open('https:');
    t.after(() => server.close());
    const origin = 'https://localhost:1';
    const hooks = new ToyHooks(origin);
    hooks.connect = async () => {
      const socket = net.connect(server.port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    };
    const { socket } = await open(hooks, origin);
    t.after(() => socket.destroy());
    assert.equal((socket as tls.TLSSocket).authorized, true);
    assert.deepEqual(server.preparations, ['1']);
  });
});

async function openTlsServer(
  t: TestContext,
  ALPNProtocols: readonly string[] | undefined,
): Promise<string> {
  const protocols = ALPNProtocols === undefined ? {} : { ALPNProtocols: [...ALPNProtocols] };
  const server = tls.createServer({ ...(await certificate()), ...protocols });
  const sockets: Socket[] = [];
  server.on('secureConnection', (socket) => {
    sockets.push(socket.on('error', () => {}));
    socket.write('');
  });
  server.on('tlsClientError', () => {});
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `https://127.0.0.1:${await listen(server)}`;
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}
