import type { Socket } from 'node:net';

// The part of undici that this layer uses. Its versions 6, 7 and 8 and the one in Node have it.

/** The dispatcher of the option `dispatcher` of `fetch`, as the types of Node have it. */
export type FetchDispatcher = RequestInit extends { dispatcher?: infer D } ? NonNullable<D> : never;

/** The class Agent of undici. */
export type UndiciAgentClass<D> = new (options: UndiciAgentOptions) => D;

export interface UndiciAgentOptions {
  readonly connect?: (options: UndiciConnectOptions, callback: UndiciConnectCallback) => void;
  readonly connections?: number;
  readonly pipelining?: number;
  readonly allowH2: boolean;
}

export interface UndiciConnectOptions {
  /** An IPv6 address has no brackets. */
  readonly hostname: string;
  readonly protocol: string;
  /** Empty for the default port. */
  readonly port: string;
  readonly localAddress?: string | null;
}

export type UndiciConnectCallback = (...result: [null, Socket] | [Error, null]) => void;

export interface UndiciDispatcher {
  dispatch(request: UndiciRequest, handler: object): boolean;
  /** The same dispatcher behind an interceptor. */
  compose(interceptor: (dispatch: UndiciDispatch) => UndiciDispatch): UndiciDispatcher;
  /** Waits for the requests, and closes the connections. */
  close(): Promise<void>;
  /** Fails the requests, and closes the connections. */
  destroy(error: Error): Promise<void>;
  on(event: 'drain' | 'disconnect' | 'connectionError', listener: () => void): unknown;
}

/** Handlers have another shape in each version: they are only passed on. */
export type UndiciDispatch = (options: UndiciRequest, handler: object) => boolean;

export interface UndiciRequest {
  readonly origin?: string | URL;
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
  /** The protocol that it changes to. */
  readonly upgrade?: unknown;
  /** Names and values in turn, pairs of them, or an object. */
  readonly headers?: object | null;
  /** Whether the connection is closed after the answer. */
  readonly reset?: boolean | null;
}

type AgentClass = UndiciAgentClass<UndiciDispatcher>;

/** The class Dispatcher1Wrapper of undici 8: a dispatcher for the handlers of older versions. */
type WrapperClass = new (dispatcher: { dispatch: UndiciDispatch }) => { dispatch: UndiciDispatch };

/**
 * The class Agent for the option `dispatcher` of `fetch`. Node has no other way to the class than through the
 * global dispatcher.
 *
 * @throws Error if the global dispatcher was replaced by one of another class
 */
export function fetchAgentClass(): UndiciAgentClass<FetchDispatcher> {
  // Node loads its undici, and makes the global dispatcher, at the first use of a class of fetch. rollup drops a
  // read of a global whose value is not used.
  if (typeof globalThis.Headers !== 'function') throw new Error('this process has no fetch');
  const major = Number.parseInt(process.versions['undici'] ?? '', 10);
  // Version 8 calls handlers in another way, and has its dispatchers under another symbol.
  const dispatcher = globalDispatcher(major >= 8 ? 2 : 1);
  const Agent = findAgentClass(dispatcher) ?? findLegacyAgentClass(dispatcher);
  if (Agent !== undefined) return Agent as UndiciAgentClass<unknown> as never;
  throw new Error('the global dispatcher of fetch was replaced: pass the class Agent of undici');
}

function globalDispatcher(version: 1 | 2): object | undefined {
  const symbol = Symbol.for(`undici.globalDispatcher.${version}`);
  return (globalThis as { [key: symbol]: object | undefined })[symbol];
}

/** The class of an Agent, or of the Agent that EnvHttpProxyAgent has for hosts without a proxy (NODE_USE_ENV_PROXY). */
function findAgentClass(dispatcher: object | undefined): AgentClass | undefined {
  if (dispatcher === undefined) return undefined;
  const parts = Object.getOwnPropertySymbols(dispatcher).map(
    (key): unknown => (dispatcher as { [key: symbol]: unknown })[key],
  );
  const found = [dispatcher, ...parts].find(isAgent);
  return found?.constructor as AgentClass | undefined;
}

/** The npm package undici 8 replaces the dispatcher of an older fetch by its own one in a Dispatcher1Wrapper. */
function findLegacyAgentClass(dispatcher: object | undefined): AgentClass | undefined {
  if (dispatcher?.constructor.name !== 'Dispatcher1Wrapper') return undefined;
  const Agent = findAgentClass(globalDispatcher(2));
  return Agent && withLegacyHandlers(Agent, dispatcher.constructor as WrapperClass);
}

function withLegacyHandlers(Agent: AgentClass, Wrapper: WrapperClass): AgentClass {
  return class extends Agent {
    readonly #wrapper = new Wrapper({
      dispatch: (request, handler) => super.dispatch(request, handler),
    });

    override dispatch(request: UndiciRequest, handler: object): boolean {
      return this.#wrapper.dispatch(request, handler);
    }
  };
}

function isAgent(value: unknown): value is object {
  return typeof value === 'object' && value !== null && value.constructor?.name === 'Agent';
}
