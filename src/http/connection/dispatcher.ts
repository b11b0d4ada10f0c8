import type { ConnectionOptions } from 'node:tls';
import { destinationOf, targetOf } from './destination.js';
import type { ConnectionHooks } from './hooks.js';
import { KeptPool } from './kept-pool.js';
import { OneRequestPool } from './one-request-pool.js';
import { RepeatingPool } from './repeating-pool.js';
import type { UndiciAgentClass, UndiciDispatch, UndiciDispatcher } from './undici.js';
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
  const { connections: limit = Number.POSITIVE_INFINITY, tls } = options;
  const Agent = options.Agent as UndiciAgentClass<unknown> as UndiciAgentClass<UndiciDispatcher>;
  const connections = new UndiciConnections(hooks, tls);
  const Pool = poolClassFor(hooks);
  const factory = (origin: string | URL) => new Pool(Agent, connections, origin, limit);
  const ownOptions = { allowH2: false, factory };
  const agent = new Agent(ownOptions);
  const dispatcher = hooks.isForwardProxy
    ? agent.compose((dispatch) => withTarget(hooks, dispatch))
    : agent;
  return dispatcher as unknown as D;
}

/** The class that makes the connections to an origin, in place of undici's pool. */
function poolClassFor({ isForOneRequest, ownFields }: ConnectionHooks) {
  if (isForOneRequest) return OneRequestPool;
  return ownFields === undefined ? RepeatingPool : KeptPool;
}

function withTarget(hooks: ConnectionHooks, dispatch: UndiciDispatch): UndiciDispatch {
  return (request, handler) => {
    const path = targetOf(hooks, destinationOf(request.origin ?? ''), request.path);
    return dispatch({ ...request, path }, handler);
  };
}
