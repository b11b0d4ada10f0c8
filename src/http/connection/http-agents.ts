import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https, { type AgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import { invalidArgType } from '../../bytes/check.js';
import { checkRequestTls } from './check-request-tls.js';
import { destroyQuietly } from './deadline.js';
import { destinationOf, servernameOf, targetOf } from './destination.js';
import type { ConnectionHooks, Destination, Fields } from './hooks.js';
import { type OpenConnection, openConnection } from './open-connection.js';
import { rejectOwnFields } from './own-fields.js';
import { Placeholder } from './placeholder.js';
import {
  type ConnectionCallback,
  type PoolAgent,
  type PoolOptions,
  takeOut,
} from './pool-agent.js';
import { headOf, setFields, setTarget } from './request-head.js';
import { destroySignalOf, failRequest, startTimeout } from './unassigned-request.js';

/** A class of agents that prepare their connections. */
export type PreparedAgentClass<A> = new (hooks: ConnectionHooks, options?: AgentOptions) => A;

/** An agent for http: whose connections are prepared before a request gets them. */
export const PreparedHttpAgent: PreparedAgentClass<http.Agent> = agentClassOver(
  http.Agent as unknown as PoolAgentClass,
  'http:',
);

/** An agent for https: whose connections are prepared before a request gets them. It resumes no TLS session. */
export const PreparedHttpsAgent: PreparedAgentClass<https.Agent> = agentClassOver(
  https.Agent as unknown as PoolAgentClass,
  'https:',
);

type PoolAgentClass = new (options: AgentOptions) => PoolAgent;

function agentClassOver(
  Base: PoolAgentClass,
  protocol: Destination['protocol'],
): PreparedAgentClass<PoolAgent> {
  /** In the options of a connection, the request that it is made for. */
  const REQUEST: unique symbol = Symbol('request');
  type Options = PoolOptions & { readonly [REQUEST]?: ClientRequest };

  return class PreparedAgent extends Base {
    readonly #hooks: ConnectionHooks;
    /** The fields that `prepare` returned for the requests of a connection. */
    readonly #fields = new WeakMap<Socket, Fields>();
    /** Connections that had their only request. */
    readonly #oneRequestSockets = new WeakSet<Socket>();
    readonly #onSocket: (this: ClientRequest, socket: Socket) => void;
    readonly #onResponse: (this: ClientRequest, answer: IncomingMessage) => void;
    #last: (Pick<PoolOptions, 'host' | 'port'> & { readonly destination: Destination }) | undefined;

    constructor(hooks: ConnectionHooks, options: AgentOptions = {}) {
      super({ keepAlive: true, ...options, maxCachedSessions: 0 });
      this.#hooks = hooks;
      const seeSocket = this.#seeSocket.bind(this);
      const seeAnswer = this.#seeAnswer.bind(this);
      this.#onSocket = function (socket) {
        seeSocket(this, socket);
      };
      this.#onResponse = function (answer) {
        seeAnswer(this, answer);
      };
      hooks.signal.addEventListener('abort', () => this.#close(), { once: true });
      // The listener of http.Agent gives the socket to the next request, unless it is destroyed.
      this.prependListener('free', (socket: Socket) => {
        if (this.#oneRequestSockets.has(socket)) socket.destroy();
      });
    }

    /** Requests in progress fail with the reason of the signal. */
    #close(): void {
      const { reason } = this.#hooks.signal;
      for (const socket of Object.values(this.sockets).flatMap((list) => list ?? [])) {
        if (!(socket instanceof Placeholder)) destroyQuietly(socket, reason);
      }
      this.destroy();
    }

    override addRequest(request: ClientRequest, options: PoolOptions): void {
      let own = options;
      try {
        const { hostname } = this.#admit(request, options);
        if (protocol === 'https:') own = this.#withServername(options, servernameOf(hostname));
      } catch (error) {
        failRequest(request, error);
        return;
      }
      super.addRequest(request, own);
    }

    /** Without it, https.Agent takes the name in the field Host, which need not be that of the origin. */
    #withServername(options: PoolOptions, servername: string): PoolOptions {
      checkRequestTls(options, this.options, servername);
      return { ...options, servername };
    }

    #admit(request: ClientRequest, options: PoolOptions): Destination {
      const { onAnswer, isForwardProxy, isForOneRequest, ownFields } = this.#hooks;
      const own: PoolOptions = this.options;
      // As in http.Agent, which joins both with a spread: the options of the agent come last.
      const socketPath = 'socketPath' in own ? own.socketPath : options.socketPath;
      const host = 'host' in own ? own.host : options.host;
      const port = 'port' in own ? own.port : options.port;
      if (socketPath) throw invalidArgType('socketPath', 'absent: it has no origin');
      const destination = this.#destinationOf(host, port);
      this.#hooks.checkDestination(destination);
      if (isForwardProxy) setTarget(request, targetOf(this.#hooks, destination, request.path));
      if (ownFields !== undefined) rejectOwnFields(request, ownFields);
      if (isForOneRequest) request.shouldKeepAlive = false;
      // Both events come once. A listener that removes itself, and a new one for each request, take longer.
      request.prependListener('socket', this.#onSocket);
      if (onAnswer !== undefined) request.prependListener('response', this.#onResponse);
      return destination;
    }

    /** Most requests go where the one before went, and parsing a URL takes long. */
    #destinationOf(host: PoolOptions['host'], port: PoolOptions['port']): Destination {
      const last = this.#last;
      if (last !== undefined && last.host === host && last.port === port) return last.destination;
      const destination = destinationOfOptions({ host, port });
      this.#last = { host, port, destination };
      return destination;
    }

    #seeSocket(request: ClientRequest, socket: Socket): void {
      const { isForOneRequest, ownFields } = this.#hooks;
      const fields = this.#fields.get(socket);
      if (isForOneRequest || (fields !== undefined && ownFields === undefined)) {
        this.#oneRequestSockets.add(socket);
        request.shouldKeepAlive = false;
      }
      try {
        // The application may have set one since.
        if (ownFields !== undefined) rejectOwnFields(request, ownFields);
        if (fields !== undefined) setFields(request, fields);
      } catch (error) {
        socket.destroy(error as Error);
      }
    }

    #seeAnswer(request: ClientRequest, answer: IncomingMessage): void {
      const { socket, statusCode = 0 } = answer;
      if (this.#hooks.onAnswer?.(socket, statusCode, headOf(request), false) === 'close') {
        // At once: Node would wait for the end of the request, which this server may never read.
        answer.once('end', () => socket.destroy());
      }
      // Node drops the content only if there is no listener at all, and this one stays.
      if (request.listenerCount('response') === 1) answer.resume();
    }

    override createSocket(
      request: ClientRequest,
      options: PoolOptions,
      callback: ConnectionCallback,
    ): void {
      const withRequest: Options = { ...options, [REQUEST]: request };
      super.createSocket(request, withRequest, callback);
    }

    override createConnection(
      options: Options,
      callback: ConnectionCallback = () => {},
    ): undefined {
      const { [REQUEST]: request } = options;
      const name = this.getName(options);
      // http.Agent leaves the request in its queue, and could make another connection for it.
      const isQueued = request !== undefined && takeOut(this.requests, name, request);
      const placeholder = new Placeholder(this, options);
      const fail = (error: Error) => {
        if (request === undefined) callback(error, placeholder);
        else failRequest(request, error);
        placeholder.givePlaceToQueue();
      };
      this.#open(options, request, placeholder.signal).then(({ socket, fields }) => {
        if (placeholder.destroyed) {
          destroyQuietly(socket);
          return fail(placeholder.signal.reason);
        }
        if (fields !== undefined) this.#fields.set(socket, fields);
        placeholder.yieldPlace();
        if (isQueued) this.requests[name] = [request, ...(this.requests[name] ?? [])];
        callback(null, socket);
      }, fail);
    }

    async #open(
      { path: _, ...options }: PoolOptions,
      request: ClientRequest | undefined,
      signal: AbortSignal,
    ): Promise<OpenConnection> {
      const destination = destinationOfOptions(options);
      const path = request?.path ?? '/';
      const signals = request === undefined ? [signal] : [signal, destroySignalOf(request)];
      const stopTimeout = request === undefined ? () => {} : startTimeout(request);
      try {
        const tls: AgentOptions = this.options;
        const asked = { destination, path, options, tls, signals };
        const opened = await openConnection(this.#hooks, asked);
        if (options.timeout) opened.socket.setTimeout(options.timeout);
        return opened;
      } finally {
        stopTimeout();
      }
    }
  };

  function destinationOfOptions({ host, port }: PoolOptions): Destination {
    return destinationOf({ protocol, host: host ?? 'localhost', port: port ?? '' });
  }
}
