// Logs on to an LDAP server with Kerberos (SASL GSSAPI, RFC 4752), and searches with sealed or signed messages.
import net from 'node:net';
import { parseArgs } from 'node:util';
import { openSspi } from 'tokenbinding/sspi';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { user: { type: 'string' }, connect: { type: 'string' }, sign: { type: 'boolean' } },
});
const [server = '', base = '', attribute = '', wanted = ''] = positionals;
const { user, connect = server, sign = false } = values;
const password = process.env['LDAP_PASSWORD'] ?? '';
/** The layer in RFC 4752 3.3, and the option of its messages. */
const [layer, options] = sign ? [2, { encrypt: false }] : [4, { encrypt: true }];
const [BIND_IN_PROGRESS, SEARCH_ENTRY, SEARCH_DONE] = [14, 0x64, 0x65];
/** The longest message that the server may send, in bytes. */
const LIMIT = 0xff_ffff;

/** An element of BER: a tag, a length of four bytes, and the value. */
function ber(tag, ...parts) {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const head = Buffer.from([tag, 0x84, 0, 0, 0, 0]);
  head.writeUInt32BE(value.length, 2);
  return Buffer.concat([head, value]);
}
const octets = (value) => ber(0x04, value);

/** The element that the bytes begin with, or undefined if they end too early. */
function elementAt(bytes) {
  const [tag, first = 0] = bytes;
  const count = first > 0x80 ? first - 0x80 : 0;
  if (first === 0x80 || count > 4) throw new Error('the server sent malformed BER');
  if (bytes.length < 2 + count) return undefined;
  const end = 2 + count + (count === 0 ? first : bytes.readUIntBE(2, count));
  return bytes.length < end ? undefined : { tag, value: bytes.subarray(2 + count, end), end };
}

function elementsOf(value) {
  const elements = [];
  for (let rest = value; rest.length > 0; rest = rest.subarray(elements.at(-1).end)) {
    const element = elementAt(rest);
    if (element === undefined) throw new Error('the server sent malformed BER');
    elements.push(element);
  }
  return elements;
}

/** The protected message that the bytes begin with: its length in four bytes, and a token of GSS_Wrap. */
function tokenAt(bytes) {
  const end = 4 + (bytes.length < 4 ? 0 : bytes.readUInt32BE());
  return bytes.length < end ? undefined : { value: bytes.subarray(4, end), end };
}

/** Everything that `partAt` finds in a stream. */
async function* partsOf(chunks, partAt) {
  let held = Buffer.alloc(0);
  for await (const chunk of chunks) {
    held = Buffer.concat([held, chunk]);
    if (held.length > LIMIT) throw new Error('the server sent a message that is too long');
    for (let part = partAt(held); part !== undefined; part = partAt(held)) {
      held = held.subarray(part.end);
      yield part;
    }
  }
  throw new Error('the server closed the connection');
}

const sspi = openSspi();
const credentials = await sspi.acquireCredentialsHandle({
  package: 'Kerberos',
  use: 'outbound',
  identity: user === undefined ? undefined : { user, password },
});
const context = sspi.initializeSecurityContext(credentials, {
  target: `ldap/${server}`,
  flags: ['mutual-auth', 'integrity', 'confidentiality'],
});
const { hostname, port } = new URL(`ldap://${connect}`);
const socket = net.connect(Number(port || 389), hostname);
const chunks = socket[Symbol.asyncIterator]();
let messages = partsOf(chunks, elementAt);
let encode = (message) => message;
let id = 0;
function send(operation) {
  id += 1;
  socket.write(encode(ber(0x30, ber(0x02, [id]), operation)));
}

async function receive() {
  const { value: message } = await messages.next();
  const [number, operation] = elementsOf(message.value);
  if (number.value.at(-1) !== id) throw new Error('the server answers another request');
  return { tag: operation.tag, elements: elementsOf(operation.value) };
}

/** GSS_Wrap. */
function wrap(message, protection) {
  const sealed = context.encryptMessage(message, protection);
  return Buffer.concat([sealed.trailer, sealed.data, sealed.padding ?? Buffer.alloc(0)]);
}

async function bind(token, expected) {
  const sasl = ber(0xa3, octets('GSSAPI'), octets(token));
  send(ber(0x60, ber(0x02, [3]), octets(''), sasl));
  const [code, , text, ...more] = (await receive()).elements;
  if (code.value[0] !== expected) throw new Error(`the server rejects the logon: ${text.value}`);
  return more.find(({ tag }) => tag === 0x87)?.value ?? Buffer.alloc(0);
}

// The tokens of the context, then the choice of the layer, in signed messages (RFC 4752 3.1).
let step;
let answer = new Uint8Array(0);
do {
  step = await context.step(answer);
  answer = await bind(step.token, BIND_IN_PROGRESS);
} while (!step.done);
const [layers = 0] = context.unwrapMessage(answer, { encrypt: false });
if ((layers & layer) === 0) throw new Error('the server offers no such protection');
await bind(wrap(Buffer.from([layer, 0xff, 0xff, 0xff]), { encrypt: false }), 0);

// From now on both sides protect what they send.
encode = (message) => {
  const token = wrap(message, options);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(token.length);
  return Buffer.concat([length, token]);
};
async function* opened() {
  for await (const one of partsOf(chunks, tokenAt)) yield context.unwrapMessage(one.value, options);
}
messages = partsOf(opened(), elementAt);

const subtree = [ber(0x0a, [2]), ber(0x0a, [0]), ber(0x02, [0]), ber(0x02, [0]), ber(0x01, [0])];
const filter = ber(0xa3, octets(attribute), octets(wanted));
send(ber(0x63, octets(base), ...subtree, filter, ber(0x30)));
let found = await receive();
for (; found.tag !== SEARCH_DONE; found = await receive()) {
  if (found.tag !== SEARCH_ENTRY) continue;
  const [name, attributes] = found.elements;
  console.log(`dn: ${name.value}`);
  for (const { value } of elementsOf(attributes.value)) {
    const [type, values] = elementsOf(value);
    for (const one of elementsOf(values.value)) console.log(`${type.value}: ${one.value}`);
  }
}
if (found.elements[0].value[0] !== 0) throw new Error(`not found: ${found.elements[2].value}`);
context.close();
credentials.close();
socket.end();
