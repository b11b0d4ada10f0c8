import { type AreaName, type Group, groupOf } from '../case.js';

/** Which cases a run has. */
export interface Selection {
  readonly area: AreaName;
  readonly groups: readonly Group[];
  /** Of the mutations: 0 to {@link MAX_SEED}. */
  readonly seed: number;
  /** How many of them: 0 to {@link MAX_MUTATIONS}. */
  readonly mutations: number;
  /** The number of the first of them, 0 by default. */
  readonly first?: number;
  /** The only case, by its id. */
  readonly caseId?: string;
}

export const MAX_SEED = 0xffff_ffff;
export const MAX_MUTATIONS = 1_000_000;

/** A mutation of either area: `mutations/<seed>/<number>`, and what it is of. */
const MUTATION = /^mutations\/(\d{1,10})\/(\d{6,7})(?:\/|$)/;

/** The selection of one case; undefined for an id that none can have. Whether there is one, the cases tell. */
export function selectionOf(area: AreaName, caseId: string): Selection | undefined {
  const group = groupOf(area, caseId);
  if (group === undefined) return undefined;
  const base = { area, groups: [group], caseId };
  if (group !== 'mutations') return { ...base, seed: 1, mutations: 0 };
  const [seed = -1, first = -1] = (MUTATION.exec(caseId) ?? []).slice(1).map(Number);
  if (seed < 0 || seed > MAX_SEED || first >= MAX_MUTATIONS) return undefined;
  return { ...base, seed, mutations: 1, first };
}
