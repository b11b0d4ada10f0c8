import type { Case } from '../case.js';
import type { Outcome } from '../outcome.js';
import type { SideDescription } from '../report.js';

/** What a side has to say of a case: an outcome, or why it has none. */
export type Answer =
  | {
      readonly outcome: Outcome;
      /** The digest of the input that a recorded answer is to. */
      readonly input?: string;
    }
  | { readonly why: string };

/** One of the two that are compared. */
export interface Side {
  readonly description: SideDescription;
  answer(test: Case): Promise<Answer>;
  /** After the last case, where every case has been asked. */
  finish(): Promise<void>;
  /** After that: what else there is to know. */
  notes(): readonly string[];
  /** Lets go of what it holds, at the end of a run or when that fails. */
  close(): Promise<void>;
}
