import { checkObject, invalidArgType } from '../../../bytes/check.js';
import type { AnyRequest } from '../../server/frameworks.js';
import { checkRequest } from './check-request.js';
import type { VerifyOptions } from './options.js';
import type { RequestBindings } from './request-bindings.js';
import { checkVerifyOptions } from './settings.js';

/**
 * Verifies the Token Bindings of one request (RFC 8473 2) for the TLS connection that it came on, and answers nothing:
 * {@link tokenBinding} is the middleware. The field Sec-Token-Binding must be there once, in base64url without padding,
 * with exactly one provided binding and at most one referred binding; every signature that can be checked must be valid.
 *
 * A message that was valid is not verified again on the same connection.
 *
 * @param request of `node:https` or of the compatibility API of `node:http2`
 * @returns the bindings; **undefined if the request has no such field** and the options require none
 * @throws TypeError, RangeError for a wrong argument
 * @throws HttpTokenBindingError with the `status` to answer
 * @throws TokenBindingError as `open`
 *
 * @example
 * import { once } from 'node:events';
 * import { readFileSync } from 'node:fs';
 * import { createServer, request } from 'node:https';
 * import { connect } from 'node:tls';
 * import { exportKeyingMaterial, generateBinding, generateMessage } from 'tokenbinding';
 * import { verifyRequest } from 'tokenbinding/http';
 * import { encodeBase64url } from 'tokenbinding/wire';
 *
 * const [key, cert] = [readFileSync('key.pem'), readFileSync('cert.pem')];
 * const server = createServer({ key, cert, minVersion: 'TLSv1.3' }, async (request, response) => {
 *   try {
 *     const bindings = await verifyRequest(request, { required: true });
 *     response.end(`${bindings.provided.identifier.length}`);
 *   } catch (error) {
 *     response.writeHead(error.status ?? 500).end();
 *   }
 * });
 * server.listen(0, 'localhost');
 * await once(server, 'listening');
 *
 * // A client:
 * const { port } = server.address();
 * const socket = connect({ host: 'localhost', port, ca: cert, servername: 'localhost' });
 * await once(socket, 'secureConnect');
 * const { tokenBinding } = await generateBinding({
 *   keyType: 'ecdsap256',
 *   targetUrl: `https://localhost:${port}/`,
 *   bindingType: 'provided',
 *   ekm: exportKeyingMaterial(socket),
 * });
 * const headers = { 'Sec-Token-Binding': encodeBase64url(await generateMessage([tokenBinding])) };
 * const sent = request({ host: 'localhost', createConnection: () => socket, headers }).end();
 * const [response] = await once(sent, 'response');
 * console.log(response.statusCode, String(await response.toArray())); // 200 68
 * socket.end();
 * server.close();
 */
export async function verifyRequest(
  request: AnyRequest,
  options: VerifyOptions = {},
): Promise<RequestBindings | undefined> {
  const { rawHeaders } = checkObject('request', request);
  if (!Array.isArray(rawHeaders)) throw invalidArgType('request', 'a request of a server of Node');
  return checkRequest(request, checkVerifyOptions(options));
}
