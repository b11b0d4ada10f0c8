import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  createServer as createBackend,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type HttpTokenBindingErrorCode, tokenBinding } from '../../src/http.js';
import { tokenBindingHash } from '../../src/wire.js';
import { blocksOf } from '../support/markdown.js';
import { Project } from '../support/project.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/http.md', import.meta.url)), 'utf8');

interface Block {
  /** The heading above the block. */
  readonly heading: string;
  readonly prints: RegExp;
  /** Code that uses what the block declares. */
  readonly more?: string;
}

const KEY = /^200 [\w-]{43}\n$/;

const BLOCKS: readonly Block[] = [
  { heading: 'Server', prints: KEY },
  { heading: 'Express', prints: KEY, more: fetchFrom('server') },
  { heading: 'Fastify', prints: KEY, more: fetchFrom('app.server') },
  { heading: 'Koa', prints: KEY, more: fetchFrom('server') },
  { heading: 'WebSocket', prints: /^400\n[\w-]{43}\n$/, more: webSocketOf('server') },
  { heading: 'Client', prints: KEY },
  { heading: 'Whose keys', prints: /^200 ([\w-]{43})\n200 (?!\1)[\w-]{43}\n$/ },
  { heading: 'axios', prints: KEY },
  { heading: 'got', prints: KEY },
  { heading: 'undici', prints: KEY },
  { heading: 'Redirects', prints: /^true\n200\n$/ },
  { heading: 'Referred bindings', prints: /^200 {"token_type":"Bearer"}\n$/ },
  { heading: 'Verified identifiers', prints: KEY, more: fetchFrom('server') },
  { heading: 'Verified identifiers', prints: KEY, more: fetchFromProxied('server') },
  { heading: 'Keying material', prints: KEY, more: fetchThroughProxy('server') },
  { heading: 'Cookies', prints: /^200 logged in\n200 alice\n401\n$/, more: stealFrom('server') },
  { heading: 'Cookies', prints: /^200 logged in\n200 alice\n401\n$/, more: stealFrom('server') },
  { heading: 'Bound tokens', prints: /^ERR_HTTP_TB_MISMATCH 401\n$/ },
  { heading: 'Introspection', prints: /^alice\n$/ },
  { heading: 'PKCE', prints: /^referred_tb referred_tb\n$/ },
  { heading: 'WebAuthn', prints: /^ERR_HTTP_TB_MISMATCH\n$/ },
  { heading: 'Negotiation', prints: /^400\n421\n400\n200 not bound\n$/, more: namesOf('server') },
];

function originOf(server: string): string {
  return `
    import { once as waitFor } from 'node:events';
    import { get as getSecure } from 'node:https';
    import { MemoryKeyStore as KeyStore, generateIdForUri as makeKey, open as openProvider } from 'tokenbinding';
    import { boundAgents as makeAgents } from 'tokenbinding/http';
    import { encodeBase64url as encode } from 'tokenbinding/wire';
    if (!${server}.listening) await waitFor(${server}, 'listening');
    const origin = 'https://localhost:' + ${server}.address().port;`;
}

function fetchFrom(server: string): string {
  return `${originOf(server)}
    const answer = await fetch(origin, { dispatcher: makeAgents().dispatcher });
    console.log(answer.status, await answer.text());
    process.exit();`;
}

/** Sends what a proxy sends. */
function fetchFromProxied(server: string): string {
  return `${originOf(server)}
    const { identifier: proven } = await makeKey('ecdsap256', origin);
    const sent = { 'sec-provided-token-binding-id': encode(proven) };
    const url = 'http://127.0.0.1:' + ${server}.address().port;
    const answer = await fetch(url, { headers: sent });
    console.log(answer.status, await answer.text());
    process.exit();`;
}

/** Sends a request through a proxy that sends its keying material. */
function fetchThroughProxy(server: string): string {
  return `
    import { readFileSync } from 'node:fs';
    import { createServer } from 'node:https';
    import { forwardHeaders } from 'tokenbinding/http';
    const pair = { key: readFileSync('key.pem'), cert: readFileSync('cert.pem') };
    const proxy = createServer(pair, async (request, response) => {
      const headers = await forwardHeaders(request, { fields: 'context' });
      const { port } = ${server}.address();
      http.get({ host: '127.0.0.1', port, headers }, (incoming) => incoming.pipe(response));
    }).listen(0);
    ${fetchFrom('proxy')}`;
}

function webSocketOf(server: string): string {
  return `${originOf(server)}
    import { WebSocket } from 'ws';
    const url = origin.replace('https', 'wss');
    new WebSocket(url).on('error', ({ message }) => {
      console.log(/\\d+$/.exec(message)[0]);
      new WebSocket(url, { agent: makeAgents().httpsAgent }).on('message', (data) => {
        console.log(String(data));
        process.exit();
      });
    });`;
}

function stealFrom(server: string): string {
  return `${originOf(server)}
    const { dispatcher } = makeAgents();
    const login = await fetch(origin + '/login', { dispatcher });
    console.log(login.status, await login.text());
    const headers = { cookie: login.headers.get('set-cookie').split(';')[0] };
    const account = await fetch(origin, { headers, dispatcher });
    console.log(account.status, await account.text());
    const provider = openProvider({ provider: 'portable', keyStore: new KeyStore() });
    const thief = makeAgents({ tokenBinding: provider });
    console.log((await fetch(origin, { headers, dispatcher: thief.dispatcher })).status);
    process.exit();`;
}

/** The name that agreed, without the field and for another host, and the other name with and without the field. */
function namesOf(server: string): string {
  return `${originOf(server)}
    const options = { servername: 'bound.example.com', checkServerIdentity: () => undefined, agent: false };
    for (const headers of [{ host: 'bound.example.com' }, { host: 'www.example.com' }]) {
      const [{ statusCode }] = await waitFor(getSecure(origin, { ...options, headers }), 'response');
      console.log(statusCode);
    }
    console.log((await fetch(origin, { dispatcher: makeAgents().dispatcher })).status);
    const answer = await fetch(origin);
    console.log(answer.status, await answer.text());
    process.exit();`;
}

/** The server that the blocks about clients call `www.example.com` and `as.example.com`. */
function answer({ url, tokenBinding: bindings }: IncomingMessage, response: ServerResponse): void {
  assert.ok(bindings);
  if (url === '/login') {
    const location = '/authorize';
    response.writeHead(302, { location, 'include-referred-token-binding-id': 'true' }).end();
  } else if (url === '/authorize' && bindings.referred === undefined) {
    response.writeHead(403).end();
  } else if (url === '/token') {
    const type = bindings.referred === undefined ? 'none' : 'Bearer';
    response.end(JSON.stringify({ token_type: type }));
  } else {
    response.end(tokenBindingHash(bindings.provided.identifier));
  }
}

async function listen(server: NetServer, host: string): Promise<string> {
  await once(server.listen(0, host), 'listening');
  return String((server.address() as AddressInfo).port);
}

describe('the documentation of Token Binding over HTTP', () => {
  const names = ['axios', 'express', 'fastify', 'got', 'koa', 'ws'];
  const project = new Project({
    ...Object.fromEntries(names.map((name) => [name, name])),
    undici: 'undici7',
  });
  let server: Server;
  let port: string;
  let backendPort: string;
  const bind = tokenBinding({ required: true });
  const bindProxied = tokenBinding({ reverseProxies: [{ address: '127.0.0.1' }] });
  const backend = createBackend((request, response) => {
    bindProxied(request, response, () => answer(request, response));
  });

  before(async () => {
    await project.writeCertificate();
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) =>
      readFileSync(join(project.folder, name)),
    );
    server = createServer({ key, cert }, (request, response) => {
      bind(request, response, () => answer(request, response));
    });
    port = await listen(server, 'localhost');
    backendPort = await listen(backend, '127.0.0.1');
  });
  after(() => {
    for (const running of [server, backend]) {
      running.close();
      running.closeAllConnections();
    }
  });

  const blocks = blocksOf(page, 'js');
  it('has the blocks of this test', () => {
    const headings = page
      .split(/^(?=#+ )/m)
      .flatMap((section) => blocksOf(section, 'js').map(() => /^#+ (.*)/.exec(section)?.[1]));
    assert.deepEqual(
      headings,
      BLOCKS.map(({ heading }) => heading),
    );
  });

  for (const [index, { heading, prints, more = '\nprocess.exit();' }] of BLOCKS.entries()) {
    it(`has a block that runs: ${heading}`, async () => {
      const code = (blocks[index] ?? '')
        .replaceAll(/\b(?:www|as)\.example\.com\b/g, `localhost:${port}`)
        .replace(/(?<=listen\()(?:8443|8080)|(?<=port: )8443/, '0')
        .replace(/(?<=port: )8080/, backendPort);
      assert.match(await project.runBeside(`${code}\n${more}`), prints);
    });
  }

  it('lists every error code', () => {
    const codes: Record<HttpTokenBindingErrorCode, true> = {
      ERR_HTTP_TB_REPEATED: true,
      ERR_HTTP_TB_REQUIRED: true,
      ERR_HTTP_TB_TOO_LONG: true,
      ERR_HTTP_TB_CONNECTION: true,
      ERR_HTTP_TB_NOT_NEGOTIATED: true,
      ERR_HTTP_TB_REJECTED: true,
      ERR_HTTP_TB_BINDINGS: true,
      ERR_HTTP_TB_PROXY: true,
      ERR_HTTP_TB_EARLY_DATA: true,
      ERR_HTTP_TB_MISMATCH: true,
      ERR_HTTP_TB_EXPIRED: true,
      ERR_HTTP_TB_FAILED: true,
      ERR_HTTP_TB_BUSY: true,
    };
    assert.deepEqual(page.match(/(?<=^\| `)ERR_HTTP_TB_\w+(?=`)/gm), Object.keys(codes));
  });
});
