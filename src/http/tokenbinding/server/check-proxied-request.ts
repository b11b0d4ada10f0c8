import type { AnyRequest } from '../../server/frameworks.js';
import { HttpTokenBindingError } from '../error.js';
import {
  CONTEXT,
  EARLY_DATA,
  isLookalike,
  isProxyField,
  MESSAGE,
  OTHER_ID,
  PROVIDED_ID,
  REFERRED_ID,
} from '../fields.js';
import { readField } from '../read-field.js';
import { decodeContext } from '../ttrp/context.js';
import { readIdentifiers } from '../ttrp/identifiers.js';
import type { ProxyFields } from '../ttrp/reverse-proxies.js';
import { wrongFields } from '../ttrp/wrong-fields.js';
import { copyBindings, type RequestBindings, sortBindings } from './request-bindings.js';
import type { VerifySettings } from './settings.js';
import { rejectionOf, verifyMessage } from './verify-message.js';

/** @throws HttpTokenBindingError ERR_HTTP_TB_PROXY */
export function forbidProxyFields({ rawHeaders }: AnyRequest): void {
  const field = findName(rawHeaders, isProxyField);
  if (field === undefined) return;
  throw wrongFields(`a reverse proxy must be named to send the field ${field}`);
}

/**
 * Reads what a trusted proxy says about the connection of a client.
 *
 * @returns undefined if the client has sent no message and needs none
 * @throws HttpTokenBindingError, in the promise or at once
 */
export function checkProxiedRequest(
  { rawHeaders }: AnyRequest,
  fields: ProxyFields,
  settings: VerifySettings,
): RequestBindings | undefined | Promise<RequestBindings> {
  const lookalike = findName(rawHeaders, isLookalike);
  if (lookalike !== undefined) throw wrongFields(`the proxy does not remove ${lookalike}`);
  const bindings =
    fields === 'identifiers'
      ? readProxiedIdentifiers(rawHeaders, settings)
      : verifyForContext(rawHeaders, settings);
  if (bindings === undefined && settings.required) {
    const problem = `the request has no field ${fields === 'identifiers' ? PROVIDED_ID : MESSAGE}`;
    throw new HttpTokenBindingError('ERR_HTTP_TB_REQUIRED', problem);
  }
  return bindings;
}

/** draft-ietf-tokbind-ttrp-09 2.3 */
function readProxiedIdentifiers(
  rawHeaders: readonly string[],
  { maxTokenBindings }: VerifySettings,
): RequestBindings | undefined {
  forbid(rawHeaders, MESSAGE, CONTEXT);
  try {
    const results = readIdentifiers(rawHeaders, maxTokenBindings);
    if (results === undefined) return undefined;
    forbidEarlyData(rawHeaders);
    return copyBindings(sortBindings(results));
  } catch (error) {
    throw rejectionOf(error);
  }
}

/** draft-campbell-tokbind-tls-term-00 2 */
function verifyForContext(
  rawHeaders: readonly string[],
  { provider, maxTokenBindings }: VerifySettings,
): Promise<RequestBindings> | undefined {
  forbid(rawHeaders, PROVIDED_ID, REFERRED_ID, OTHER_ID);
  const field = readField(rawHeaders, MESSAGE);
  const encoded = readField(rawHeaders, CONTEXT);
  if (encoded === undefined && field === undefined) return undefined;
  if (encoded === undefined) {
    const problem = `the proxy has not sent the field ${CONTEXT}: Token Binding was not negotiated`;
    throw new HttpTokenBindingError('ERR_HTTP_TB_NOT_NEGOTIATED', problem);
  }
  if (field === undefined) {
    const problem = `the request has no field ${MESSAGE}, though it was negotiated`;
    throw new HttpTokenBindingError('ERR_HTTP_TB_REQUIRED', problem);
  }
  forbidEarlyData(rawHeaders);
  const { keyType, ekm } = decodeOrReject(encoded);
  return verifyMessage({ field, keyType, provider, maxTokenBindings }, ekm).then(copyBindings);
}

function decodeOrReject(encoded: string): ReturnType<typeof decodeContext> {
  try {
    return decodeContext(encoded);
  } catch (error) {
    throw rejectionOf(error);
  }
}

/** RFC 8470 5.1: with any value, and however often, the field means 1. */
function forbidEarlyData(rawHeaders: readonly string[]): void {
  if (findName(rawHeaders, (name) => isSame(name, EARLY_DATA)) === undefined) return;
  const problem = 'the request came as early data, which proves no key';
  throw new HttpTokenBindingError('ERR_HTTP_TB_EARLY_DATA', problem);
}

function forbid(rawHeaders: readonly string[], ...fields: string[]): void {
  const found = fields.find(
    (field) => findName(rawHeaders, (name) => isSame(name, field)) !== undefined,
  );
  if (found !== undefined) throw wrongFields(`the proxy must not send the field ${found}`);
}

function isSame(name: string, field: string): boolean {
  return name.toLowerCase() === field.toLowerCase();
}

function findName(
  rawHeaders: readonly string[],
  matches: (name: string) => boolean,
): string | undefined {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (matches(name)) return name;
  }
  return undefined;
}
