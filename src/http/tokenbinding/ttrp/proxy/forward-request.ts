import { type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import { type RequestOptions, request as sendSecure } from 'node:https';
import { isIP } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { checkObject, checkOneOf, invalidArgType, outOfRange } from '../../../../bytes/check.js';
import { withoutPrototype } from '../../../../bytes/without-prototype.js';
import type { AnyRequest, AnyResponse } from '../../../server/frameworks.js';
import { isHttp2 } from '../../../server/is-http2.js';
import { closedConnection } from '../../server/transport.js';
import { isGone, requireUnread, sendContent } from './content.js';
import { type ForwardedHeaders, removeHopByHop } from './end-to-end.js';
import { type ForwardOptions, forwardHeaders } from './forward-headers.js';

/**
 * Where the backend is: the options of `http.request`, or of `https.request` if `protocol` is `https:`. Its certificate
 * must have the name in `servername` or else in `host`, whatever host the client has asked for.
 */
export type BackendOptions = Omit<RequestOptions, 'headers' | 'method' | 'path'>;

/**
 * For a reverse proxy that terminates TLS: verifies the message of a request and sends the request to a backend, with the
 * headers of {@link forwardHeaders}, and the answer to the client. What one side does not complete, the other side does not
 * get as complete: the connection is closed, or the stream reset. Trailers and interim responses are not forwarded.
 *
 * If it fails before the response has begun, it throws and sends no response. Answer then, as the example does; afterwards
 * the response is destroyed. A failed verification has reached no backend. For upgrades and CONNECT use
 * {@link forwardHeaders}.
 *
 * @param request of `node:https` or of the compatibility API of `node:http2`; nobody may have read its content
 * @param response to the client
 * @param backend `timeout` and `signal` end a request that takes too long
 * @throws TypeError, RangeError for a wrong argument; RangeError also for a request of HTTP/2 whose method is CONNECT or not in
 * upper case, or whose target is no path: Node would send the backend another method
 * @throws HttpTokenBindingError with the `status` to answer
 * @throws TokenBindingError as `open`
 * @throws Error if the backend fails, or sends a status that the client's protocol does not have
 *
 * @example
 * import { readFileSync } from 'node:fs';
 * import { createServer } from 'node:https';
 * import { forwardRequest } from 'tokenbinding/http';
 *
 * // The backend is on port 8080 and names this proxy in reverseProxies.
 * const backend = { host: 'localhost', port: 8080, timeout: 60_000 };
 * const [key, cert] = [readFileSync('key.pem'), readFileSync('cert.pem')];
 * const server = createServer({ key, cert, minVersion: 'TLSv1.3' }, async (request, response) => {
 *   try {
 *     await forwardRequest(request, response, backend);
 *   } catch (error) {
 *     if (!response.headersSent) response.writeHead(error.status ?? 502).end();
 *   }
 * });
 */
export async function forwardRequest(
  request: AnyRequest,
  response: AnyResponse,
  backend: BackendOptions,
  options: ForwardOptions = {},
): Promise<void> {
  checkObject('response', response);
  if (isHttp2(request)) requirePlainRequest(request);
  const open = checkBackend(backend);
  const headers = await forwardHeaders(request, options);
  const hasContent = headers['transfer-encoding'] !== undefined;
  if (hasContent) requireUnread(request);
  if (isGone(request)) throw closedConnection();
  const outgoing = open(request, keepLength(request, headers));
  const leave = () => outgoing.destroy(closedConnection());
  response.once('close', leave);
  try {
    const answer = answerOf(outgoing);
    if (hasContent) sendContent(request, outgoing);
    else outgoing.end();
    await sendAnswer(await answer, request, response);
    // The backend has answered before the content was complete.
    if (!outgoing.writableEnded) leave();
  } catch (error) {
    outgoing.destroy();
    throw error;
  } finally {
    response.off('close', leave);
    // Otherwise the client could not go on.
    request.unpipe(outgoing).resume();
  }
}

/** Node takes any method and path of HTTP/2, and would write the method in upper case. */
function requirePlainRequest({ method, url }: AnyRequest): void {
  const isPlain = method !== 'CONNECT' && method === method?.toUpperCase();
  if (isPlain && (url?.startsWith('/') || url === '*')) return;
  throw outOfRange(
    'request',
    'a request with a method in upper case, not CONNECT, and with a path',
  );
}

type Open = (request: AnyRequest, headers: ForwardedHeaders) => ClientRequest;

function checkBackend(value: unknown): Open {
  // It would be taken for options without a host.
  if (value instanceof URL) throw invalidArgType('backend', 'an object of options, not a URL');
  const backend: BackendOptions = withoutPrototype({ ...checkObject('backend', value) });
  const { protocol = 'http:' } = backend;
  checkOneOf('backend.protocol', protocol, ['http:', 'https:']);
  return ({ method, url: path }, headers) => {
    const own = { ...backend, method, path, headers };
    const outgoing =
      protocol === 'http:'
        ? send(own)
        : sendSecure({ ...own, servername: backend.servername ?? nameOf(backend) });
    // Without the option there is the event, too: an agent has a timeout for idle connections.
    if (backend.timeout !== undefined) {
      outgoing.on('timeout', () => outgoing.destroy(new Error('the backend takes too long')));
    }
    return outgoing;
  };
}

/** Node would take the name from the client's field Host. */
function nameOf({ hostname, host }: BackendOptions): string {
  const name = hostname || host || 'localhost';
  return isIP(name) === 0 ? name : '';
}

/** Node ends a request of HTTP/1.1 only after as much content as the client has declared. */
function keepLength(request: AnyRequest, headers: ForwardedHeaders): ForwardedHeaders {
  const { 'transfer-encoding': codings, ...others } = headers;
  const { 'content-length': length, 'transfer-encoding': received } = request.headers;
  const isFramedByLength = codings !== undefined && length !== undefined && received === undefined;
  return isFramedByLength && !isHttp2(request) ? { ...others, 'content-length': length } : headers;
}

function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    // Node emits no error if the backend switches protocols.
    outgoing.on('close', () => reject(new Error('the backend has sent no response')));
  });
}

async function sendAnswer(
  answer: IncomingMessage,
  request: AnyRequest,
  response: AnyResponse,
): Promise<void> {
  const { statusCode: status = 0, headers: received } = answer;
  if (status < 200 || (isHttp2(request) && status > 599)) {
    throw new Error(`the backend has sent the status ${status}`);
  }
  const headers = removeHopByHop(received);
  // RFC 9110 8.6
  if (status === 204) delete headers['content-length'];
  try {
    response.writeHead(status, headers as never);
  } catch (error) {
    // Node has set them. They are not those of the caller's answer.
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    throw error;
  }
  await pipeline(answer, response as NodeJS.WritableStream);
}
