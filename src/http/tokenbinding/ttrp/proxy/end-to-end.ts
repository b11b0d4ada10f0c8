import type { IncomingHttpHeaders } from 'node:http';
import { trimSpaces } from '../../../../bytes/trim-spaces.js';
import type { AnyRequest } from '../../../server/frameworks.js';
import { isHttp2 } from '../../../server/is-http2.js';
import { removeTokenBindingFields } from './remove-fields.js';

/** Headers for a request, by their names in lower case. */
export type ForwardedHeaders = Record<string, string | string[]>;

/** Fields of one connection (RFC 9110 7.6.1), and the framing. Trailer announces fields that are not forwarded. */
const HOP_BY_HOP: readonly string[] = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * The headers of a request that its proxy may forward. Content is always chunked: a backend that waits for the rest of a
 * Content-Length reads the next request as content, and takes content without framing for a request. The fields of that
 * request are ones that nobody has removed.
 */
export function endToEndHeaders(request: AnyRequest): ForwardedHeaders {
  // Node has met Expect: the content comes without another answer.
  const { 'content-length': _, expect: __, ...fields } = request.headers;
  const forwarded = removeHopByHop(removeTokenBindingFields(fields));
  // RFC 9113 8.3.1: it replaces a field Host.
  if (isHttp2(request) && request.authority) forwarded['host'] = request.authority;
  if (hasContent(request)) forwarded['transfer-encoding'] = codingsOf(request.headers);
  return forwarded;
}

/** The fields of a message that are not those of one connection. Connection cannot name Host. */
export function removeHopByHop(headers: IncomingHttpHeaders): ForwardedHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => trimSpaces(name).toLowerCase());
  const dropped = new Set([...named.filter((name) => name !== 'host'), ...HOP_BY_HOP]);
  const kept: ForwardedHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':') && !dropped.has(name)) kept[name] = value;
  }
  return kept;
}

/** Whether content can come, announced or not. */
function hasContent(request: AnyRequest): boolean {
  if (isHttp2(request)) return !request.stream.endAfterHeaders;
  const { headers, complete, readableLength } = request;
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = headers['content-length'];
  return length === undefined ? !complete || readableLength > 0 : Number(length) !== 0;
}

/** Node has decoded only the last coding, which is chunked (RFC 9112 6.1). */
function codingsOf({ 'transfer-encoding': codings = '' }: IncomingHttpHeaders): string {
  const kept = codings.split(',').map((coding) => trimSpaces(coding));
  return [...kept.filter((coding) => !/^(?:chunked|identity)?$/i.test(coding)), 'chunked'].join(
    ', ',
  );
}
