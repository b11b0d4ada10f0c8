import type { ConnectionOptions } from 'node:tls';
import { destinationOf, targetOf } from './destination.js';
import type { ConnectionHooks } from './hooks.js';
import { dispatchAlone } from './one-request-dispatcher.js';
import type {
  UndiciAgentClass,
  UndiciConnectCallback,
  UndiciConnectOptions,
  UndiciDispatch,
  UndiciDispatcher,
} from './undici.js';
import { UndiciConnections } from './undici-connections.js';

export interface DispatcherOptions<D> {
  /** The class Agent of undici, version 6, 7 or 8. */
  readonly Agent: UndiciAgentClass<D>;
  /** The most connections to one origin. Absent: no limit. */
  readonly connections?: number | undefined;
  /** Options of `tls.connect`. */
  readonly tls?: ConnectionOptions | undefined;
}

/** A dispatcher of undici whose connections are prepared before a request gets them. */
export function createDispatcher<D>(hooks: ConnectionHooks, options: DispatcherOptions<D>): D {
  const { connections = Number.POSITIVE_INFINITY, tls } = options;
  const Agent = options.Agent as UndiciAgentClass<unknown> as UndiciAgentClass<UndiciDispatcher>;
  const maker = new UndiciConnections(hooks, tls);
  const agent = new Agent({
    ...(Number.isFinite(connections) ? { connections } : {}),
    // One request at a time: the answer to a request tells about its connection.
    pipelining: 1,
    allowH2: false,
    connect: (from, callback) => connect(hooks, maker, from, callback),
  });
  const dispatcher = hooks.isForOneRequest
    ? agent.compose(() => dispatchAlone(Agent, hooks, maker, connections))
    : agent;
  const proxied = hooks.isForwardProxy
    ? dispatcher.compose((dispatch) => withTarget(hooks, dispatch))
    : dispatcher;
  return proxied as unknown as D;
}

function connect(
  hooks: ConnectionHooks,
  maker: UndiciConnections,
  { hostname, protocol, port, servername, localAddress }: UndiciConnectOptions,
  callback: UndiciConnectCallback,
): void {
  const open = async () => {
    const options = {
      ...(servername ? { servername } : {}),
      ...(localAddress ? { localAddress } : {}),
    };
    const destination = destinationOf({ protocol, host: hostname, port });
    return maker.open(destination, targetOf(hooks, destination, '/'), options);
  };
  open().then(
    ({ socket }) => callback(null, socket),
    (error: Error) => callback(error, null),
  );
}

function withTarget(hooks: ConnectionHooks, dispatch: UndiciDispatch): UndiciDispatch {
  return (request, handler) => {
    const path = targetOf(hooks, destinationOf(request.origin ?? ''), request.path);
    return dispatch({ ...request, path }, handler);
  };
}
