import { destinationOf } from './destination.js';
import type { ConnectionHooks } from './hooks.js';
import type { OpenConnection } from './open-connection.js';
import { Turns } from './turns.js';
import type {
  UndiciAgentClass,
  UndiciConnectCallback,
  UndiciDispatch,
  UndiciDispatcher,
  UndiciRequest,
} from './undici.js';
import type { UndiciConnections } from './undici-connections.js';
import { replaceHeaders } from './undici-headers.js';

type AgentClass = UndiciAgentClass<UndiciDispatcher>;

/**
 * Gives each request a connection of its own, and the fields that were prepared with it.
 *
 * @param limit connections to one origin at a time
 */
export function dispatchAlone(
  Agent: AgentClass,
  hooks: ConnectionHooks,
  connections: UndiciConnections,
  limit: number,
): UndiciDispatch {
  const turnsOf = new Map<string, Turns>();

  async function open({ origin, path }: UndiciRequest): Promise<OpenConnection> {
    const destination = destinationOf(origin ?? '');
    hooks.checkDestination(destination);
    const turns = turnsOf.get(destination.origin) ?? new Turns(limit);
    turnsOf.set(destination.origin, turns);
    await turns.take();
    try {
      const opened = await connections.open(destination, path);
      opened.socket.once('close', () => turns.end());
      return opened;
    } catch (error) {
      turns.end();
      throw error;
    }
  }

  return (request, handler) => {
    open(request).then(
      ({ socket, fields = {} }) => {
        const headers = replaceHeaders(request.headers, fields);
        const last = { ...request, headers, reset: true };
        dispatchOver(Agent, (callback) => callback(null, socket), last, handler);
      },
      (error: Error) => {
        dispatchOver(Agent, (callback) => callback(error, null), request, handler);
      },
    );
    return true;
  };
}

/** Sends one request over a connection that is there, or fails it in the way of its version of undici. */
function dispatchOver(
  Agent: AgentClass,
  connect: (callback: UndiciConnectCallback) => void,
  request: UndiciRequest,
  handler: object,
): void {
  const agent = new Agent({
    connections: 1,
    pipelining: 1,
    allowH2: false,
    // undici does not expect the call before `connect` returns.
    connect: (_, callback) => queueMicrotask(() => connect(callback)),
  });
  agent.dispatch(request, handler);
  // Closes the connection when the request has ended, however it ended.
  agent.close().catch(() => {});
}
