// The server behind the proxy. It trusts only the proxy, which it knows by its certificate.
import { X509Certificate } from 'node:crypto';
import https from 'node:https';
import { tokenBinding } from 'tokenbinding/http';
import { tokenBindingHash } from 'tokenbinding/wire';

/**
 * @param {https.ServerOptions} tls
 * @param {string} proxy the certificate of the proxy
 */
export function makeBackend(tls, proxy) {
  const { fingerprint256: certificate } = new X509Certificate(proxy);
  const bind = tokenBinding({
    reverseProxies: [{ certificate }],
    onRejected: ({ message }) => console.log(`backend | 400: ${message}`),
  });
  // Clients without the certificate of the proxy get through TLS too, and to `bind`.
  const options = { ...tls, ca: proxy, requestCert: true, rejectUnauthorized: false };
  return https.createServer(options, (request, response) => {
    bind(request, response, () => {
      const key = request.tokenBinding?.provided.identifier;
      response.end(key === undefined ? 'no key' : tokenBindingHash(key));
    });
  });
}
