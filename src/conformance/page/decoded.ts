import type { Field } from '../../bytes/reader.js';
import { TokenBindingError } from '../../errors.js';
import { decodeBase64url } from '../../tokenbinding/decode-base64url.js';
import { type InspectedMessage, inspectMessage } from '../../tokenbinding/inspect.js';
import { bindingTypeOf, keyTypeOf } from '../../tokenbinding/types.js';
import { type Html, html } from './html.js';
import { count, number } from './text.js';
import { shorten } from './value.js';

/** A message of 65 KB has up to 40,000 fields; a fault is among the last. */
const FIRST_FIELDS = 24;
const LAST_FIELDS = 8;

/** The fields of a message in base64url: a damaged one's up to its fault, which is named. */
export function decodedMessage(id: string, message: string): Html {
  const { size, fields, faults } = decode(message);
  const table = html`<div class="scroll" role="group" tabindex="0" aria-label="Decoded message of ${id}">
<table class="fields">
<caption>Decoded message, ${size}</caption>
<thead><tr><th scope="col">Field</th><th scope="col" class="number">Offset</th><th scope="col" class="number">Length</th><th scope="col">Value</th></tr></thead>
<tbody>
${rows(fields)}
</tbody>
</table>
</div>`;
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

function rows(fields: readonly Field[]): Html[] {
  const left = fields.length - FIRST_FIELDS - LAST_FIELDS;
  if (left <= 0) return fields.map(row);
  return [
    ...fields.slice(0, FIRST_FIELDS).map(row),
    html`<tr><td colspan="4" class="omitted">${number(left)} more fields</td></tr>
`,
    ...fields.slice(-LAST_FIELDS).map(row),
  ];
}

function row(field: Field): Html {
  const { path, offset, length } = field;
  return html`<tr><th scope="row"><code>${path}</code></th><td class="number">${offset}</td><td class="number">${length}</td><td><code>${valueText(field)}</code></td></tr>
`;
}

function valueText({ path, value }: Field): string {
  if (typeof value !== 'number') return shorten(Buffer.from(value).toString('hex'));
  const name = nameOf(path, value);
  return typeof name === 'string' ? `${value} ${name}` : `${value}`;
}

function nameOf(path: string, value: number): string | number {
  if (path.endsWith('.tokenbinding_type')) return bindingTypeOf(value);
  if (path.endsWith('.key_parameters')) return keyTypeOf(value);
  return value;
}
