import type { CaseInput } from '../case.js';
import { type Content, type Html, html } from './html.js';
import { count, number } from './text.js';

/** A message of 1.5 KB. Longer ones are in the report's JSON form. */
const MAX_TEXT = 2048;
const MAX_ITEMS = 16;

/** What a case asked, as a list of names and values. */
export function inputList(input: CaseInput): Html {
  return html`<dl class="facts">
${entries(input).map(
  ([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>
`,
)}</dl>`;
}

function entries(input: CaseInput): [string, Content][] {
  const call: [string, Content] = ['Call', html`<code>${input.call}</code>`];
  switch (input.call) {
    case 'verifyMessage':
      return [
        call,
        ['Key type', html`<code>${String(input['keyType'])}</code>`],
        ['EKM', encoded(String(input['ekm']))],
        ['Message', encoded(String(input['message']))],
      ];
    case 'generateMessage':
      return [call, ...listed(input['tokenBindings'] as readonly string[])];
    case 'generateId':
      return [
        call,
        ['Key type', html`<code>${String(input['keyType'])}</code>`],
        ['Public key', encoded(String(input['publicKey']))],
      ];
    case 'probe':
      return [call];
    default:
      return [
        call,
        ['Package', html`<code>${String(input['package'])}</code>`],
        ['The side is', `${input['role'] === 'both' ? 'both ends' : `the ${input['role']}`}`],
      ];
  }
}

function listed(tokenBindings: readonly string[]): [string, Content][] {
  const shown = tokenBindings.slice(0, MAX_ITEMS);
  const left = tokenBindings.length - shown.length;
  return [
    ...shown.map((text, index): [string, Content] => [`TokenBinding ${index}`, encoded(text)]),
    ...(left > 0 ? [['And', `${number(left)} more`] satisfies [string, Content]] : []),
  ];
}

/** base64url, with the number of bytes that it stands for. */
function encoded(text: string): Html {
  const size = count(Math.floor((text.length * 3) / 4), 'byte');
  const rest = text.length - MAX_TEXT;
  const more = rest > 0 ? `, ${number(rest)} more characters in the report’s JSON form` : '';
  return html`<code>${text.slice(0, MAX_TEXT)}${rest > 0 ? '…' : ''}</code> <small>(base64url, ${size}${more})</small>`;
}
