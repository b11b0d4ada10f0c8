import { checkKeyType, type KeyType } from '../../../tokenbinding/types.js';
import type { AnyRequest } from '../../server/frameworks.js';
import { HttpTokenBindingError } from '../error.js';
import { MESSAGE } from '../fields.js';
import { readField } from '../read-field.js';
import { checkProxiedRequest, forbidProxyFields } from './check-proxied-request.js';
import { type Claim, connectionOf } from './connection.js';
import type { Tls12Policy } from './options.js';
import { copyBindings, type RequestBindings } from './request-bindings.js';
import { requireAllFields } from './require-all-fields.js';
import type { VerifySettings } from './settings.js';
import { type Transport, transportOf } from './transport.js';
import { verifyMessage } from './verify-message.js';

/**
 * Verifies the message of a request for its connection, or reads what a trusted proxy has verified. There is no promise if
 * the verdict is known: the request has no message, or the connection has had it before.
 *
 * @returns undefined if the request has no message and needs none
 * @throws HttpTokenBindingError, in the promise or at once
 */
export function checkRequest(
  request: AnyRequest,
  settings: VerifySettings,
): RequestBindings | undefined | Promise<RequestBindings> {
  requireAllFields(request);
  const fields = settings.findProxy?.(request);
  if (fields !== undefined) return checkProxiedRequest(request, fields, settings);
  forbidProxyFields(request);
  return verifyOwnMessage(request, settings);
}

/** {@link checkRequest} for the first proxy, which removes the fields that only a proxy may add: they are no error. */
export function checkClientRequest(
  request: AnyRequest,
  settings: VerifySettings,
): RequestBindings | undefined | Promise<RequestBindings> {
  requireAllFields(request);
  return verifyOwnMessage(request, settings);
}

function verifyOwnMessage(
  request: AnyRequest,
  settings: VerifySettings,
): RequestBindings | undefined | Promise<RequestBindings> {
  const field = readField(request.rawHeaders, MESSAGE);
  const transport = findTransport(request);
  const negotiated = keyTypeOf(transport, settings);
  if (field === undefined) {
    if (!settings.required && (settings.negotiated === undefined || negotiated === undefined)) {
      return undefined;
    }
    if (transport === undefined) throw noTransport();
    connectionOf(transport).requireSafe(settings.tls12);
    const problem =
      'the request has no field Sec-Token-Binding: the client needs boundAgents(), whose origins include this one with its port';
    throw new HttpTokenBindingError('ERR_HTTP_TB_REQUIRED', problem);
  }
  if (transport === undefined) throw noTransport();
  if (negotiated === undefined) {
    const problem = 'the connection did not negotiate Token Binding';
    throw new HttpTokenBindingError('ERR_HTTP_TB_NOT_NEGOTIATED', problem);
  }
  const { provider, maxTokenBindings, tls12 } = settings;
  return verifyField({ field, keyType: negotiated, provider, maxTokenBindings }, transport, tls12);
}

function noTransport(): HttpTokenBindingError {
  const problem =
    'Token Binding needs an open TLS connection. Behind a reverse proxy that terminates TLS, the proxy must verify';
  return new HttpTokenBindingError('ERR_HTTP_TB_CONNECTION', problem);
}

function verifyField(
  claim: Claim,
  transport: Transport,
  tls12: Tls12Policy,
): RequestBindings | Promise<RequestBindings> {
  const connection = connectionOf(transport);
  connection.requireSafe(tls12);
  const known = connection.find(claim);
  if (known !== undefined) return copyBindings(known);
  const verify = (ekm: Uint8Array) => verifyMessage(claim, ekm, transport.isClosed);
  return connection.verify(claim, transport, verify).then(copyBindings);
}

/** Node throws while it detaches the socket of an HTTP/2 session. */
function findTransport(request: AnyRequest): Transport | undefined {
  try {
    return transportOf(request);
  } catch {
    return undefined;
  }
}

/** The key type that provided bindings must have; undefined if the connection did not negotiate Token Binding. */
function keyTypeOf(
  transport: Transport | undefined,
  { negotiated, keyType }: VerifySettings,
): KeyType | undefined {
  if (negotiated === undefined) return keyType;
  if (transport === undefined) return undefined;
  try {
    const chosen = negotiated(transport.socket);
    return chosen === undefined ? undefined : checkKeyType('the result of negotiated', chosen);
  } catch (cause) {
    throw new HttpTokenBindingError('ERR_HTTP_TB_FAILED', 'the option negotiated failed', {
      cause,
    });
  }
}
