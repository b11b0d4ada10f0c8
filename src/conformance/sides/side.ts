import type { Case } from '../case.js';
import type { Answer } from '../outcome.js';
import type { SideDescription } from './description.js';

/** One of the two sides that are compared. */
export interface Side {
  readonly description: SideDescription;
  answer(test: Case): Promise<Answer>;
  /**
   * Notes for the report, after the run.
   *
   * @param isComplete whether the run had every case of its groups
   */
  notes(isComplete: boolean): readonly string[];
}
