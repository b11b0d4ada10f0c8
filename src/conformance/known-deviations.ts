import type { Json } from './outcome.js';

/** A place where an operating system is known to part from the specification. */
export interface KnownDeviation {
  readonly id: string;
  /** The id of the case. */
  readonly case: string;
  /** Where in the outcome they part: see Comparison. */
  readonly path: string;
  /** What Windows answers there; any other answer is a difference. */
  readonly answer: Json;
  /** The clause of the specification that it parts from. */
  readonly clause: string;
  /** The builds of Windows that do, first and last; without a last, every one since. */
  readonly builds: { readonly first: number; readonly last?: number };
  readonly why: string;
}

/**
 * Every deviation that is documented. None has been seen on Windows yet: each names the document that
 * it is taken from.
 */
export const KNOWN_DEVIATIONS: readonly KnownDeviation[] = [
  {
    id: 'protocol-version-0.10',
    case: 'probes/version',
    path: 'observations.version',
    answer: '0.10',
    clause: 'RFC 8472 2',
    builds: { first: 10_240 },
    why: 'Windows implements the drafts whose version is 0.10 (Microsoft, "Introducing Token Binding")',
  },
];
