// A reverse proxy. It terminates TLS, verifies Token Bindings, and tells the backend what it has verified.
import https from 'node:https';
import { forwardRequest } from 'tokenbinding/http';

/**
 * @param {https.ServerOptions} tls of the proxy as a server
 * @param {import('tokenbinding/http').BackendOptions} backend where it is, and the certificate that the proxy shows it
 */
export function makeProxy(tls, backend) {
  const agent = new https.Agent({ keepAlive: true });
  const server = https.createServer(tls, async (request, response) => {
    try {
      await forwardRequest(request, response, { ...backend, protocol: 'https:', agent });
    } catch (error) {
      // The message is not valid, or the backend or the client has failed.
      console.log(`proxy   | ${error.status ?? 502}: ${error.message}`);
      if (!response.headersSent) response.writeHead(error.status ?? 502).end();
    }
  });
  return server.on('close', () => agent.destroy());
}
