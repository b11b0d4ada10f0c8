import { type Html, html } from './html.js';
import type { Leaf } from './leaves.js';

/** Longer texts are shown by their ends. */
const LONG = 144;
const HEAD = 80;
const TAIL = 24;
/** How much of what two long texts share is shown on each side of what they do not. */
const CONTEXT = 24;
/** Of two texts of bytes at least this long, the part that differs is marked; else the whole. */
const LONG_ENOUGH_TO_SPLIT = 40;

/** A text that may be long, by its ends and its length. */
export function shorten(text: string): string {
  if (text.length <= LONG) return text;
  return `${text.slice(0, HEAD)}…${text.slice(-TAIL)} (${text.length} characters)`;
}

export function plain(leaf: Leaf | undefined, absence = 'none'): Html {
  if (leaf === undefined) return html`<span class="absent">${absence}</span>`;
  if (leaf === '') return html`<span class="absent">empty</span>`;
  return html`<code>${shorten(String(leaf))}</code>`;
}

/** `leaf`, marked where `other`, which is not the same, is different. */
export function marked(leaf: Leaf, other: Leaf): Html {
  if (leaf === '') return html`<mark>empty</mark>`;
  if (areBytes(leaf) && areBytes(other)) return markedBytes(leaf, other);
  // The number 96 and the text "96" are not the same, and should not look it.
  const text = String(leaf) === String(other) ? JSON.stringify(leaf) : String(leaf);
  return html`<code><mark>${shorten(text)}</mark></code>`;
}

function areBytes(leaf: Leaf): leaf is string {
  return typeof leaf === 'string' && leaf.length >= LONG_ENOUGH_TO_SPLIT && /^[\w-]+$/.test(leaf);
}

function markedBytes(text: string, other: string): Html {
  const shorter = Math.min(text.length, other.length);
  let start = 0;
  while (start < shorter && text[start] === other[start]) start++;
  let tail = 0;
  while (tail < shorter - start && text.at(-1 - tail) === other.at(-1 - tail)) tail++;
  const end = text.length - tail;
  const before = start <= CONTEXT ? text.slice(0, start) : `…${text.slice(start - CONTEXT, start)}`;
  const after = tail <= CONTEXT ? text.slice(end) : `${text.slice(end, end + CONTEXT)}…`;
  const middle = start === end ? '(nothing)' : shorten(text.slice(start, end));
  return html`<code>${before}<mark>${middle}</mark>${after}</code>`;
}
