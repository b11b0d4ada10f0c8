import type { Field } from '../../bytes/reader.js';
import { TokenBindingError } from '../../errors.js';
import { decodeBase64url } from '../../tokenbinding/decode-base64url.js';
import { type InspectedMessage, inspectMessage } from '../../tokenbinding/inspect.js';
import { bindingTypeOf, keyTypeOf } from '../../tokenbinding/types.js';
import type { CaseInput } from '../case.js';
import type { Json } from '../outcome.js';
import { type Content, type Html, html } from './html.js';
import { count, number, shorten } from './text.js';

/** A message of 1.5 KB. Longer ones are in the JSON report. */
const MAX_TEXT = 2048;
const MAX_ITEMS = 16;

/** A message of 65 KB has up to 40,000 fields; a fault is among the last. */
const FIRST_FIELDS = 24;
const LAST_FIELDS = 8;

/** The names of the arguments, and which of them are bytes in base64url. */
const LABELS: Readonly<Record<string, string>> = {
  call: 'Call',
  package: 'Package',
  role: 'Role',
  scenario: 'Scenario',
  question: 'Question',
  keyType: 'Key type',
  ekm: 'EKM',
  message: 'Message',
  publicKey: 'Public key',
  tokenBindings: 'TokenBinding',
};
const BYTES = ['ekm', 'message', 'publicKey', 'tokenBindings'];

/** The input of a case: its arguments and, if it is a message, the fields of this. */
export function inputOf(id: string, input: CaseInput): Html {
  return html`${inputList(input)}
${input.call === 'verifyMessage' && decodedMessage(id, String(input['message']))}`;
}

export function inputList(input: CaseInput): Html {
  return html`<dl class="facts">
${Object.entries(input)
  .flatMap(([name, value]) => argument(name, value))
  .map(
    ([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>
`,
  )}</dl>`;
}

function argument(name: string, value: Json): [string, Content][] {
  const label = LABELS[name] ?? name;
  const show = (one: Json) => (BYTES.includes(name) ? bytesHtml(String(one)) : plain(one));
  if (!Array.isArray(value)) return [[label, show(value)]];
  const left = value.length - MAX_ITEMS;
  return [
    ...value
      .slice(0, MAX_ITEMS)
      .map((item: Json, index): [string, Content] => [`${label} ${index}`, show(item)]),
    ...(left > 0 ? [['And', `${number(left)} more`] satisfies [string, Content]] : []),
  ];
}

function plain(value: Json): Html {
  return html`<code>${shorten(typeof value === 'string' ? value : JSON.stringify(value))}</code>`;
}

function bytesHtml(text: string): Html {
  const size = count(Math.floor((text.length * 3) / 4), 'byte');
  const left = text.length - MAX_TEXT;
  const more = left > 0 ? `, ${number(left)} more characters in the JSON report` : '';
  return html`<code>${text.slice(0, MAX_TEXT)}${left > 0 ? '…' : ''}</code> <small>(base64url, ${size}${more})</small>`;
}

/** The fields of a message. Those of a damaged one end at its fault. */
function decodedMessage(id: string, message: string): Html {
  const { size, fields, faults } = decode(message);
  const table = html`<table class="fields" aria-label="Decoded message of ${id}">
<caption>Decoded message, ${size}</caption>
<thead><tr><th scope="col">Field</th><th scope="col" class="number">Offset</th><th scope="col" class="number">Length</th><th scope="col">Value</th></tr></thead>
<tbody>
${fieldRows(fields)}
</tbody>
</table>`;
  return html`${fields.length > 0 ? table : html`<p class="omitted">Decoded message, ${size}: no field could be read.</p>`}
${faults.map(
  ({ message }) => html`<p class="fault"><strong>Damaged:</strong> <code>${message}</code></p>
`,
)}`;
}

function decode(text: string): Pick<InspectedMessage, 'fields' | 'faults'> & { size: string } {
  try {
    const message = decodeBase64url(text, 'message');
    return { size: count(message.length, 'byte'), ...inspectMessage(message) };
  } catch (error) {
    if (!(error instanceof TokenBindingError)) throw error;
    return { size: 'not base64url', fields: [], faults: [error] };
  }
}

function fieldRows(fields: readonly Field[]): Html[] {
  const left = fields.length - FIRST_FIELDS - LAST_FIELDS;
  if (left <= 0) return fields.map(fieldRow);
  return [
    ...fields.slice(0, FIRST_FIELDS).map(fieldRow),
    html`<tr><td colspan="4" class="omitted">${number(left)} more fields</td></tr>
`,
    ...fields.slice(-LAST_FIELDS).map(fieldRow),
  ];
}

function fieldRow(field: Field): Html {
  const { path, offset, length } = field;
  return html`<tr><th scope="row"><code>${path}</code></th><td class="number">${offset}</td><td class="number">${length}</td><td class="value"><code>${fieldText(field)}</code></td></tr>
`;
}

function fieldText({ path, value }: Field): string {
  if (typeof value !== 'number') return shorten(Buffer.from(value).toString('hex'));
  const name = codeName(path, value);
  return typeof name === 'string' ? `${value} ${name}` : `${value}`;
}

function codeName(path: string, value: number): string | number {
  if (path.endsWith('.tokenbinding_type')) return bindingTypeOf(value);
  if (path.endsWith('.key_parameters')) return keyTypeOf(value);
  return value;
}
