/**
 * Token Binding over HTTP (RFC 8473) for servers, reverse proxies and clients of Node: sends the field
 * Sec-Token-Binding in requests, verifies it, forwards what was verified, and verifies whether tokens and cookies are
 * bound to the keys that requests prove.
 *
 * @module
 */

export { type BoundAgents, boundAgents, type Redirect } from './http/tokenbinding/client/agents.js';
export type {
  BoundAgentsOptions,
  ClientTlsOptions,
  ReferredTarget,
  UndiciAgentClass,
} from './http/tokenbinding/client/options.js';
export type { RedirectResponse } from './http/tokenbinding/client/redirect-response.js';
export {
  HttpTokenBindingError,
  type HttpTokenBindingErrorCode,
} from './http/tokenbinding/error.js';
export {
  type FastifyTokenBindingPlugin,
  fastifyTokenBinding,
} from './http/tokenbinding/server/fastify.js';
export {
  type KoaTokenBindingMiddleware,
  koaTokenBinding,
} from './http/tokenbinding/server/koa.js';
export {
  type TokenBindingMiddleware,
  tokenBinding,
  type UpgradeVerifier,
} from './http/tokenbinding/server/middleware.js';
export type {
  Tls12Policy,
  TokenBindingOptions,
  VerifyOptions,
} from './http/tokenbinding/server/options.js';
export type { RequestBindings } from './http/tokenbinding/server/request-bindings.js';
export { verifyRequest } from './http/tokenbinding/server/verify-request.js';
export {
  type BoundCookieOptions,
  openCookie,
  type SealCookieOptions,
  sealCookie,
} from './http/tokenbinding/tokens/bound-cookie.js';
export { verifyClientData } from './http/tokenbinding/tokens/client-data.js';
export {
  type Confirmation,
  confirmation,
  verifyConfirmation,
} from './http/tokenbinding/tokens/confirmation.js';
export { verifyIntrospection } from './http/tokenbinding/tokens/introspection.js';
export { TOKEN_BINDING_METADATA } from './http/tokenbinding/tokens/metadata.js';
export {
  type PkceChallenge,
  type PkceMethod,
  type PkceProof,
  pkceChallenge,
  pkceVerifier,
  verifyPkce,
} from './http/tokenbinding/tokens/pkce.js';
export type { ForwardedHeaders } from './http/tokenbinding/ttrp/proxy/end-to-end.js';
export {
  type ForwardOptions,
  forwardHeaders,
} from './http/tokenbinding/ttrp/proxy/forward-headers.js';
export {
  type BackendOptions,
  forwardRequest,
} from './http/tokenbinding/ttrp/proxy/forward-request.js';
export { removeTokenBindingFields } from './http/tokenbinding/ttrp/proxy/remove-fields.js';
export type { ProxyFields, ReverseProxy } from './http/tokenbinding/ttrp/reverse-proxies.js';
