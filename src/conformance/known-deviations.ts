import type { Json } from './outcome.js';

/** A place where an operating system is known to part from the specification. */
interface Deviation {
  readonly id: string;
  /**
   * The id of the case, or a pattern of ids: `*` is any characters but a slash, `**` any at all, `[0-7]` one of
   * those, and `{a,b}` one of these.
   */
  readonly case: string;
  /** Where in the outcome they part: see Comparison. */
  readonly path: string;
  /**
   * What it answers there; any other answer is a difference. With a verdict goes that it answers nothing
   * more.
   */
  readonly answer: Json;
  /** The clause of the specification that it parts from. */
  readonly clause: string;
  readonly why: string;
}

/** One of Windows. */
export interface WindowsDeviation extends Deviation {
  /** The builds of Windows that do, first and last; without a last, every one since. */
  readonly builds: { readonly first: number; readonly last?: number };
}

/** One of Wine, which is not Windows: it says nothing of Microsoft's operating system. */
export interface WineDeviation extends Deviation {
  /** Where it was seen: `wine-8.0`. Whether other versions do so too, their runs tell. */
  readonly wine: string;
}

export type KnownDeviation = WindowsDeviation | WineDeviation;

/**
 * Every deviation of Windows that is documented. None has been seen on Windows yet: each names the document
 * that it is taken from.
 */
export const KNOWN_DEVIATIONS: readonly WindowsDeviation[] = [
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
