import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { HttpAuthErrorCode } from '../../src/http-auth.js';
import { DocsProxy } from '../http/support/docs-proxy.js';
import { DocsServer } from '../http/support/docs-server.js';
import { blocksOf } from '../support/markdown.js';
import { Project } from '../support/project.js';

const read = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${name}`, import.meta.url)), 'utf8');
const page = read('docs/http-auth.md');
/** The block of README is the first here. */
const readme = blocksOf(read('README.md'), 'js').filter((code) => code.includes('http-auth'));

interface Block {
  /** The heading above the block. */
  readonly heading: string;
  readonly prints: RegExp;
  /** The expression for the server that the block starts; the test then logs on there. */
  readonly server?: string;
  /** Code that uses what the block declares. */
  readonly more?: string;
}

const REPORT = /^GET by EXAMPLE\\alice\n$/;
const HELLO = /^200 Hello EXAMPLE\\alice\n$/;

const BLOCKS: readonly Block[] = [
  { heading: 'README', prints: /^200\n$/ },
  { heading: 'axios', prints: REPORT },
  { heading: 'got', prints: REPORT },
  { heading: 'fetch', prints: REPORT },
  {
    heading: 'undici, node-fetch, ws, soap',
    prints: /^200 200 \[ 'ReportService' \]\nHello EXAMPLE\\alice\n$/,
  },
  { heading: 'Names of services', prints: /^200\n$/ },
  { heading: 'Proxies', prints: REPORT },
  { heading: 'Try it', prints: /^200 Hello EXAMPLE\\alice\n\n$/, server: 'server' },
  { heading: 'node:http', prints: HELLO, server: 'server' },
  { heading: 'Express', prints: HELLO, server: 'server' },
  { heading: 'Fastify', prints: HELLO, server: 'app.server' },
  { heading: 'Koa', prints: HELLO, server: 'server' },
  { heading: 'WebSocket', prints: /^Hello EXAMPLE\\alice\n$/, more: webSocketOf('server') },
  {
    heading: 'Sessions',
    prints: /^200 EXAMPLE\\alice\n200 EXAMPLE\\alice\n$/,
    more: withCookieOf('server'),
  },
  { heading: 'Sessions', prints: /^200 200\n$/ },
  {
    heading: 'Behind a load balancer',
    prints: /^200 EXAMPLE\\alice\n200 EXAMPLE\\alice\n200 EXAMPLE\\alice\n401 \n$/,
    more: withBoundCookieOf('server'),
  },
  {
    heading: 'passport',
    prints: /^EXAMPLE\\alice\n401\n403\nError: no database\n$/,
    more: `
      const strategy = new NegotiateStrategy(async (name) => {
        if (name === 'broken') throw new Error('no database');
        return name === 'EXAMPLE\\\\alice' && name;
      });
      strategy.success = strategy.fail = console.log;
      strategy.error = (error) => console.log(String(error));
      for (const name of ['EXAMPLE\\\\alice', undefined, 'EXAMPLE\\\\bob', 'broken']) {
        strategy.authenticate(name === undefined ? {} : { auth: { name } });
        await new Promise(setImmediate);
      }`,
  },
  { heading: 'Reverse proxies', prints: HELLO, more: behindProxyOf('server') },
  { heading: 'From httpntlm', prints: /^200 GET by EXAMPLE\\alice\n$/ },
  { heading: 'From axios-ntlm', prints: /^200 POST by EXAMPLE\\alice of {"year":2026}\n$/ },
  {
    heading: 'From express-ntlm',
    prints: /^200 {"UserName":"alice","DomainName":"EXAMPLE"}\n$/,
    server: 'server',
  },
  { heading: 'From win-sso', prints: /^200 GET by EXAMPLE\\alice\n$/ },
  {
    heading: 'From kerberos beside axios',
    prints: /^200 GET by (?:\\|@)?alice@EXAMPLE\.COM\n$/,
  },
];

/** Logs on at the server of a block, as the agents do. */
function agentsFor(server: string): string {
  return `
    import { once as waitFor } from 'node:events';
    import { authenticatedAgents as makeAgents } from 'tokenbinding/http-auth';
    if (!${server}.listening) await waitFor(${server}, 'listening');
    const protocol = 'setSecureContext' in ${server} ? 'https:' : 'http:';
    const origin = protocol + '//localhost:' + ${server}.address().port;
    const identity = { user: 'EXAMPLE\\\\alice', password: 'correct horse' };
    const cookies = [];
    const onEvent = ({ setCookie = [] }) => cookies.push(...setCookie);
    const agents = makeAgents({ origins: [origin], identity, onEvent });`;
}

function fetchFrom(server: string): string {
  return `${agentsFor(server)}
    const answer = await fetch(origin, { dispatcher: agents.dispatcher });
    console.log(answer.status, await answer.text());
    process.exit();`;
}

/** Logs on through a proxy that ends TLS with the certificate of the project. */
function behindProxyOf(server: string): string {
  return `
    import net from 'node:net';
    import tls from 'node:tls';
    const pair = { key: readFileSync('key.pem'), cert: readFileSync('proxy.pem') };
    const proxy = tls.createServer(pair, (socket) => {
      socket.pipe(net.connect(${server}.address().port, 'localhost')).pipe(socket);
    });
    proxy.listen(0, 'localhost');
    ${agentsFor('proxy')}
    const headers = { 'x-forwarded-proto': 'https' };
    const answer = await fetch(origin, { dispatcher: agents.dispatcher, headers });
    console.log(answer.status, await answer.text());
    process.exit();`;
}

function webSocketOf(server: string): string {
  return `${agentsFor(server)}
    import { WebSocket } from 'ws';
    const url = origin.replace('https', 'wss');
    new WebSocket(url).on('error', ({ message }) => {
      if (!message.includes('401')) throw new Error(message);
      new WebSocket(url, { agent: agents.httpsAgent }).on('message', (data) => {
        console.log(String(data));
        process.exit();
      });
    });`;
}

function withCookieOf(server: string): string {
  return `${agentsFor(server)}
    const first = await fetch(origin, { dispatcher: agents.dispatcher });
    console.log(first.status, await first.text());
    const [cookie] = cookies[0].split(';');
    const second = await fetch(origin, { headers: { cookie } });
    console.log(second.status, await second.text());
    process.exit();`;
}

/** Uses an unbound cookie, and a bound one with its key and without. */
function withBoundCookieOf(server: string): string {
  return `${agentsFor(server)}
    import { X509Certificate } from 'node:crypto';
    import { boundAgents } from 'tokenbinding/http';
    import { openSspi, tlsServerEndPoint } from 'tokenbinding/sspi';
    const show = async (init) => {
      const answer = await fetch(origin, init);
      console.log(answer.status, await answer.text());
    };
    await fetch(origin, { dispatcher: agents.dispatcher });
    await show({ headers: { cookie: cookies[0].split(';')[0] } });

    const { httpsAgent } = boundAgents({ origins: [origin], tls: { ca: tls.cert }, maxSockets: 1 });
    const get = (headers) => new Promise((resolve, reject) => {
      https.get(origin, { agent: httpsAgent, headers }, async (answer) => {
        let text = '';
        for await (const chunk of answer) text += chunk;
        resolve({ status: answer.statusCode, fields: answer.headers, text });
      }).on('error', reject);
    });
    const sspi = openSspi({ provider: 'portable' });
    const credentials = await sspi.acquireCredentialsHandle({ package: 'NTLM', use: 'outbound', identity });
    const channelBindings = tlsServerEndPoint(new X509Certificate(tls.cert));
    const context = sspi.initializeSecurityContext(credentials, { flags: ['integrity'], channelBindings });
    const authorization = ({ token }) => 'NTLM ' + Buffer.from(token).toString('base64');
    const challenge = await get({ authorization: authorization(await context.step()) });
    const token = Buffer.from(challenge.fields['www-authenticate'].slice(5), 'base64');
    const first = await get({ authorization: authorization(await context.step(token)) });
    console.log(first.status, first.text);
    const [cookie] = first.fields['set-cookie'][0].split(';');
    const second = await get({ cookie, connection: 'close' });
    console.log(second.status, second.text);
    await show({ headers: { cookie } });
    process.exit();`;
}

describe('the documentation of HTTP authentication', () => {
  const names = ['axios', 'express', 'fastify', 'got', 'koa', 'node-fetch', 'soap', 'ws'];
  const project = new Project({
    ...Object.fromEntries(names.map((name) => [name, name])),
    undici: 'undici7',
  });
  let server: DocsServer;
  let proxy: DocsProxy;

  before(async () => {
    await project.writeCertificate();
    copyFileSync(join(project.folder, 'cert.pem'), join(project.folder, 'proxy.pem'));
    writeFileSync(join(project.folder, 'session.key'), randomBytes(32));
    server = await DocsServer.open(project.folder);
    proxy = await DocsProxy.open(({ domain, user }) =>
      domain === 'EXAMPLE' && user === 'proxy' ? { password: 'battery staple' } : undefined,
    );
  });
  after(() => {
    server.close();
    proxy.close();
  });

  const blocks = [...readme, ...blocksOf(page, 'js')];
  it('has the blocks of this test', () => {
    const headings = page
      .split(/^(?=#+ )/m)
      .flatMap((section) => blocksOf(section, 'js').map(() => /^#+ (.*)/.exec(section)?.[1]));
    assert.deepEqual(
      ['README', ...headings],
      BLOCKS.map(({ heading }) => heading),
    );
  });

  for (const [index, block] of BLOCKS.entries()) {
    it(`has a block that runs: ${block.heading}`, async () => {
      const code = (blocks[index] ?? '')
        .replaceAll('intranet.example.com', server.host)
        .replace(`target: 'HTTP/${server.host}'`, "target: 'HTTP/localhost'")
        // There is no KDC here: test/peers has Kerberos.
        .replace("package: 'Kerberos'", "package: 'Negotiate'")
        .replace('proxy.example.com:3128', proxy.host)
        .replace(/8443|8080/, '0');
      const more = block.server === undefined ? (block.more ?? '') : fetchFrom(block.server);
      assert.match(await project.runBeside(`${code}\n${more}`), block.prints);
    });
  }

  it('lists every error code of the client', () => {
    const codes: Record<HttpAuthErrorCode, true> = {
      ERR_HTTP_AUTH_ORIGIN: true,
      ERR_HTTP_AUTH_NO_SCHEME: true,
      ERR_HTTP_AUTH_REJECTED: true,
      ERR_HTTP_AUTH_PROTOCOL: true,
      ERR_HTTP_AUTH_NOT_PERSISTENT: true,
      ERR_HTTP_AUTH_TIMEOUT: true,
      ERR_HTTP_AUTH_SSPI: true,
      ERR_HTTP_AUTH_PROXY_SUPPORT: true,
      ERR_HTTP_AUTH_CLOSED: true,
    };
    assert.deepEqual(page.match(/(?<=^\| `)ERR_HTTP_AUTH_\w+(?=`)/gm), Object.keys(codes));
  });
});
