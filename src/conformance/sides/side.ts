import type { Case } from '../case.js';
import type { Outcome } from '../outcome.js';
import type { SideDescription } from '../report.js';

/** What a side has to say of a case: an outcome, or why it has none. */
export type Answer = { readonly outcome: Outcome } | { readonly why: string };

/** One of the two that are compared. */
export interface Side {
  readonly description: SideDescription;
  answer(test: Case): Promise<Answer>;
  /** After the last case: how many answers it has left that nothing was asked for. */
  finish(): Promise<number>;
  /** Lets go of what it holds, at the end of a run or when that fails. */
  close(): Promise<void>;
}
