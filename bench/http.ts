import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  Agent,
  createServer,
  get,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { authenticatedAgents, negotiate } from '../src/http-auth.js';
import type { Gss } from './gss.js';
import { ACCOUNTS, IDENTITY } from './http-account.js';
import type { LoadOrder } from './http-load.js';
import type { Batch, Comparison, Row } from './measure.js';

/** The number of requests in flight, and of connections. */
const IN_FLIGHT = 4;
/** The requests of a logon with NTLM: one without a token, and two with one. */
const LEGS = 3;

/** Compares authenticated HTTP with HTTP that is not, once the connections are made. */
export function httpRows(): Row[] {
  return [
    row('GET through the authenticated agent / a bare keep-alive agent', compareAgents),
    row("fetch through the authenticated dispatcher / undici's Agent", compareDispatchers),
    row('server with negotiate() / the bare server', compareServers),
    {
      name: `http: ${LOGON} / ${FLOOR}`,
      ratio: 'speed',
      goal: { atLeast: 0.5 },
      prepare: () => warmUp(compareLogons(), 500),
    },
  ];
}

const LOGON = 'logon on a new connection, client and server in one process';
/** As many requests as a logon and its request are. */
const FLOOR = 'the same requests without authentication';

/**
 * Compares logons over new connections with the handshake of gss-ntlmssp, which needs no connection. The second row has
 * the same requests without authentication: what remains for HTTP itself.
 */
export function httpGssRows(gss: () => Gss): Row[] {
  const logon = async (start: () => Promise<Side>): Promise<Comparison> => {
    const { run: ours, end } = await start();
    return { ours, baseline: gss().batch('logon', 0), end };
  };
  const named = { ratio: 'speed', goal: { atLeast: 1 } } as const;
  return [
    {
      ...named,
      name: `http: ${LOGON} / gss-ntlmssp's`,
      prepare: () => warmUp(logon(startLogons), 500),
    },
    {
      ...named,
      name: `http: ${FLOOR}, on a new connection / gss-ntlmssp's logon`,
      prepare: () => warmUp(logon(startBareRequests), 500),
    },
  ];
}

/** One side of a comparison. */
interface Side {
  readonly run: Batch;
  readonly end: () => void;
}

function row(name: string, prepare: () => Promise<Comparison>): Row {
  return {
    name: `http: ${name}`,
    ratio: 'speed',
    goal: { atLeast: 0.95 },
    prepare: () => warmUp(prepare(), 4000),
  };
}

/** A request runs through so much code that V8 has compiled it only after thousands of them. */
async function warmUp(prepared: Promise<Comparison>, times: number): Promise<Comparison> {
  const comparison = await prepared;
  await comparison.ours(times);
  await comparison.baseline(times);
  return comparison;
}

async function compareAgents(): Promise<Comparison> {
  const { guarded, open, agents, end } = await startClients();
  const bare = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  return {
    ours: inFlight(() => getWith(agents.httpAgent, guarded)),
    baseline: inFlight(() => getWith(bare, open)),
    end: async () => {
      bare.destroy();
      await end();
    },
  };
}

async function compareDispatchers(): Promise<Comparison> {
  const { guarded, open, agents, end } = await startClients();
  const { dispatcher } = agents;
  const BareAgent = dispatcher.constructor as new (options: object) => typeof dispatcher;
  const bare = new BareAgent({ connections: IN_FLIGHT, pipelining: 1 });
  return {
    ours: inFlight(() => fetchWith(dispatcher, guarded)),
    baseline: inFlight(() => fetchWith(bare, open)),
    end: async () => {
      bare.destroy();
      await end();
    },
  };
}

/** Starts the servers in another process. Each connection to the guarded one must have exactly one handshake. */
async function startClients() {
  const { child, message } = await start('http-serve');
  const { guarded, open } = message as { guarded: string; open: string };
  const agents = authenticatedAgents({
    origins: [guarded],
    identity: IDENTITY,
    maxSockets: IN_FLIGHT,
  });
  const end = async () => {
    agents.close();
    child.send('counts');
    const [{ connections, handshakes }] = await once(child, 'message');
    child.disconnect();
    // undici closes connections that wait while the other side runs.
    if (handshakes !== connections) {
      throw new Error(`${handshakes} handshakes, ${connections} connections`);
    }
  };
  return { guarded, open, agents, end };
}

async function compareServers(): Promise<Comparison> {
  const middleware = negotiate({ accounts: ACCOUNTS });
  const guarded = await listen((request, response) => {
    middleware(request, response, () => response.end('ok'));
  });
  const bare = await listen((_request, response) => response.end('ok'));
  const { child } = await start('http-load');
  const order = async (message: LoadOrder) => {
    child.send(message);
    await once(child, 'message');
  };
  await order({ connect: portOf(guarded), isAuthenticated: true });
  await order({ connect: portOf(bare), isAuthenticated: false });
  return {
    ours: (times) => order({ load: portOf(guarded), times }),
    baseline: (times) => order({ load: portOf(bare), times }),
    end: () => {
      child.disconnect();
      middleware.close();
      for (const server of [guarded, bare]) stop(server);
    },
  };
}

async function compareLogons(): Promise<Comparison> {
  const [ours, baseline] = await Promise.all([startLogons(), startBareRequests()]);
  const end = () => {
    ours.end();
    baseline.end();
  };
  return { ours: ours.run, baseline: baseline.run, end };
}

/** Requests that end their connections. */
async function startLogons(): Promise<Side> {
  const middleware = negotiate({ accounts: ACCOUNTS });
  const server = await listen((request, response) => {
    middleware(request, response, () => response.end('ok'));
  });
  const origin = `http://127.0.0.1:${portOf(server)}`;
  const agents = authenticatedAgents({ origins: [origin], identity: IDENTITY });
  return {
    run: inFlight(() => getWith(agents.httpAgent, origin, { connection: 'close' })),
    end: () => {
      agents.close();
      middleware.close();
      stop(server);
    },
  };
}

/** The requests of a logon, and one more that ends their connection. */
async function startBareRequests(): Promise<Side> {
  const server = await listen((_request, response) => response.end('ok'));
  const origin = `http://127.0.0.1:${portOf(server)}`;
  const run = inFlight(async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let leg = 0; leg < LEGS; leg++) await getWith(agent, origin, {}, 'HEAD');
    await getWith(agent, origin, { connection: 'close' });
  });
  return { run, end: () => stop(server) };
}

function inFlight(request: () => Promise<void>): Batch {
  return async (times) => {
    let left = times;
    const work = async () => {
      while (left-- > 0) await request();
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  };
}

function getWith(
  agent: Agent,
  url: string,
  headers: OutgoingHttpHeaders = {},
  method = 'GET',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers, method }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on('end', resolve);
    });
    request.on('error', reject);
  });
}

async function fetchWith(dispatcher: object, url: string): Promise<void> {
  const response = await fetch(url, { dispatcher } as RequestInit);
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  await response.arrayBuffer();
}

/** Starts a program of this folder, and waits for its first message. */
async function start(name: string): Promise<{ child: ChildProcess; message: unknown }> {
  const child = fork(fileURLToPath(new URL(`${name}.js`, import.meta.url)));
  const [message] = await once(child, 'message');
  return { child, message };
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 0 }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function stop(server: Server): void {
  server.close();
  server.closeAllConnections();
}
