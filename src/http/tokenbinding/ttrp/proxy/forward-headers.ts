import type { TLSSocket } from 'node:tls';
import { checkObject, checkOptions, invalidArgType, outOfRange } from '../../../../bytes/check.js';
import { exportKeyingMaterial } from '../../../../tokenbinding/exporter.js';
import type { KeyType } from '../../../../tokenbinding/types.js';
import type { AnyRequest } from '../../../server/frameworks.js';
import { CONTEXT, MESSAGE, OTHER_ID, PROVIDED_ID, REFERRED_ID } from '../../fields.js';
import { readField } from '../../read-field.js';
import { checkClientRequest, checkRequest } from '../../server/check-request.js';
import type { VerifyOptions } from '../../server/options.js';
import type { RequestBindings } from '../../server/request-bindings.js';
import { readVerifyOptions, VERIFY_OPTIONS } from '../../server/settings.js';
import { closedConnection, transportOf } from '../../server/transport.js';
import { encodeContext } from '../context.js';
import { encodeIdentifiers } from '../identifiers.js';
import { checkProxyFields, type ProxyFields } from '../reverse-proxies.js';
import { endToEndHeaders, type ForwardedHeaders } from './end-to-end.js';

/** Options of {@link forwardHeaders}. */
export interface ForwardOptions extends VerifyOptions {
  /** What the backend gets. With `context` it gets the keying material, a secret. Default `identifiers`. */
  readonly fields?: ProxyFields | undefined;
}

const OPTIONS = [...VERIFY_OPTIONS, 'fields'] as const;

/**
 * For a reverse proxy that terminates TLS: verifies the message of a request, as {@link verifyRequest}, and makes the
 * headers of the request to the backend (draft-ietf-tokbind-ttrp-09 2.3). They are those of the client without
 *
 * - the fields that only a proxy may add, and names that a server can take for one: they would be the client's claims,
 * - Sec-Token-Binding, unless `fields` is `context`,
 * - fields that belong to one connection (RFC 9110 7.6.1): set Connection and Upgrade again for an upgrade,
 * - Expect, which Node has met, and Content-Length: content is always chunked,
 *
 * and with the fields of the bindings if the client has sent a message. **Do not forward a request for which it throws.**
 *
 * {@link forwardRequest} does the rest, too. Whoever sends the request by other means must
 *
 * - send these headers, no Content-Length, and the same method,
 * - send the content, if `transfer-encoding` is there, and end the outgoing request only if the client has ended its own:
 *   `pipe()` also ends it if a stream of HTTP/2 is reset. Otherwise destroy the outgoing request,
 * - destroy the response if the backend does not complete its own, and the outgoing request if the client goes away,
 * - set `servername` for a backend with TLS: Node takes it from the client's Host,
 * - send trailers, if at all, through {@link removeTokenBindingFields}.
 *
 * @param request of `node:https` or of the compatibility API of `node:http2`
 * @returns headers for `http.request`, with names in lower case
 * @throws TypeError, RangeError for a wrong argument
 * @throws HttpTokenBindingError with the `status` to answer
 * @throws TokenBindingError as `open`
 */
export async function forwardHeaders(
  request: AnyRequest,
  options: ForwardOptions = {},
): Promise<ForwardedHeaders> {
  const { rawHeaders } = checkObject('request', request);
  if (!Array.isArray(rawHeaders)) throw invalidArgType('request', 'a request of a server of Node');
  const checked = checkOptions('options', options, OPTIONS);
  const fields = checkProxyFields('options.fields', checked.fields);
  const settings = readVerifyOptions(checked);
  // The keying material of this connection is not that of the client's.
  if (fields === 'context' && settings.findProxy !== undefined) {
    throw outOfRange('options.fields', "'identifiers' with reverseProxies");
  }
  const check = settings.findProxy === undefined ? checkClientRequest : checkRequest;
  const bindings = await check(request, settings);
  const headers = endToEndHeaders(request);
  if (bindings === undefined) return headers;
  const added =
    fields === 'identifiers' ? identifierFields(bindings) : contextFields(request, bindings);
  for (const [name, value] of added) if (value !== undefined) headers[name.toLowerCase()] = value;
  return headers;
}

type Fields = readonly (readonly [name: string, value: string | undefined])[];

function identifierFields({ provided, referred, others }: RequestBindings): Fields {
  const values = encodeIdentifiers(provided, referred, others);
  return [
    [PROVIDED_ID, values.provided],
    [REFERRED_ID, values.referred],
    [OTHER_ID, values.other],
  ];
}

function contextFields(request: AnyRequest, { provided }: RequestBindings): Fields {
  const message = readField(request.rawHeaders, MESSAGE);
  // A verified provided binding has the negotiated key type.
  const context = { keyType: provided.keyType as KeyType, ekm: readEkm(request) };
  return [
    [MESSAGE, message],
    [CONTEXT, encodeContext(context)],
  ];
}

function readEkm(request: AnyRequest): Uint8Array {
  const socket: TLSSocket | undefined = transportOf(request)?.socket;
  if (socket === undefined) throw closedConnection();
  // The verification has decided about TLS 1.2.
  return exportKeyingMaterial(socket, { allowTls12: true });
}
