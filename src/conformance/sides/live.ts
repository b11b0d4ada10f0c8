import type { Case } from '../case.js';
import type { Answer } from '../outcome.js';
import { outcomeOf } from '../outcome-of.js';
import type { SideDescription } from './description.js';
import type { Side } from './side.js';

/** A side that does its work during the run. */
export class LiveSide<Subject> implements Side {
  readonly description: SideDescription;
  readonly #subject: Subject;
  readonly #notes: readonly string[];

  /** @param notes to which the subject may add during the run */
  constructor(description: SideDescription, subject: Subject, notes: readonly string[] = []) {
    this.description = description;
    this.#subject = subject;
    this.#notes = notes;
  }

  answer(test: Case<Subject>): Promise<Answer> {
    return outcomeOf(() => test.ask(this.#subject));
  }

  notes(): readonly string[] {
    return this.#notes;
  }
}
