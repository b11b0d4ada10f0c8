import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newEkm } from '../support/messages.js';
import { fieldFor, hashOf, KEY, KEYS, OTHER, valueFor } from './support/binding-message.js';
import { HTTP2_SERVERS, SERVERS } from './support/binding-servers.js';
import { type Answer, RawClient } from './support/server-client.js';

/** What a client sends for its connection, and the status of the answer. */
interface Rule {
  readonly fields: (client: RawClient) => readonly string[];
  readonly status: number;
  /** What the answer tells. */
  readonly text: string | RegExp;
}

const valueAlone = (client: RawClient) => fieldFor(client, KEY).slice('Sec-Token-Binding: '.length);

const ACCEPTED: Readonly<Record<string, Rule>> = {
  'a provided binding': {
    fields: (client) => [fieldFor(client, KEY)],
    status: 200,
    text: `${hashOf(KEY)}  0 0`,
  },
  'a field whose name is in lower case, with spaces around its value': {
    fields: (client) => [`sec-token-binding:   ${valueAlone(client)}  `],
    status: 200,
    text: `${hashOf(KEY)}  0 0`,
  },
  'a referred binding, in any order, of another key type': {
    fields: (client) => [fieldFor(client, [KEYS.rsa2048_pss, 1], KEY)],
    status: 200,
    text: `${hashOf(KEY)} ${hashOf(KEYS.rsa2048_pss)} 0 0`,
  },
  'the same key, provided and referred (RFC 8473 5.3)': {
    fields: (client) => [fieldFor(client, KEY, [KEY, 1])],
    status: 200,
    text: `${hashOf(KEY)} ${hashOf(KEY)} 0 0`,
  },
  'a verified binding of an unknown type, which is neither': {
    fields: (client) => [fieldFor(client, KEY, [OTHER, 77])],
    status: 200,
    text: `${hashOf(KEY)}  1 0`,
  },
  'no field, which proves nothing': { fields: () => [], status: 200, text: 'none' },
};

const REFUSED: Readonly<Record<string, Rule>> = {
  'two fields': {
    fields: (client) => [fieldFor(client, KEY), fieldFor(client, KEY)],
    status: 400,
    text: 'the request has more than one field Sec-Token-Binding',
  },
  'two fields, the second one empty and in another case': {
    fields: (client) => [fieldFor(client, KEY), 'SEC-TOKEN-BINDING:'],
    status: 400,
    text: 'the request has more than one field Sec-Token-Binding',
  },
  'two values in one field': {
    fields: (client) => [`${fieldFor(client, KEY)}, ${valueAlone(client)}`],
    status: 400,
    text: /has ',', a character outside the base64url alphabet/,
  },
  'an empty field': {
    fields: () => ['Sec-Token-Binding:'],
    status: 400,
    text: /^tokenbindings: /,
  },
  padding: {
    fields: (client) => [`${fieldFor(client, KEY)}=`],
    status: 400,
    text: /padding is not allowed/,
  },
  'white space in the value': {
    fields: (client) => [fieldFor(client, KEY).replace(/(.{9})$/, ' $1')],
    status: 400,
    text: /has ' ', a character outside/,
  },
  'quotes around the value': {
    fields: (client) => [`Sec-Token-Binding: "${valueAlone(client)}"`],
    status: 400,
    text: /has '"', a character outside/,
  },
  'a message with bytes after its end': {
    fields: (client) => [`${fieldFor(client, KEY)}AAAA`],
    status: 400,
    text: /^tokenbindings: /,
  },
  'an altered signature': {
    fields: (client) => [fieldFor(client, KEY).replace(/.{9}$/, 'AAAAAAAAA')],
    status: 400,
    text: /^tokenbindings/,
  },
  'a message without bindings': {
    fields: () => ['Sec-Token-Binding: AAA'],
    status: 400,
    text: /^tokenbindings: /,
  },
  'a message for other keying material': {
    fields: () => [`Sec-Token-Binding: ${valueFor(newEkm(), KEY)}`],
    status: 400,
    text: /^tokenbindings\[0\].signature: is not valid for this keying material/,
  },
  'a field of 8,193 characters': {
    fields: () => [`Sec-Token-Binding: ${'A'.repeat(8193)}`],
    status: 431,
    text: 'the field Sec-Token-Binding has more than 8192 characters',
  },
  'only a referred binding': {
    fields: (client) => [fieldFor(client, [KEY, 1])],
    status: 400,
    text: 'exactly one provided binding is required: the message has none',
  },
  'only a binding of an unknown type': {
    fields: (client) => [fieldFor(client, [KEY, 2])],
    status: 400,
    text: 'exactly one provided binding is required: the message has none',
  },
  'two provided bindings': {
    fields: (client) => [fieldFor(client, KEY, OTHER)],
    status: 400,
    text: 'exactly one provided binding is required: the message has 2',
  },
  'the same provided binding twice': {
    fields: (client) => [fieldFor(client, KEY, KEY)],
    status: 400,
    text: 'exactly one provided binding is required: the message has 2',
  },
  'two referred bindings': {
    fields: (client) => [fieldFor(client, KEY, [OTHER, 1], [KEY, 1])],
    status: 400,
    text: 'at most one referred binding is allowed: the message has 2',
  },
  'a provided binding of another key type': {
    fields: (client) => [fieldFor(client, KEYS.rsa2048_pss)],
    status: 400,
    text: /has key type rsa2048_pss, negotiated was ecdsap256/,
  },
  'more bindings than the limit': {
    fields: (client) => [fieldFor(client, KEY, [OTHER, 2], [OTHER, 3], [OTHER, 4], [OTHER, 5])],
    status: 400,
    text: /exceeds the limit of 4 TokenBindings/,
  },
  'a field of 64 KiB, beyond the limit of Node': {
    fields: () => [`Sec-Token-Binding: ${'A'.repeat(65_536)}`],
    status: 431,
    text: /^(?:|\{"error".*\})$/,
  },
};

async function send(client: RawClient, rule: Rule): Promise<Answer> {
  return client.request(rule.fields(client));
}

function requireAnswer({ status, body }: Answer, rule: Rule, name: string): void {
  assert.equal(status, rule.status, `${name}: ${body}`);
  if (typeof rule.text === 'string') assert.equal(body, rule.text, name);
  else assert.match(body, rule.text, name);
}

for (const [framework, start] of Object.entries(SERVERS)) {
  describe(`Token Binding with ${framework}`, () => {
    for (const [name, rule] of Object.entries(ACCEPTED)) {
      it(`accepts ${name}`, async () => {
        await using running = await start();
        using client = await RawClient.open(running.port, {});
        // The second answer comes from the verdict that was kept.
        for (let round = 0; round < 2; round++) requireAnswer(await send(client, rule), rule, name);
      });
    }

    it('refuses each request that breaks a rule, and again when it is repeated', async () => {
      await using running = await start();
      for (const [name, rule] of Object.entries(REFUSED)) {
        using client = await RawClient.open(running.port, {});
        const good = ACCEPTED['a provided binding'] as Rule;
        requireAnswer(await send(client, good), good, name);
        requireAnswer(await send(client, rule), rule, name);
        // Node closes the connection after an answer of its own.
        if (name.startsWith('a field of 64 KiB')) continue;
        requireAnswer(await send(client, rule), rule, name);
        requireAnswer(await send(client, good), good, name);
      }
    });

    it('refuses a request without the field if it is required', async () => {
      await using running = await start({ required: true });
      using client = await RawClient.open(running.port, {});
      const answer = await client.request();
      assert.equal(answer.status, 400);
      assert.match(answer.body, /^the request has no field Sec-Token-Binding: the client needs /);
      assert.equal((await client.request([fieldFor(client, KEY)])).status, 200);
      assert.equal((await client.request()).status, 400);
    });

    // A server of HTTP/2 has no such option for HTTP/1.1.
    if (HTTP2_SERVERS[framework] === undefined)
      it('refuses a field of 64 KiB where Node takes longer headers', async () => {
        await using running = await start({}, { maxHeaderSize: 131_072 });
        using client = await RawClient.open(running.port, {});
        const answer = await client.request([`Sec-Token-Binding: ${'A'.repeat(65_536)}`]);
        assert.equal(answer.status, 431);
        assert.equal(answer.body, 'the field Sec-Token-Binding has more than 8192 characters');
      });

    it('ignores the field in trailers', async () => {
      await using running = await start({ required: true });
      using client = await RawClient.open(running.port, {});
      const trailer = fieldFor(client, KEY);
      const chunked = ['Transfer-Encoding: chunked', 'Trailer: Sec-Token-Binding'];
      const body = `3\r\nabc\r\n0\r\n${trailer}\r\n\r\n`;
      const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x\r\n`;
      client.write(`${head}${chunked.join('\r\n')}\r\n\r\n${body}`);
      assert.equal((await client.answer()).status, 400);
    });
  });
}
