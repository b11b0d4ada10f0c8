// Starts a server whose every request must prove a key.
import { once } from 'node:events';
import https from 'node:https';
import { tokenBinding } from 'tokenbinding/http';

const bind = tokenBinding({ required: true });

/**
 * @param {{ name: string, host: string, certificate: string, privateKey: string }} setup
 * @param {Record<string, (request: any, response: any, url: URL) => unknown>} routes by path
 */
export async function serve({ name, host, certificate: cert, privateKey: key }, routes) {
  const answer = async (request, response) => {
    const url = new URL(request.url, `https://${host}`);
    response.setHeader('cache-control', 'private');
    try {
      const route = routes[url.pathname];
      if (route === undefined) response.writeHead(404).end();
      else await route(request, response, url);
    } catch (error) {
      const { status = 500, message } = error;
      console.log(`${name.padEnd(13)} | ${status}: ${message}`);
      response.writeHead(status).end(message);
    }
  };
  const server = https.createServer({ cert, key, minVersion: 'TLSv1.3' }, (request, response) =>
    bind(request, response, () => answer(request, response)),
  );
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { server, origin: `https://${host}:${port}` };
}
