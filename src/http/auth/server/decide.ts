import type { IncomingMessage } from 'node:http';
import { isHttp2 } from '../../server/is-http2.js';
import type { Scheme } from '../scheme.js';
import { readAuthorization } from './authorization.js';
import type { Exchange } from './exchange.js';
import { isForwarded } from './forwarded.js';
import type { Handshake } from './handshake.js';
import type { Identity } from './identity.js';
import {
  CHALLENGE,
  FORWARDED,
  INTERRUPTING,
  PIPELINED,
  type Refusal,
  refuseMalformed,
  refuseVersion,
} from './refusal.js';
import type { Settings } from './settings.js';

/** What the server knows of a connection. It belongs to the socket and to nothing that a client sends. */
export interface Connection {
  /** The handshake that is not complete. */
  handshake: Handshake | undefined;
  /** The user of later requests. */
  identity: Identity | undefined;
}

/**
 * What happens to a request. Every decision but `continue` ends a handshake that is not complete, and every one but
 * `pass` and `identify` drops the user of the connection.
 */
export type Decision =
  /** It needs no authentication. */
  | { readonly action: 'pass' }
  /** The user of the connection sent it. */
  | { readonly action: 'identify'; readonly identity: Identity }
  /** Its token is the first of a handshake. */
  | { readonly action: 'begin'; readonly scheme: Scheme; readonly token: Uint8Array }
  /** Its token is the next one. */
  | { readonly action: 'continue'; readonly handshake: Handshake; readonly token: Uint8Array }
  | { readonly action: 'refuse'; readonly refusal: Refusal }
  | { readonly action: 'refuse-http2' };

/**
 * Decides about a request of a connection: nothing else does. It changes nothing.
 *
 * @throws what a function of the options throws
 */
export function decide(
  { request, isUpgrade }: Exchange,
  { handshake, identity }: Connection,
  settings: Settings,
): Decision {
  const { isTrustedProxy, schemesFor, limits } = settings;
  if (!isUpgrade && isExempt(request, settings)) return { action: 'pass' };
  // A connection of HTTP/2 has no order of requests (RFC 9113 5), which a handshake needs.
  if (isHttp2(request)) return { action: 'refuse-http2' };
  if (request.httpVersionMajor >= 2) return refuse(refuseVersion());
  if (isForwarded(request) && !isTrustedProxy(request.socket)) return refuse(FORWARDED);
  if (handshake?.isBusy === true) return refuse(PIPELINED);
  const schemes = schemesFor(request);
  const authorization = readAuthorization(request, schemes, limits.tokenBytes);
  switch (authorization.kind) {
    case 'malformed':
      return refuse(refuseMalformed(authorization.problem));
    case 'token': {
      const { scheme, token } = authorization;
      if (handshake === undefined) return { action: 'begin', scheme, token };
      if (handshake.scheme !== scheme) return refuse(INTERRUPTING);
      return { action: 'continue', handshake, token };
    }
    case 'absent':
      if (handshake !== undefined) return refuse(INTERRUPTING);
      if (identity === undefined || !schemes.includes(identity.scheme)) return refuse(CHALLENGE);
      return { action: 'identify', identity };
    case 'other':
      return refuse(handshake === undefined ? CHALLENGE : INTERRUPTING);
  }
}

function refuse(refusal: Refusal): Decision {
  return { action: 'refuse', refusal };
}

/** Whether a request needs no authentication. */
function isExempt(request: IncomingMessage, { skip }: Settings): boolean {
  if (skip === undefined) return false;
  const skips: unknown = skip(request);
  if (typeof skips !== 'boolean') throw new TypeError('options.skip must return a boolean');
  return skips;
}
