import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import axios, { type AxiosInstance } from 'axios';
import { WebSocket, WebSocketServer } from 'ws';
import { PreparedHttpAgent, PreparedHttpsAgent } from '../../src/http/connection/http-agents.js';
import { certificate, ToyHooks, ToyServer } from './support/conn-bench.js';
import { until } from './support/conn-checks.js';
import { type Agents, CLIENTS } from './support/conn-clients.js';
import { TEN_MEGABYTES, tenMegabytes } from './support/conn-send.js';

type Protocol = 'http:' | 'https:';

interface Bench {
  readonly server: ToyServer;
  readonly hooks: ToyHooks;
  readonly agents: Agents;
}

async function open(t: TestContext, protocol: Protocol, maxSockets?: number): Promise<Bench> {
  const server = await ToyServer.open(protocol);
  const hooks = new ToyHooks(server.origin);
  const { cert: ca } = await certificate();
  const options = { ca, ...(maxSockets && { maxSockets }) };
  const agents = {
    httpAgent: new PreparedHttpAgent(hooks, options),
    httpsAgent: new PreparedHttpsAgent(hooks, options),
  };
  t.after(() => hooks.close());
  t.after(() => server.close());
  return { server, hooks, agents };
}

/** The code of the error of a client, wherever the client has it. */
async function codeOfClient(sent: Promise<unknown>): Promise<unknown> {
  const error = await sent.then(
    () => assert.fail('it did not fail'),
    (reason) => reason,
  );
  return error.cause?.code ?? error.code;
}

for (const protocol of ['http:', 'https:'] as const) {
  for (const [name, send] of Object.entries(CLIENTS)) {
    describe(`${name} over a prepared agent for ${protocol}`, () => {
      it('sends many requests over 4 connections', async (t) => {
        const { server, agents } = await open(t, protocol, 4);
        const all = Array.from({ length: 40 }, () => send(server.origin, agents));
        for (const answer of await Promise.all(all)) {
          assert.deepEqual(answer, { status: 200, body: 'hello' });
        }
        assert.equal(server.rawSockets.length, 4);
        assert.deepEqual(server.preparations, ['1', '2', '3', '4']);
      });

      for (const isForOneRequest of [false, true]) {
        const kind = isForOneRequest ? 'a connection for one request' : 'a kept connection';
        it(`sends a body that can be read once, on ${kind}`, async (t) => {
          const { server, hooks, agents } = await open(t, protocol);
          hooks.isForOneRequest = isForOneRequest;
          const answer = await send(server.origin, agents, { body: tenMegabytes() });
          assert.equal(answer.status, 200);
          assert.equal(server.requests.length, 1);
          const [request] = server.requests;
          assert.equal(request?.length, TEN_MEGABYTES);
          assert.equal(request?.headers.authorization, isForOneRequest ? 'Toy 1' : undefined);
        });
      }

      it('follows a redirect to the same origin', async (t) => {
        const { server, agents } = await open(t, protocol);
        server.respond = ({ url }, response) => {
          if (url === '/end') response.end('there');
          else response.writeHead(302, { location: '/end' }).end();
        };
        assert.equal((await send(server.origin, agents)).body, 'there');
        assert.equal(server.preparations.length, server.rawSockets.length);
        assert.equal(server.requests.length, 2);
      });

      for (const target of ['http:', 'https:'] as const) {
        it(`follows no redirect to another origin with ${target}`, async (t) => {
          const { server, hooks, agents } = await open(t, protocol);
          const other = await ToyServer.open(target);
          t.after(() => other.close());
          server.respond = (_, response) => {
            response.writeHead(302, { location: other.origin }).end();
          };
          assert.equal(await codeOfClient(send(server.origin, agents)), 'TOY_ORIGIN');
          assert.equal(other.rawSockets.length, 0);
          assert.equal(hooks.connections.length, 1);
        });
      }

      it('fails when the preparation fails', async (t) => {
        const { server, agents } = await open(t, protocol);
        server.prepare = (_, response) => response.writeHead(500).end();
        assert.equal(await codeOfClient(send(server.origin, agents)), 'TOY_REFUSED');
        assert.equal(server.requests.length, 0);
      });

      it('fails at the time limit of the connection', async (t) => {
        const { server, hooks, agents } = await open(t, protocol);
        server.prepare = () => {};
        hooks.timeout = 20;
        assert.equal(await codeOfClient(send(server.origin, agents)), 'TOY_TIMEOUT');
        await until(() => server.openSockets === 0);
      });

      it('ends the preparation when it is aborted', async (t) => {
        const { server, agents } = await open(t, protocol);
        server.prepare = () => {};
        const controller = new AbortController();
        const { signal } = controller;
        const failed = assert.rejects(
          send(server.origin, agents, { signal, body: tenMegabytes() }),
        );
        await until(() => server.preparations.length === 1);
        controller.abort();
        await failed;
        await until(() => server.openSockets === 0);
        assert.equal(server.requests.length, 0);
      });

      it('fails when the agents are closed', async (t) => {
        const { server, hooks, agents } = await open(t, protocol);
        server.prepare = () => hooks.close();
        assert.equal(await codeOfClient(send(server.origin, agents)), 'TOY_CLOSED');
        await until(() => server.openSockets === 0);
      });
    });
  }

  describe(`ws over a prepared agent for ${protocol}`, () => {
    for (const isForOneRequest of [false, true]) {
      const kind = isForOneRequest ? 'a connection for one request' : 'a kept connection';
      it(`opens a WebSocket on ${kind}`, async (t) => {
        const bench = await open(t, protocol, 1);
        bench.hooks.isForOneRequest = isForOneRequest;
        const seen = acceptWebSockets(bench.server);
        const echoes = ['one', 'two'].map((text) => echo(bench, text));
        assert.deepEqual(await Promise.all(echoes), ['one', 'two']);
        const expected = isForOneRequest ? ['Toy 1', 'Toy 2'] : [undefined, undefined];
        assert.deepEqual(seen, expected);
        assert.deepEqual(bench.server.preparations, ['1', '2']);
      });
    }

    it('fails when the preparation fails', async (t) => {
      const bench = await open(t, protocol);
      acceptWebSockets(bench.server);
      bench.server.prepare = (_, response) => response.writeHead(500).end();
      assert.equal(await codeOfClient(echo(bench, 'one')), 'TOY_REFUSED');
    });

    it('ends the preparation after handshakeTimeout', async (t) => {
      const { server, agents } = await open(t, protocol);
      server.prepare = () => {};
      const socket = new WebSocket(server.origin.replace('http', 'ws'), {
        agent: protocol === 'http:' ? agents.httpAgent : agents.httpsAgent,
        handshakeTimeout: 50,
      });
      const [error] = await once(
        socket.on('open', () => {}),
        'error',
      ).catch((reason) => [reason]);
      assert.match(error.message, /handshake has timed out/);
      await until(() => server.openSockets === 0);
    });
  });

  it(`soap over a prepared agent for ${protocol} calls an operation`, async (t) => {
    const { server, agents } = await open(t, protocol, 1);
    const client = await openSoap(server, axios.create({ ...agents, proxy: false }));
    const [result] = await client.GreetAsync({ name: 'Alice' });
    assert.equal(result.greeting, 'hello Alice');
    assert.deepEqual(server.preparations, ['1']);
  });
}

function acceptWebSockets(server: ToyServer): unknown[] {
  const seen: unknown[] = [];
  const webSockets = new WebSocketServer({ noServer: true });
  server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    seen.push(request.headers.authorization);
    if (!server.isPrepared(request.socket)) return socket.destroy();
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (text) => webSocket.send(String(text)));
    });
    return undefined;
  });
  return seen;
}

/** Sends a text, and returns the answer. */
async function echo({ server, agents }: Bench, text: string): Promise<string> {
  const webSocket = new WebSocket(server.origin.replace('http', 'ws'), {
    agent: server.origin.startsWith('https:') ? agents.httpsAgent : agents.httpAgent,
  });
  await once(webSocket, 'open');
  webSocket.send(text);
  const [answer] = await once(webSocket, 'message');
  webSocket.close();
  return String(answer);
}

interface Soap {
  createClientAsync(
    url: string,
    options: { request: AxiosInstance; endpoint: string },
  ): Promise<{ GreetAsync(args: object): Promise<[{ greeting: string }]> }>;
}

async function openSoap(server: ToyServer, request: AxiosInstance) {
  server.respond = ({ url }, response) => {
    response.setHeader('content-type', 'text/xml');
    response.end(url === '/wsdl' ? WSDL : GREETING);
  };
  const soap = createRequire(import.meta.url)('soap') as Soap;
  return soap.createClientAsync(`${server.origin}/wsdl`, { request, endpoint: server.origin });
}

const WSDL = `<definitions name="Greeter" targetNamespace="urn:greeter" xmlns:tns="urn:greeter"
    xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <types><xsd:schema targetNamespace="urn:greeter">
    <xsd:element name="Greet"><xsd:complexType><xsd:sequence>
      <xsd:element name="name" type="xsd:string"/>
    </xsd:sequence></xsd:complexType></xsd:element>
    <xsd:element name="Greeted"><xsd:complexType><xsd:sequence>
      <xsd:element name="greeting" type="xsd:string"/>
    </xsd:sequence></xsd:complexType></xsd:element>
  </xsd:schema></types>
  <message name="In"><part name="parameters" element="tns:Greet"/></message>
  <message name="Out"><part name="parameters" element="tns:Greeted"/></message>
  <portType name="Port"><operation name="Greet">
    <input message="tns:In"/><output message="tns:Out"/>
  </operation></portType>
  <binding name="Binding" type="tns:Port">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Greet"><soap:operation soapAction="urn:greeter#Greet"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="Greeter"><port name="Port" binding="tns:Binding">
    <soap:address location="http://127.0.0.1:1/"/>
  </port></service>
</definitions>`;

const GREETING = `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
  <Greeted xmlns="urn:greeter"><greeting>hello Alice</greeting></Greeted>
</soap:Body></soap:Envelope>`;
