/**
 * HTTP authentication with Negotiate and NTLM (RFC 4559, MS-NTHT) for Node's own clients and servers, over
 * `tokenbinding/sspi`.
 *
 * @module
 */

export { type AuthenticatedAgents, authenticatedAgents } from './http/auth/client/agents.js';
export type { ClientEvent } from './http/auth/client/events.js';
export type {
  AuthenticationScope,
  ChannelBindingChoice,
  ClientOptions,
  ClientTlsOptions,
  ProbeOptions,
  ProxyOptions,
  UndiciAgentClass,
} from './http/auth/client/options.js';
export {
  HttpAuthError,
  type HttpAuthErrorCode,
  type HttpAuthErrorDetails,
} from './http/auth/error.js';
export type { Scheme } from './http/auth/scheme.js';
export type {
  NegotiateEvent,
  NegotiateEventBase,
  NegotiateEventType,
} from './http/auth/server/events.js';
export { type FastifyNegotiatePlugin, fastifyNegotiate } from './http/auth/server/fastify.js';
export type { HttpAuth } from './http/auth/server/identity.js';
export { type KoaMiddleware, koaNegotiate } from './http/auth/server/koa.js';
export {
  type NegotiateMiddleware,
  type Negotiator,
  negotiate,
} from './http/auth/server/negotiate.js';
export type { NegotiateLimits, NegotiateOptions } from './http/auth/server/options.js';
export { isPreflight } from './http/auth/server/preflight.js';
