import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { Agent, createServer, get, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { tokenBinding } from '../src/http.js';
import type { BoundLoadOrder } from './bound-load.js';
import type { Comparison, Figure, Row } from './measure.js';

/** Many short rounds of the throughput: the speed of a machine can change by 40 % from one round to the next. */
const ROUND = { calls: 4000, rounds: 25 } as const;
/** Requests on the 50 connections before the rounds. */
const WARM_UP = 20_000;
/** A round of the unbound requests. */
const HEALTH_ROUND = { calls: 100, rounds: 7 } as const;
const CONNECTIONS = 50;
/** The messages of each connection in a flood; a server keeps four of a connection. */
const FLOOD_KEYS = 40;
/** What an unbound request may take during a flood, in milliseconds. */
const MAX_HEALTH_MS = 50;
/** What the heap and the memory of the process may grow by while a row is measured, in megabytes. */
const MAX_GROWTH = { heap: 4, rss: 100 } as const;

/** Compares servers over TLS 1.3 with 50 connections. */
export function boundRows(): Row[] {
  return [
    {
      name: 'http: server with tokenBinding() and repeated messages / the bare server, TLS 1.3',
      ratio: 'speed',
      goal: { atLeast: 0.9 },
      size: ROUND,
      prepare: compareServers,
    },
    {
      name: 'http: unbound request during a flood of other keys / at rest, TLS 1.3',
      ratio: 'share',
      goal: { atMost: 100 },
      size: HEALTH_ROUND,
      prepare: compareHealth,
    },
  ];
}

async function compareServers(): Promise<Comparison> {
  const bind = tokenBinding({ required: true });
  const bound = await listen((request, response) => {
    bind(request, response, () => response.end('ok'));
  });
  const bare = await listen((_request, response) => response.end('ok'));
  const countExports = watchExports(bound);
  const { order, end } = await startLoad([bound, bare]);
  await order({ connect: portOf(bound), keys: 1 });
  await order({ connect: portOf(bare), keys: 1 });
  const ours = (times: number) => order({ load: portOf(bound), times });
  const baseline = (times: number) => order({ load: portOf(bare), times });
  await ours(WARM_UP);
  await baseline(WARM_UP);
  const memoryFigure = watchMemory();
  const figures = () => {
    const exports = countExports();
    const text = `${exports} calls of exportKeyingMaterial (goal: ${CONNECTIONS}, one for each connection)`;
    return [{ text, reached: exports === CONNECTIONS }, memoryFigure()];
  };
  return { ours, baseline, figures, end };
}

async function compareHealth(): Promise<Comparison> {
  const bind = tokenBinding();
  const server = await listen((request, response) => {
    bind(request, response, () => response.end('ok'));
  });
  const port = portOf(server);
  const { order, end } = await startLoad([server]);
  await order({ connect: port, keys: FLOOD_KEYS });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async (times: number, durations: number[]) => {
    for (let count = 0; count < times; count++) {
      const start = performance.now();
      await getWith(agent, port);
      durations.push(performance.now() - start);
    }
  };
  const flooded: number[] = [];
  const rested: number[] = [];
  const baseline = (times: number) => send(times, rested);
  const ours = async (times: number) => {
    await order({ flood: port });
    await send(times, flooded);
    await order({ calm: port });
  };
  await ours(HEALTH_ROUND.calls);
  await baseline(HEALTH_ROUND.calls);
  flooded.length = 0;
  rested.length = 0;
  const memoryFigure = watchMemory();
  const figures = () => [
    healthFigure('during the flood', flooded),
    healthFigure('at rest', rested),
    memoryFigure(),
  ];
  const stop = async () => {
    agent.destroy();
    await end();
  };
  return { ours, baseline, figures, end: stop };
}

function healthFigure(when: string, durations: readonly number[]): Figure {
  const sorted = durations.toSorted((a, b) => a - b);
  const slowest = sorted.at(-1) ?? Number.NaN;
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
  const text = `${when}: p99 ${p99.toFixed(1)} ms, slowest of ${sorted.length} ${slowest.toFixed(1)} ms (goal: ${MAX_HEALTH_MS} ms)`;
  return { text, reached: slowest <= MAX_HEALTH_MS };
}

/** Counts how often a server reads the keying material of its connections. */
function watchExports(server: Server): () => number {
  let calls = 0;
  server.on('secureConnection', (socket: TLSSocket) => {
    const { exportKeyingMaterial } = socket;
    socket.exportKeyingMaterial = (...args) => {
      calls += 1;
      return exportKeyingMaterial.apply(socket, args);
    };
  });
  return () => calls;
}

/** How much the heap and the memory of the process have grown since, after collection. */
function watchMemory(): () => Figure {
  const before = measureMemory();
  return () => {
    const after = measureMemory();
    if (before === undefined || after === undefined) {
      return { text: 'memory not measured: node needs --expose-gc', reached: false };
    }
    const [heap, rss] = [after.heap - before.heap, after.rss - before.rss];
    const goal = `goals: ${MAX_GROWTH.heap} and ${MAX_GROWTH.rss} MB`;
    const text = `growth after collection: heap ${heap.toFixed(1)} MB, rss ${rss.toFixed(1)} MB (${goal})`;
    return { text, reached: heap <= MAX_GROWTH.heap && rss <= MAX_GROWTH.rss };
  };
}

/** In megabytes, or undefined without `--expose-gc`. */
function measureMemory(): { readonly heap: number; readonly rss: number } | undefined {
  if (globalThis.gc === undefined) return undefined;
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 1e6, rss: rss / 1e6 };
}

/** Starts the process that loads the servers. */
async function startLoad(servers: readonly Server[]) {
  const child = fork(fileURLToPath(new URL('bound-load.js', import.meta.url)));
  await once(child, 'message');
  const order = async (message: BoundLoadOrder): Promise<void> => {
    child.send(message);
    await once(child, 'message');
  };
  const end = async (): Promise<void> => {
    child.disconnect();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return { order, end };
}

async function listen(listener: RequestListener): Promise<Server> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
  });
  const options = { key, cert, keepAliveTimeout: 0, minVersion: 'TLSv1.3' } as const;
  const server = createServer(options, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function getWith(agent: Agent, port: number): Promise<void> {
  const options = { host: '127.0.0.1', port, agent, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const request = get(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on('end', resolve);
    });
    request.on('error', reject);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
