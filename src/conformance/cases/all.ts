import type { AreaName, Case, Group } from '../case.js';
import { sspiCases, sspiMutations } from '../sspi/cases.js';
import { faults } from './faults.js';
import { identifiers } from './identifiers.js';
import { joins } from './joins.js';
import { messages } from './messages.js';
import { mutations } from './mutations.js';
import { probes } from './probes.js';
import type { Selection } from './selection.js';
import { vectors } from './vectors.js';

type Make = (selection: Selection) => Iterable<Case>;

const MAKERS: Readonly<Record<AreaName, readonly (readonly [Group, Make])[]>> = {
  'token-binding': [
    ['vectors', vectors],
    ['messages', messages],
    ['messages', faults],
    ['joins', joins],
    ['identifiers', identifiers],
    ['mutations', ({ seed, mutations: count, first }) => mutations(seed, count, first)],
    // The last, for what they ask no library is asked every day: one that does not stand it ends the process.
    ['probes', probes],
  ],
  sspi: [
    ['client', () => sspiCases('client')],
    ['server', () => sspiCases('server')],
    ['both', () => sspiCases('both')],
    ['mutations', ({ seed, mutations: count, first }) => sspiMutations(seed, count, first)],
  ],
};

/** Every case of a selection, in an order that is always the same; the same selection, the same cases. */
export function* allCases(selection: Selection): Generator<Case> {
  const { area, groups, caseId } = selection;
  for (const [group, make] of MAKERS[area]) {
    if (!groups.includes(group)) continue;
    for (const test of make(selection)) {
      if (caseId === undefined || test.id === caseId) yield test;
    }
  }
}

/** How many there will be. */
export function countCases(selection: Selection): number {
  if (selection.caseId !== undefined) return [...allCases(selection)].length;
  let count = selection.groups.includes('mutations') ? selection.mutations : 0;
  for (const [group, make] of MAKERS[selection.area]) {
    if (group !== 'mutations' && selection.groups.includes(group)) {
      for (const _ of make(selection)) count++;
    }
  }
  return count;
}
