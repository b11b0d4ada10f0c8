import { findArea } from './areas.js';
import type { Case } from './case.js';
import type { Selection } from './selection.js';

/** The cases of a selection. They are made anew each time they are walked through. */
export interface Cases extends Iterable<Case> {
  readonly count: number;
}

/** Loads the cases of a selection. The same selection gives the same cases in the same order. */
export async function loadCases(selection: Selection): Promise<Cases> {
  const { area, groups, mutations, caseId } = selection;
  const makers = await findArea(area).loadCases();
  function* casesOf(chosen: readonly string[]): Generator<Case> {
    for (const group of chosen) {
      for (const test of makers[group]?.(selection) ?? []) {
        if (caseId === undefined || test.id === caseId) yield test;
      }
    }
  }
  const fixed = groups.filter((group) => caseId !== undefined || group !== 'mutations');
  let count = fixed.length < groups.length ? mutations : 0;
  for (const _ of casesOf(fixed)) count++;
  return { count, [Symbol.iterator]: () => casesOf(groups) };
}
