import type { Comparison, Tally } from '../report/report.js';
import { type Html, html } from './html.js';
import { number } from './text.js';

/** The kinds of comparison. `other-reason` is a part of `agree`, and is shown apart. */
export type Kind = Comparison['kind'] | 'other-reason';

interface KindDescription {
  readonly name: Kind;
  readonly label: string;
  readonly meaning: string;
  readonly count: (tally: Tally) => number;
}

/** In the order in which they are shown. */
export const KINDS: readonly KindDescription[] = [
  {
    name: 'differ',
    label: 'differ',
    meaning: 'The two outcomes are different.',
    count: ({ differ }) => differ,
  },
  {
    name: 'known-deviation',
    label: 'known deviation',
    meaning: 'The outcomes are different, and a document explains why.',
    count: ({ knownDeviation }) => knownDeviation,
  },
  {
    name: 'not-comparable',
    label: 'not comparable',
    meaning: 'A side has no outcome.',
    count: ({ notComparable }) => notComparable,
  },
  {
    name: 'other-reason',
    label: 'other reason',
    meaning: 'Both sides refuse, for different reasons. This is agreement.',
    count: ({ otherReason }) => otherReason,
  },
  {
    name: 'agree',
    label: 'agree',
    meaning: 'The two outcomes are the same.',
    count: ({ agree, otherReason }) => agree - otherReason,
  },
];

export function kindOf({ kind, otherReason }: Comparison): Kind {
  return otherReason === true ? 'other-reason' : kind;
}

export function badge(kind: Kind): Html {
  const label = KINDS.find(({ name }) => name === kind)?.label;
  return html`<span class="kind ${kind}">${label}</span>`;
}

/** The smallest share of a bar that can still be seen, in percent. */
const LEAST_SHARE = 1.5;

/** The cases of a tally as a bar, one colour a kind. Its numbers are in {@link counts}. */
export function bar(tally: Tally): Html {
  const kinds = presentKinds(tally);
  const shares = kinds.map(({ amount }) => Math.max((amount / tally.cases) * 100, LEAST_SHARE));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const widths = shares.map((share) => Math.round((share / whole) * 10_000) / 100);
  return html`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">${kinds.map(
    ({ name }, index) => {
      const start = widths.slice(0, index).reduce((sum, width) => sum + width, 0);
      return html`<rect class="${name}" x="${start.toFixed(2)}" width="${widths[index]}" height="1"/>`;
    },
  )}</svg>`;
}

/** `3 differ`, `40 agree` */
export function counts(tally: Tally): Html {
  return html`<ul class="counts">${presentKinds(tally).map(
    ({ name, label, amount }) => html`<li class="kind ${name}">${number(amount)} ${label}</li> `,
  )}</ul>`;
}

function presentKinds(tally: Tally): (KindDescription & { readonly amount: number })[] {
  return KINDS.map((kind) => ({ ...kind, amount: kind.count(tally) })).filter(
    ({ amount }) => amount > 0,
  );
}
