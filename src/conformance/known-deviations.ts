import type { Json } from './outcome.js';

/** A known difference between a system's own library and the specification. */
export interface KnownDeviation {
  /** A name for reports: `protocol-version-0.10`. */
  readonly id: string;
  /**
   * The id of the case, or a pattern of ids: `*` matches any characters but a slash, `**` any characters,
   * `[0-7]` one of these characters, `{a,b}` one of these texts.
   */
  readonly case: string;
  /** The place in the outcome: `verdict`, `results[1].identifier`. See {@link Comparison}. */
  readonly path: string;
  /**
   * The system's value at this place. Another value is a difference. If the place is the verdict, the outcome
   * has nothing else.
   */
  readonly answer: Json;
  /** The clause of the specification that it violates. */
  readonly clause: string;
  /** Where it is documented, or what causes it. */
  readonly why: string;
  /**
   * The first and last build of Windows that has it; without a last one, every later build has it. If this is
   * absent, every system has it.
   */
  readonly builds?: { readonly first: number; readonly last?: number };
}

/** The documented deviations of Windows. None has been seen on Windows yet: each names its document. */
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
