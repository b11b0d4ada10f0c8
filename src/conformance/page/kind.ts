import type { Comparison, Tally } from '../report/report.js';
import { type Html, html } from './html.js';

/** What cases are told apart by: the kinds of comparison, and one that is a part of `agree`. */
export type Kind = Comparison['kind'] | 'other-reason';

interface KindDescription {
  readonly name: Kind;
  readonly label: string;
  /** What it stands for, in one sentence. */
  readonly meaning: string;
  readonly count: (tally: Tally) => number;
}

export const KINDS: readonly KindDescription[] = [
  {
    name: 'differ',
    label: 'differ',
    meaning: 'The two outcomes are not the same.',
    count: ({ differ }) => differ,
  },
  {
    name: 'known-deviation',
    label: 'known deviation',
    meaning: 'They differ, and it is documented.',
    count: ({ knownDeviation }) => knownDeviation,
  },
  {
    name: 'not-comparable',
    label: 'not comparable',
    meaning: 'One of the two has no outcome to compare.',
    count: ({ notComparable }) => notComparable,
  },
  {
    name: 'other-reason',
    label: 'other reason',
    meaning: 'Both refuse, for reasons that are not the same: that is agreement.',
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
